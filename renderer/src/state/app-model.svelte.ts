import { createContext } from 'svelte';
import type { Bridge } from '../../../main/app/bridge.ts';
import type { MediaSelection } from '../../../main/contract/browse-shapes.ts';
import type { CallInput, CallName, CallOutput, CallResult } from '../../../main/app/calls.ts';
import { isAborted, type WireError } from '../../../main/contract/errors.ts';
import {
  DEFAULT_SETTINGS,
  type Account,
  type AppInfo,
  type Chat,
  type Labels,
  type MediaEntry,
  type SavedSearch,
  type Settings,
  type SyncStatus,
} from '../../../main/contract/shapes.ts';
import type { ExportRequest, ExportSource } from './export-request.ts';
import { readHidden, writeHidden, type Column, type ColumnMemory } from '../lib/columns.ts';
import { ExportsModel, type ExportPorts } from './progress-model.svelte.ts';
import type { SelectionModel } from './selection-model.svelte.ts';
import { UndoStack } from './undo-stack.svelte.ts';
import { chooseZone, t } from '../i18n/index.ts';
import { drop } from '../lib/drop.ts';
import { Renewal } from '../lib/renewal.ts';
import { ALL_MEDIA, sameChat, type ChatRef } from '../lib/route.ts';
import { Router, type HistoryWindow } from '../lib/router.svelte.ts';
import type { OpenMenu } from './context-menu.ts';
import { Clock } from './clock.svelte.ts';
import { Toasts } from '../ui/toast-list.svelte.ts';
import { MediaSource } from './media-source.ts';

/** A question for one line of words. `save` tells whether it was taken. */
export interface Prompt {
  readonly title: string;
  readonly text?: string;
  readonly label: string;
  readonly value: string;
  /** Longest answer, characters. */
  readonly most: number;
  readonly save: (value: string) => Promise<boolean>;
}

/** A question before something large is done. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** The button that does it. */
  readonly yes: string;
  readonly run: () => void;
}

/** Labels are chosen for something. */
export interface Labelling {
  /** Where the box opens. */
  readonly at: DOMRect;
  /** Takes the focus back. */
  readonly from: HTMLElement | null;
  /** Labels that are taken off when they are picked. */
  readonly on: readonly number[];
  readonly pick: (id: number, on: boolean) => void;
}

export interface AppPorts {
  readonly bridge: Bridge;
  readonly window: HistoryWindow & {
    readonly devicePixelRatio: number;
    readonly localStorage: ColumnMemory & ExportPorts['memory'];
  };
}

/** The state that every screen shares: the bridge, the route, accounts, chats, settings and the sync. */
export class AppModel {
  readonly bridge: Bridge;
  readonly media: MediaSource;
  readonly router: Router;
  readonly toasts = new Toasts();
  readonly undo = new UndoStack(this.toasts);
  readonly exports: ExportsModel;
  readonly clock = new Clock();

  info = $state.raw<AppInfo | null>(null);
  settings = $state.raw<Settings>(DEFAULT_SETTINGS);
  accounts = $state.raw<readonly Account[]>([]);
  /** The account whose chats are shown; null = the first. */
  chosenAccount = $state<number | null>(null);
  chats = $state.raw<readonly Chat[]>([]);
  chatsLoaded = $state(false);
  sync = $state.raw<SyncStatus | null>(null);
  /** The app cannot continue: the page shows this and nothing else. */
  fatal = $state.raw<WireError | null>(null);
  connected = $state(true);
  /** All media blurred and muted, by key. */
  hidden = $state(false);
  focused = $state(true);
  /** Width of the window, CSS px. */
  width = $state(1440);
  sidebar = $state(true);
  /** The sidebar over the content, where the window is narrow. */
  drawer = $state(false);
  palette = $state(false);
  shortcuts = $state(false);
  /** The item that the viewer showed last, until the timeline has scrolled back to it. */
  viewed = $state.raw<Pick<MediaEntry, 'id' | 'sentAt' | 'order'> | null>(null);
  /** The selection in the visible timeline. */
  selection = $state.raw<SelectionModel | null>(null);
  /** The menu at the pointer or the focus. */
  menu = $state.raw<OpenMenu | null>(null);
  /** One line of words is asked for. */
  prompt = $state.raw<Prompt | null>(null);
  question = $state.raw<Question | null>(null);
  labelling = $state.raw<Labelling | null>(null);
  /** Columns that the list leaves out. */
  hiddenColumns = $state.raw<readonly Column[]>([]);
  /** Neighbours in the order of the list that is shown; null = by date, as the app tells them. */
  neighbours: ((mediaId: number, reach: number) => Promise<CallOutput<'media.around'> | null>) | null = null;
  /** The viewer shows the picture alone: everything is dark, whatever the theme. */
  pictureAlone = $state(false);
  /** Commands of the open viewer that the palette offers. */
  viewer = $state.raw<{ readonly slideshow: () => void; readonly fullScreen: () => void } | null>(null);
  searches = $state.raw<readonly SavedSearch[]>([]);
  labels = $state.raw<Labels>({ favourites: 0, noted: 0, labels: [] });
  /** The request of the open export dialog; null = closed. */
  exporting = $state.raw<ExportRequest | null>(null);

