import type { Bridge, CallOptions } from '../../../../main/contract/bridge.ts';
import type { CallInput, CallName, CallOutput, CallResult } from '../../../../main/contract/calls.ts';
import { ABORTED, err, ok, type Result } from '../../../../main/contract/errors.ts';
import type { EventName, Events } from '../../../../main/contract/events.ts';
import type { Account, AppState, CheckReport, Settings, SyncStatus } from '../../../../main/contract/shapes.ts';
import { MadeAbout } from './about.ts';
import { MadeExports } from './exports.ts';
import { MadeLabels } from './labels.ts';
import { makeLibrary, type MadeLibrary } from './library.ts';
import {
  around,
  counts,
  itemOf,
  layout,
  ledgerOf,
  matching,
  messages,
  page,
  search,
  usageBytes,
  usageOf,
} from './queries.ts';
import { madeRuns } from './runs.ts';
import { MadeSync } from './sync.ts';
import { MadeSearches, MadeTrash } from './trash.ts';

export type Scenario = 'full' | 'empty' | 'setup' | 'broken' | 'offline';

export interface MemoryPorts {
  readonly scenario: Scenario;
  readonly now: () => number;
  /** Milliseconds before an answer comes; 0 = at once. */
  readonly delay: (ms: number) => Promise<void>;
  readonly latency: number;
}

const ACCOUNT_ID = 1;
const GB = 1_000_000_000;

type Handlers = { readonly [Name in CallName]: (input: CallInput<Name>) => Result<CallOutput<Name>> };
type Listener = (payload: never) => void;

const gone = err('not_found', 'It is no longer here.');

/** The whole app in memory, on made-up chats: for developing screens and for their specs. */
export function memoryBridge(ports: MemoryPorts): Bridge {
  const listeners = new Map<EventName, Set<Listener>>();
  const emit = <Name extends EventName>(event: Name, payload: Events[Name]): void => {
    for (const listener of [...(listeners.get(event) ?? [])]) {
      listener(payload as never);
    }
  };
  const handlers = makeHandlers(ports, emit);
  return {
    async call<Name extends CallName>(
      name: Name,
      input: CallInput<Name>,
      options: CallOptions = {},
    ): Promise<CallResult<Name>> {
      await ports.delay(ports.latency);
      if (options.signal?.aborted === true) {
        return ABORTED;
      }
      if (
        ports.scenario === 'broken' &&
        (name.startsWith('media.') || name.startsWith('messages.') || name.startsWith('ledger.'))
      ) {
        return err('library_damaged', 'The index cannot be read.', 'Open the library page and check it.');
      }
      return structuredClone(handlers[name](input));
    },
    subscribe<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void {
      const set = listeners.get(event) ?? new Set<Listener>();
      listeners.set(event, set);
      set.add(listener);
      return () => set.delete(listener);
    },
  };
}

