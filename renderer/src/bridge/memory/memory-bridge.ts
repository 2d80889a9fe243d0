import { zone } from '../../lib/zone.ts';
import type { Bridge, CallOptions } from '../../../../main/app/bridge.ts';
import type { CallInput, CallName, CallResult } from '../../../../main/app/calls.ts';
import { ABORTED, err, ok, type Result } from '../../../../main/contract/errors.ts';
import type { EventName, Events } from '../../../../main/contract/events.ts';
import {
  DEFAULT_SETTINGS,
  type Account,
  type AppState,
  type Settings,
  type SyncStatus,
} from '../../../../main/contract/shapes.ts';
import { MadeAbout } from './about.ts';
import { backupPart } from './backup-part.ts';
import { MadeExports } from './exports.ts';
import { MadeLabels } from './labels.ts';
import { makeLibrary, type MadeLibrary } from './library.ts';
import { browsePart } from './browse-part.ts';
import { exportPart } from './export-part.ts';
import { ACCOUNT_ID, GB, gone, type Emit, type Handlers, type MemoryPorts } from './handlers.ts';
import { libraryPart } from './library-part.ts';
import { madePreview } from './made-preview.ts';
import { ledgerOf, matching } from './queries.ts';
import { madeRuns } from './runs.ts';
import { MadeSync } from './sync.ts';
import { MadeSearches, MadeTrash } from './trash.ts';

export type { MemoryPorts, Scenario } from './handlers.ts';

type Listener = (payload: never) => void;

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
      return structuredClone(await handlers[name](input, options.signal ?? null));
    },
    subscribe<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void {
      const set = listeners.get(event) ?? new Set<Listener>();
      listeners.set(event, set);
      set.add(listener);
      return () => set.delete(listener);
    },
  };
}

function makeHandlers(ports: MemoryPorts, emit: Emit): Handlers {
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
  let settings: Settings = { ...DEFAULT_SETTINGS, concurrency: 4, diskReserve: 10 * GB };
  let accounts: Account[] = scenario === 'setup' ? [] : [account(now() - 4 * 60_000)];
  const sync = new MadeSync(library, now, (status) => {
    emit('sync.progress', status);
  });
  const exports = new MadeExports(
    now,
    (options) => madePreview(options, marks.selected(options.selection), (id) => byId(id)?.name ?? String(id)),
    (status) => {
      emit('export.progress', status);
    },
  );
  exports.put(scenario === 'full', ports.exportScene ?? null);
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
  const status = (change: () => void): Result<SyncStatus> => {
    change();
    return ok(sync.status());
  };
  const listed = (id: number): readonly (typeof library.media)[number][] => byId(id)?.media ?? [];

  return {
    ...browsePart({ library: () => library, marks, trash, searches, emit }),
    ...libraryPart({ library: () => library, ports, emit }),
    ...backupPart(ports, emit),
    ...exportPart(exports, emit),
    'app.info': () =>
      ok({
        version: '0.1.0',
        state,
        platform: 'linux',
        shell: 'memory',
        locale: 'en-GB',
        timeZone: zone.name,
        can: {
          pickFolder: true,
          showInFolder: true,
          dragOut: false,
          openExternal: true,
          startAtLogin: true,
          stayInTray: true,
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
            inTrash: trash.count(chat.id),
          })),
        total: ledgerOf(chatId === null ? library.media : listed(chatId)),
        removed: trash.count(chatId),
        inTrash: trash.count(chatId),
      }),
    'runs.list': () =>
      ok({ rows: scenario === 'full' || scenario === 'offline' ? madeRuns(now(), ACCOUNT_ID) : [], next: null }),
    'runs.get': ({ runId }) => {
      const run = madeRuns(now(), ACCOUNT_ID).find((each) => each.id === runId);
      return run === undefined ? gone : ok(run);
    },
    'changes.list': () => ok({ rows: [], next: null }),
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