  readonly account = $derived(
    this.accounts.find((account) => account.id === this.chosenAccount) ?? this.accounts[0] ?? null,
  );
  /** Something lies over the place that is shown and has the keys. */
  readonly covered = $derived(
    this.palette ||
      this.shortcuts ||
      this.prompt !== null ||
      this.question !== null ||
      this.labelling !== null ||
      this.menu !== null ||
      this.exporting !== null,
  );
  readonly blurred = $derived(this.hidden || (this.settings.blurUnfocused && !this.focused));
  readonly narrow = $derived(this.width < 960);
  readonly mac = $derived(this.info?.platform === 'mac');
  /** Media under way and how far they are, 0 to 1. */
  readonly transfers = $derived(
    new Map(
      this.sync?.transfers.map((transfer) => [
        transfer.mediaId,
        transfer.bytesTotal === null ? null : transfer.bytesDone / transfer.bytesTotal,
      ]),
    ),
  );
  /** Each item once, also when several chats have it. */
  readonly mediaCount = $derived(this.account?.media ?? 0);

  readonly #columns: ColumnMemory;
  /** What is read again with every change. What cannot be read stays as it was. */
  readonly #fresh = {
    info: new Renewal(() => this.#readInfo()),
    accounts: this.#read('accounts.list', {}, ({ accounts }) => (this.accounts = accounts)),
    labels: this.#read('labels.list', {}, (labels) => (this.labels = labels)),
    searches: this.#read('searches.list', {}, ({ searches }) => (this.searches = searches)),
    chats: new Renewal(() => this.#readChats()),
  };
  readonly loadAccounts = (): Promise<void> => this.#fresh.accounts.again();
  readonly loadLabels = (): Promise<void> => this.#fresh.labels.again();
  readonly loadSearches = (): Promise<void> => this.#fresh.searches.again();
  readonly loadChats = (): Promise<void> => this.#fresh.chats.again();

  constructor(ports: AppPorts) {
    this.bridge = ports.bridge;
    this.media = new MediaSource(() => ports.window.devicePixelRatio);
    this.router = new Router(ports.window);
    this.exports = new ExportsModel({
      bridge: ports.bridge,
      memory: ports.window.localStorage,
      fault: (error) => this.toasts.fault(error),
    });
    this.#columns = ports.window.localStorage;
    this.hiddenColumns = readHidden(this.#columns);
    this.router.onMove(() => {
      this.palette = false;
      this.drawer = false;
      this.menu = null;
      this.labelling = null;
      this.exporting = null;
    });
  }

  /** Asks for everything a first screen needs and listens to what the app announces. Resolves when the first screen can be drawn. */
  async start(): Promise<void> {
    const { bridge } = this;
    bridge.subscribe('app.fatal', (error) => (this.fatal = error));
    const told = { settings: false, sync: false };
    bridge.subscribe('settings.changed', (settings) => {
      told.settings = true;
      this.settings = settings;
    });
    bridge.subscribe('sync.progress', (status) => {
      told.sync = true;
      this.sync = status;
    });
    bridge.subscribe('account.changed', () => drop(this.loadAccounts()));
    bridge.subscribe('labels.changed', () => {
      drop(this.loadLabels());
      drop(this.loadSearches());
    });
    bridge.subscribe('library.changed', (change) => {
      drop(this.loadAccounts());
      if (change.chats) {
        drop(this.loadChats());
      }
    });
    bridge.subscribe('app.changed', () => drop(this.#fresh.info.again()));
    const settings = bridge.call('settings.get', {});
    const status = bridge.call('sync.status', {});
    // Known before the first screen is drawn: what it asks for belongs to an account.
    await Promise.all([this.loadAccounts(), this.#fresh.info.again()]);
    const [chosen, sync] = [await settings, await status];
    if (chosen.ok && !told.settings) {
      this.settings = chosen.value;
    }
    if (sync.ok && !told.sync) {
      this.sync = sync.value;
    }
    drop(this.exports.start());
    if (this.info === null) {
      return;
    }
    if (this.info.state === 'ready') {
      drop(this.loadChats());
      drop(this.loadLabels());
      drop(this.loadSearches());
      if (this.router.route.place === 'setup' && this.accounts.length > 0) {
        this.router.replace(ALL_MEDIA);
      }
    } else {
      this.router.replace({ place: 'setup', step: this.info.state === 'needsLibrary' ? 'library' : 'key' });
    }
  }

  #read<Name extends CallName>(name: Name, input: CallInput<Name>, take: (value: CallOutput<Name>) => void): Renewal {
    return new Renewal(async () => {
      const answer = await this.bridge.call(name, input);
      if (answer.ok) {
        take(answer.value);
      }
    });
  }

  async #readInfo(): Promise<void> {
    const info = await this.bridge.call('app.info', {});
    if (info.ok) {
      chooseZone(info.value.timeZone);
      this.info = info.value;
      // What was fatal before the page was loaded may have ended since.
      this.fatal = null;
    } else {
      this.fatal = info.error;
    }
  }

  /** Leaves a column out of the list, or takes it in again. */
  toggleColumn(column: Column): void {
    this.hiddenColumns = this.hiddenColumns.includes(column)
      ? this.hiddenColumns.filter((each) => each !== column)
      : [...this.hiddenColumns, column];
    writeHidden(this.#columns, this.hiddenColumns);
  }

  /** All chats of the account, in pages: the sidebar filters and the palette searches them as one list. */
  async #readChats(): Promise<void> {
    const accountId = this.account?.id ?? null;
    const rows: Chat[] = [];
    let after: string | null = null;
    do {
      const answer: CallResult<'chats.list'> = await this.bridge.call('chats.list', { accountId, after, limit: 500 });
      if (accountId !== (this.account?.id ?? null)) {
        return;
      }
      if (!answer.ok) {
        this.chatsLoaded = true;
        return;
      }
      rows.push(...answer.value.rows);
      after = answer.value.next;
    } while (after !== null);
    // A first sync stores ever older pictures: the one that is shown stays.
    const before = new Map(
      this.chats.map((chat) => [`${String(chat.accountId)} ${String(chat.id)}`, chat.coverMediaId]),
    );
    this.chats = rows.map((chat) => ({
      ...chat,
      coverMediaId: before.get(`${String(chat.accountId)} ${String(chat.id)}`) ?? chat.coverMediaId,
    }));
    this.chatsLoaded = true;
  }

  chat(ref: ChatRef | null): Chat | null {
    return this.chats.find((chat) => sameChat(ref, { accountId: chat.accountId, chatId: chat.id })) ?? null;
  }

  chatName(chat: { readonly id: number; readonly name: string | null } | null, id: number): string {
    return chat?.name ?? t.common.unnamedChat(String(id));
  }

  /** Words about something of an account, and its name where there are several: two may have a chat with the same person. */
  ofAccount(words: string, accountId: number | null): string {
    const name = this.accounts.length > 1 ? this.accounts.find(({ id }) => id === accountId)?.name : undefined;
    return name === undefined ? words : `${words} · ${name}`;
  }

  nameOf(accountId: number, chatId: number): string {
    return this.chatName(this.chat({ accountId, chatId }), chatId);
  }

  /** Calls the app for a person's action: an error becomes a toast that says what to do. Null when it failed. */
  async act<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name> | null> {
    const result = await this.bridge.call(name, input);
    if (result.ok) {
      return result.value;
    }
    if (!isAborted(result)) {
      this.toasts.fault(result.error);
    }
    return null;
  }

  /** A folder from the system's dialog, which begins at `now`; null = none was chosen. */
  async pickFolder(title: string, now: string): Promise<string | null> {
    const start = now.trim();
    return (await this.act('system.pickFolder', { title, start: start === '' ? null : start }))?.path ?? null;
  }

  /** The same for calls without an answer: whether it was done. */
  async did<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<boolean> {
    const result = await this.bridge.call(name, input);
    if (!result.ok && !isAborted(result)) {
      this.toasts.fault(result.error);
    }
    return result.ok;
  }

  async change(settings: Partial<Settings>): Promise<void> {
    const saved = await this.act('settings.set', settings);
    if (saved !== null) {
      this.settings = saved;
    }
  }

  /** How it goes is told by events alone: the answer may come after the event that says how the sync ended. */
  async startSync(chatIds: readonly number[], full = false): Promise<void> {
    await this.act('sync.start', { accountId: this.account?.id ?? null, chatIds, full, retryFailed: true });
  }

  async togglePause(): Promise<void> {
    await this.act(this.sync?.state === 'paused' ? 'sync.resume' : 'sync.pause', {});
  }

  /** Opens the dialog of exporting. Any place may: the bar of a selection, a menu, the viewer, the palette, an earlier export. */
  openExport(selection: MediaSelection, from: ExportSource): void {
    this.exporting = { ...from, selection };
  }

  toggleHidden(): void {
    this.hidden = !this.hidden;
    this.toasts.say(this.hidden ? t.shell.blurred : t.shell.unblurred);
  }
}

export const [getApp, setApp] = createContext<AppModel>();
