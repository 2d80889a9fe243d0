/** The library's own page over the made-up library. */
import { ABORTED, err, ok } from '../../../../main/contract/errors.ts';
import type { CheckReport } from '../../../../main/contract/shapes.ts';
import { ACCOUNT_ID, GB, type Emit, type Handlers, type MemoryPorts } from './handlers.ts';
import type { MadeLibrary } from './library.ts';
import { usageBytes, usageOf } from './queries.ts';

type Names =
  | 'library.state'
  | 'library.inspect'
  | 'library.recent'
  | 'library.forgetRecent'
  | 'library.usage'
  | 'library.check'
  | 'library.cancelCheck'
  | 'library.lastCheck';

/** How long a made-up check takes. */
const SHORT_MS = 3000;
const LONG_MS = 20_000;

export interface LibraryParts {
  readonly library: () => MadeLibrary;
  readonly ports: MemoryPorts;
  readonly emit: Emit;
}

export function libraryPart({ library: libraryOf, ports, emit }: LibraryParts): Pick<Handlers, Names> {
  const { scenario, now } = ports;
  let check: CheckReport = {
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
    error: null,
  };

  return {
    'library.state': () => {
      const usage = usageOf(libraryOf().media);
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
    'library.recent': () => ok({ paths: ['/home/robin/Chatkeep'] }),
    'library.forgetRecent': () => ok(null),
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
    'library.usage': () => {
      const chats = libraryOf()
        .chats.map((chat) => ({
          accountId: ACCOUNT_ID,
          chatId: chat.id,
          name: chat.name,
          kinds: usageOf(chat.media),
          bytes: usageBytes(usageOf(chat.media)),
        }))
        .sort((a, b) => b.bytes - a.bytes);
      return ok({ chats, rest: null, total: usageOf(libraryOf().media) });
    },
    'library.check': ({ deep, repair }) => {
      const { missing, corrupt } = check;
      const running: CheckReport = { ...check, startedAt: now(), endedAt: null, deep, checked: 3100, error: null };
      const done = { checked: 5180, ok: 5180 - missing - corrupt, repaired: repair ? missing + corrupt : 0 };
      const tell = (report: CheckReport): void => {
        check = report;
        emit('check.progress', report);
      };
      tell(running);
      void ports.delay(deep ? LONG_MS : SHORT_MS).then(() => {
        if (check === running) {
          tell({ ...running, ...done, endedAt: now() + 900 });
        }
      });
      return ok(null);
    },
    'library.cancelCheck': () => {
      if (check.endedAt === null) {
        check = { ...check, endedAt: now(), error: ABORTED.error };
        emit('check.progress', check);
      }
      return ok(null);
    },
    'library.lastCheck': () => ok(scenario === 'full' ? check : null),
  };
}
