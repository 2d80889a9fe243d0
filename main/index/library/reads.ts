import { MEDIA_KINDS, type MediaKind } from '../../contract/model.ts';
import type { ChatUsage, KindUsage } from '../../contract/shapes.ts';
import { kinds, ledgerStates } from '../kernel/codes.ts';
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

/** Stored bytes by chat and kind, largest first, at most 500 chats; `rest` sums the others. */
export function libraryUsage(db: ReadableDatabase): { chats: ChatUsage[]; rest: ChatUsage | null; total: KindUsage } {
  const scopes = new Map<number, Usage>();
  const total = noUsage();
  for (const row of db.all<{ scope: number; kind: number; n: number; bytes: number }>(
    `SELECT scope, kind, sum(n) AS n, sum(bytes) AS bytes FROM total WHERE ledger_state = ${STORED} GROUP BY scope, kind`,
  )) {
    const usage = row.scope < 0 ? total : (scopes.get(row.scope) ?? noUsage());
    const kind = kinds.name(row.kind);
    usage[kind] = { files: usage[kind].files + row.n, bytes: usage[kind].bytes + row.bytes };
    if (row.scope > 0) {
      scopes.set(row.scope, usage);
    }
  }
  const sorted = [...scopes]
    .map(([key, usage]) => ({ key, usage, bytes: bytesOf(usage) }))
    .sort((a, b) => b.bytes - a.bytes);
  return {
    chats: sorted.slice(0, MOST_CHATS).flatMap((each) => chatUsage(db, each) ?? []),
    rest: restOf(sorted.slice(MOST_CHATS).map(({ usage }) => usage)),
    total,
  };
}

function chatUsage(
  db: ReadableDatabase,
  { key, usage, bytes }: { key: number; usage: KindUsage; bytes: number },
): ChatUsage | null {
  const chat = db.get<{ accountId: number; chatId: number; name: string | null }>(
    `SELECT c.account_id AS accountId, c.id AS chatId, ${nameOf('c.account_id', 'c.id')} AS name FROM chat c WHERE c.key = ?`,
    key,
  );
  return chat === undefined ? null : { ...chat, bytes, kinds: usage };
}

/** All others as one; it belongs to no account or chat, so its ids are 0. */
function restOf(usages: readonly Usage[]): ChatUsage | null {
  if (usages.length === 0) {
    return null;
  }
  const sum = noUsage();
  for (const usage of usages) {
    for (const kind of MEDIA_KINDS) {
      sum[kind] = { files: sum[kind].files + usage[kind].files, bytes: sum[kind].bytes + usage[kind].bytes };
    }
  }
  return { accountId: 0, chatId: 0, name: null, bytes: bytesOf(sum), kinds: sum };
}

/** Size of the library. Sums whole tables: for the library's own screen, not while scrolling. */
export function librarySize(db: ReadableDatabase): {
  schema: number;
  indexBytes: number;
  /** Distinct stored files and their bytes. */
  files: number;
  bytes: number;
  /** Bytes not spent because the same content was stored once. */
  savedBytes: number;
} {
  const row = db.get<{ schema: number; indexBytes: number; files: number; bytes: number; offered: number }>(
    `SELECT (SELECT user_version FROM pragma_user_version) AS schema,
       (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) AS indexBytes,
       (SELECT count(*) FROM blob WHERE lost_at IS NULL) AS files,
       (SELECT coalesce(sum(bytes), 0) FROM blob WHERE lost_at IS NULL) AS bytes,
       (SELECT coalesce(sum(b.bytes), 0) FROM file f JOIN blob b ON b.key = f.blob_key WHERE f.state = 1) AS offered`,
  );
  if (row === undefined) {
    throw new Error('the index gave no size');
  }
  const { offered, ...size } = row;
  return { ...size, savedBytes: Math.max(0, offered - size.bytes) };
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