function makeHandlers(
  ports: MemoryPorts,
  emit: <Name extends EventName>(event: Name, payload: Events[Name]) => void,
): Handlers {
  const { scenario, now } = ports;
  let library: MadeLibrary =
    scenario === 'empty' || scenario === 'setup' ? { chats: [], media: [] } : makeLibrary(ACCOUNT_ID, now());
  const remote = library.chats.length > 0 ? library : makeLibrary(ACCOUNT_ID, now());
  const marks = new MadeLabels(() => library);
  const trash = new MadeTrash(() => library, marks, now);
  const searches = new MadeSearches();
  const about = new MadeAbout(now, (status) => {
    emit('updates.changed', status);
  });
  const byId = (id: number): MadeLibrary['chats'][number] | undefined => library.chats.find((chat) => chat.id === id);
  let state: AppState = scenario === 'setup' ? 'needsLibrary' : 'ready';
  let settings: Settings = {
    theme: 'system',
    contrast: 'system',
    tileSize: 'normal',
    blurUnfocused: false,
    syncEveryMinutes: 60,
    concurrency: 4,
    bandwidth: null,
    diskReserve: 10 * GB,
    notifications: true,
    startAtLogin: false,
    lookForUpdates: false,
  };
  let accounts: Account[] = scenario === 'setup' ? [] : [account(now() - 4 * 60_000)];
  const sync = new MadeSync(library, now, (status) => {
    emit('sync.progress', status);
  });
  const exports = new MadeExports(
    now,
    (selection) => marks.summary(selection),
    (status) => {
      emit('export.progress', status);
    },
  );
  let check: CheckReport | null = {
    startedAt: now() - 200_000_000,
    endedAt: now() - 199_100_000,
    deep: true,
    checked: 5180,
    total: 5180,
    ok: 5177,
    missing: 2,
    corrupt: 1,
    orphan: 14,
    repaired: 0,
  };

  function account(lastSyncAt: number | null): Account {
    return {
      id: ACCOUNT_ID,
      name: 'Northshore',
      apiBase: 'https://api.ofauth.com',
      userId: 900_000_001,
      username: 'northshore',
      ratePerMinute: null,
      wholeConversations: true,
      status: 'ok',
      problem: null,
      lastSyncAt,
      sample: scenario === 'setup',
      media: library.media.length,
    };
  }
  const found = (id: number): Result<Account> => {
    const one = accounts.find((each) => each.id === id);
    return one === undefined ? gone : ok(one);
  };
  const fill = (): void => {
    library = remote;
    state = 'ready';
    accounts = [account(null)];
    sync.use(library);
    emit('app.changed', {});
    emit('account.changed', { accountId: null });
    emit('library.changed', { accountId: null, chatIds: null, months: null, chats: true });
  };
  const told = <Value>(result: Result<Value>): Result<Value> => {
    emit('labels.changed', {});
    return result;
  };
  /** The trash changes what every place shows. */
  const shown = <Value>(value: Value): Result<Value> => {
    emit('library.changed', { accountId: null, chatIds: null, months: null, chats: true });
    return told(ok(value));
  };
  const status = (change: () => void): Result<SyncStatus> => {
    change();
    return ok(sync.status());
  };
  const listed = (id: number): readonly (typeof library.media)[number][] => byId(id)?.media ?? [];

  return {
    'app.info': () =>
      ok({
        version: '0.1.0',
        state,
        platform: 'linux',
        shell: 'memory',
        locale: 'en-GB',
        can: {
          pickFolder: true,
          showInFolder: true,
          dragOut: false,
          openExternal: true,
          startAtLogin: true,
          notify: true,
        },
        keystore: 'os',
        versions: [
          { name: 'Electron', version: '45.4.1' },
          { name: 'SQLite', version: '3.54.1' },
        ],
        notices: [],
      }),
    ...about.handlers,
    'settings.get': () => ok(settings),
    'settings.set': (input) => {
      settings = { ...settings, ...input };
      emit('settings.changed', settings);
      return ok(settings);
    },
    'library.state': () => {
      const usage = usageOf(library.media);
      return ok({
        path: '/home/robin/Chatkeep',
        files: Object.values(usage).reduce((sum, kind) => sum + kind.files, 0),
        bytes: usageBytes(usage),
        savedBytes: usageBytes(usage) * 0.08,
        indexBytes: 41_000_000,
        thumbBytes: 180_000_000,
        schema: 3,
        freeBytes: 412 * GB,
        totalBytes: 1000 * GB,
      });
    },
    'library.inspect': ({ path }) =>
      ok({
        path: path ?? '/home/robin/Chatkeep',
        kind: 'missing',
        writable: true,
        freeBytes: 412 * GB,
        totalBytes: 1000 * GB,
        problem:
          path?.startsWith('/proc') === true
            ? err('library_unwritable', 'The folder is read-only.', 'Choose another.').error
            : null,
      }),
    'library.choose': ({ path }) => {
      state = accounts.length === 0 ? 'needsAccount' : 'ready';
      emit('app.changed', {});
      return ok({
        path,
        files: 0,
        bytes: 0,
        savedBytes: 0,
        indexBytes: 98_304,
        thumbBytes: 0,
        schema: 3,
        freeBytes: 412 * GB,
        totalBytes: 1000 * GB,
      });
    },
    'library.usage': () => {
      const chats = library.chats
        .map((chat) => ({
          accountId: ACCOUNT_ID,
          chatId: chat.id,
          name: chat.name,
          kinds: usageOf(chat.media),
          bytes: usageBytes(usageOf(chat.media)),
        }))
        .sort((a, b) => b.bytes - a.bytes);
      return ok({ chats, rest: null, total: usageOf(library.media) });
    },
    'library.check': ({ deep, repair }) => {
      const ended = check;
      check = {
        startedAt: now(),
        endedAt: now() + 900,
        deep,
        checked: 5180,
        total: 5180,
        ok: 5180 - (repair ? 0 : (ended?.missing ?? 0)),
        missing: repair ? 0 : (ended?.missing ?? 0),
        corrupt: 0,
        orphan: 14,
        repaired: repair ? 3 : 0,
      };
      emit('check.progress', check);
      return ok(null);
    },
    'library.lastCheck': () => ok(scenario === 'full' ? check : null),
    'accounts.list': () => ok({ accounts }),
    'connections.list': ({ key }) =>
      key.includes('wrong')
        ? err('key_refused', 'The service refused the key.', 'Copy the key again from the dashboard.')
        : ok({
            keyName: 'Desktop',
            connections: [
              {
                id: 'conn_northshore',
                name: 'Northshore',
                username: 'northshore',
                status: 'active',
                expiredAt: null,
                missingPermissions: [],
              },
              {
                id: 'conn_second',
                name: 'Second Desk',
                username: 'seconddesk',
                status: 'active',
                expiredAt: null,
                missingPermissions: ['messages:read'],
              },
              {
                id: 'conn_old',
                name: null,
                username: 'old.account',
                status: 'expired',
                expiredAt: now() - 9e8,
                missingPermissions: [],
              },
            ],
          }),
    'accounts.add': () => {
      accounts = [account(null)];
      emit('account.changed', { accountId: ACCOUNT_ID });
      return ok(account(null));
    },
    'accounts.test': ({ accountId }) => found(accountId),
    'accounts.update': ({ accountId }) => found(accountId),
    'accounts.remove': ({ accountId }) => {
      accounts = accounts.filter((each) => each.id !== accountId);
      emit('account.changed', { accountId: null });
      return ok(null);
    },
    'sandbox.start': () => {
      fill();
      return ok(account(null));
    },
    'chats.remote': () =>
      ok({
        rows: remote.chats.map((chat) => ({
          id: chat.id,
          name: chat.name,
          username: null,
          newestAt: chat.messages.at(-1)?.sentAt ?? null,
          mediaEstimate: Math.round(chat.media.length / 10) * 10,
          chosen: true,
        })),
        next: null,
      }),
    'chats.choose': () => {
      fill();
      return ok(null);
    },
    'chats.list': () =>
      ok({
        rows: library.chats
          .map((chat, index) => ({
            accountId: ACCOUNT_ID,
            id: chat.id,
            name: chat.name,
            username: null,
            media: chat.media.length,
            newestAt: chat.messages.at(-1)?.sentAt ?? null,
            state: sync.chatState(chat.id, index),
            coverMediaId: index % 7 === 6 ? null : (chat.media.findLast((entry) => entry.thumb)?.id ?? null),
          }))
          .sort((a, b) => (b.newestAt ?? 0) - (a.newestAt ?? 0)),
        next: null,
      }),
    'media.counts': ({ filter }) => ok(counts(library, filter, marks)),
    'media.layout': (input) => ok(layout(library, input, marks)),
    'media.page': (input) => ok(page(library, input, marks)),
    'media.around': (input) => {
      const answer = around(library, input, marks);
      return answer === null ? gone : ok(answer);
    },
    'media.item': ({ mediaId }) => {
      const item = itemOf(library, mediaId, marks);
      return item === null ? gone : ok(item);
    },
    'selection.summary': ({ selection }) => ok(marks.summary(selection)),
    'labels.list': () => ok(marks.list()),
    'labels.save': ({ id, name }) => told(ok(marks.save(id, name))),
    'labels.remove': ({ id }) => told(marks.remove(id) ? ok(null) : gone),
    'labels.restore': ({ id }) => told(marks.restore(id) ? ok(null) : gone),
    'labels.apply': ({ selection, labelId, on }) => {
      const change = marks.apply(selection, labelId, on);
      return told(change === null ? gone : ok(change));
    },
    'labels.undo': ({ undo }) => told(marks.undo(undo) ? ok(null) : gone),
    'notes.set': ({ mediaId, text }) => {
      marks.setNote(mediaId, text ?? '');
      return told(ok(null));
    },
    'searches.list': () => ok({ searches: searches.list() }),
    'searches.save': (input) => {
      const id = searches.save(input);
      return id === null
        ? err('usage', `There is a search named ${input.name} already.`, 'Choose another name.')
        : told(ok({ id }));
    },
    'searches.rename': ({ id, name }) =>
      searches.rename(id, name)
        ? told(ok(null))
        : err('usage', `There is a search named ${name} already.`, 'Choose another name.'),
    'searches.remove': ({ id }) => told(searches.remove(id) ? ok(null) : gone),
    'searches.restore': ({ id }) => told(searches.restore(id) ? ok(null) : gone),
    'media.remove': ({ selection }) => shown(trash.remove(selection)),
    'media.restoreRemoved': ({ undo }) => {
      const restored = trash.undo(undo);
      return restored === null ? gone : shown({ restored });
    },
    'trash.summary': () => ok(trash.summary()),
    'trash.page': (input) => ok(trash.page(input)),
    'trash.restore': ({ refs }) => shown({ restored: trash.restore(refs) }),
    'trash.empty': ({ refs }) => shown(trash.empty(refs)),
    'messages.page': (input) => {
      const chat = byId(input.chatId);
      return chat === undefined ? gone : ok(messages(chat, input));
    },
    'search.messages': (input) => ok(search(library, input)),
    'sync.status': () => ok(sync.status()),
    'sync.start': () =>
      status(() => {
        sync.start();
      }),
    'sync.pause': () =>
      status(() => {
        sync.pause();
      }),
    'sync.resume': () =>
      status(() => {
        sync.start();
      }),
    'sync.cancel': () =>
      status(() => {
        sync.cancel();
      }),
    'ledger.get': ({ chatId }) =>
      ok({
        chats: library.chats
          .filter((chat) => chatId === null || chat.id === chatId)
          .map((chat, index) => ({
            accountId: ACCOUNT_ID,
            chatId: chat.id,
            name: chat.name,
            coverMediaId: chat.media.findLast((entry) => entry.thumb)?.id ?? null,
            complete: index > 1,
            media: ledgerOf(chat.media),
            removed: trash.count(chat.id),
          })),
        total: ledgerOf(chatId === null ? library.media : listed(chatId)),
        removed: trash.count(chatId),
      }),
    'runs.list': () =>
      ok({ rows: scenario === 'full' || scenario === 'offline' ? madeRuns(now(), ACCOUNT_ID) : [], next: null }),
    'runs.get': ({ runId }) => {
      const run = madeRuns(now(), ACCOUNT_ID).find((each) => each.id === runId);
      return run === undefined ? gone : ok(run);
    },
    'changes.list': () => ok({ rows: [], next: null }),
    'export.preview': (options) => exports.preview(options),
    'export.start': (options) => exports.start(options),
    'export.status': () => ok(exports.status()),
    'export.pause': () => ok(exports.pause()),
    'export.resume': () => ok(exports.resume()),
    'export.cancel': () => ok(exports.cancel()),
    'export.verify': () => ok({ checked: 1280, ok: 1280, missing: 0, changed: 0 }),
    'export.openFolder': () => ok(null),
    'export.presets': () => ok({ presets: exports.presets() }),
    'export.savePreset': (preset) => exports.savePreset(preset),
    'export.removePreset': ({ name }) => {
      exports.removePreset(name);
      return ok(null);
    },
    'system.openExternal': () => ok(null),
    'system.showInFolder': ({ mediaId }) =>
      matching(library, {
        accountId: null,
        chatIds: [],
        kinds: [],
        states: ['stored'],
        from: null,
        to: null,
        sender: null,
        text: null,
      }).some((entry) => entry.id === mediaId)
        ? ok(null)
        : gone,
    'system.dragOut': () => err('unsupported', 'This is not possible here.'),
    'system.openFolder': () => ok(null),
    'system.pickFolder': () => ok({ path: '/media/disk/Chatkeep' }),
  };
}
