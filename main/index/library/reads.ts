import { MEDIA_KINDS, type MediaKind } from '../../contract/model.ts';
import type { ChatUsage, KindUsage } from '../../contract/shapes.ts';
import { ALL_ACCOUNTS, EVERY_CHAT, kinds, ledgerStates } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { nameOf } from '../chats/people.ts';

const MOST_CHATS = 500;
const STORED = String(ledgerStates.code('stored'));

type Usage = Record<MediaKind, { files: number; bytes: number }>;

function noUsage(): Usage {
  return {
    photo: { files: 0, bytes: 0 },
    video: { files: 0, bytes: 0 },
    gif: { files: 0, bytes: 0 },
    audio: { files: 0, bytes: 0 },
    other: { files: 0, bytes: 0 },
  };
}

const bytesOf = (usage: KindUsage): number => MEDIA_KINDS.reduce((sum, kind) => sum + usage[kind].bytes, 0);

/** Of all kinds, of the items of one scope (`kernel/codes.ts`). */
function usageOf(db: ReadableDatabase, scope: number): Usage {
  const usage = noUsage();
  for (const { kind, ...sum } of db.all<{ kind: number; files: number; bytes: number }>(
    `SELECT kind, n AS files, bytes FROM total WHERE scope = ? AND ledger_state = ${STORED}`,
    scope,
  )) {
    usage[kinds.name(kind)] = sum;
  }
  return usage;
}

/** Stored bytes by chat and kind, largest first, at most 500 chats; `rest` sums the others. */
export function libraryUsage(db: ReadableDatabase): { chats: ChatUsage[]; rest: ChatUsage | null; total: KindUsage } {
  const chats = db
    .all<Omit<ChatUsage, 'kinds'> & { readonly key: number }>(
      `SELECT c.key, c.account_id AS accountId, c.id AS chatId, ${nameOf('c.account_id', 'c.id')} AS name, c.stored_bytes AS bytes
       FROM chat c WHERE c.stored_bytes > 0 ORDER BY c.stored_bytes DESC LIMIT ?`,
      MOST_CHATS,
    )
    .map(({ key, ...chat }) => ({ ...chat, kinds: usageOf(db, key) }));
  return { chats, rest: restOf(usageOf(db, EVERY_CHAT), chats), total: usageOf(db, ALL_ACCOUNTS) };
}

/** All others as one, null where there are none; it belongs to no account or chat, so its ids are 0. */
function restOf(all: KindUsage, chats: readonly ChatUsage[]): ChatUsage | null {
  const rest = noUsage();
  for (const kind of MEDIA_KINDS) {
    for (const what of ['files', 'bytes'] as const) {
      rest[kind][what] = all[kind][what] - chats.reduce((sum, { kinds: usage }) => sum + usage[kind][what], 0);
    }
  }
  return MEDIA_KINDS.every((kind) => rest[kind].files === 0)
    ? null
    : { accountId: 0, chatId: 0, name: null, bytes: bytesOf(rest), kinds: rest };
}

/** Size of the library: `files` are distinct stored files, `savedBytes` what was not spent because the same content was stored once. */
export function librarySize(db: ReadableDatabase): {
  schema: number;
  indexBytes: number;
  files: number;
  bytes: number;
  savedBytes: number;
} {
  const row = db.get<ReturnType<typeof librarySize>>(
    `SELECT (SELECT user_version FROM pragma_user_version) AS schema,
       (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) AS indexBytes,
       files, bytes, max(0, offered - bytes) AS savedBytes FROM library_size`,
  );
  if (row === undefined) {
    throw new Error('the index gave no size');
  }
  return row;
}

export interface LibraryStats {
  readonly schema: number;
  readonly pages: number;
  readonly pageSize: number;
  readonly messages: number;
  readonly media: number;
  readonly files: number;
  readonly blobs: number;
}

/** Size of the index, for benches and diagnosis. Counts whole tables: never on a screen. */
export function stats(db: ReadableDatabase): LibraryStats {
  const row = db.get<LibraryStats>(
    `SELECT (SELECT user_version FROM pragma_user_version) AS schema, (SELECT page_count FROM pragma_page_count) AS pages,
       (SELECT page_size FROM pragma_page_size) AS pageSize, (SELECT count(*) FROM message) AS messages,
       (SELECT count(*) FROM media) AS media, (SELECT count(*) FROM file) AS files,
       (SELECT count(*) FROM blob WHERE lost_at IS NULL) AS blobs`,
  );
  if (row === undefined) {
    throw new Error('the index gave no statistics');
  }
  return row;
}

/** SQLite's quick check, row counts of indexes included; empty = sound. SQLite's quick check; empty = sound. Slow: never on a screen. */
export function integrity(db: ReadableDatabase): string[] {
  return db
    .all<{ quick_check: string }>('PRAGMA quick_check(100)')
    .map((row) => row.quick_check)
    .filter((line) => line !== 'ok');
}
