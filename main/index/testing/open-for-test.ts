/** An index in this thread, in a folder of its own, for tests of reads and writes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection } from '../kernel/database.ts';
import { type IndexReads } from '../reads.ts';
import { type IndexWrites } from '../writes.ts';
import { openConnection } from '../kernel/open-connection.ts';
import { READS } from '../reads.ts';
import { WRITES } from '../writes.ts';

export interface TestIndex {
  readonly db: Connection;
  readonly path: string;
  read<Name extends keyof IndexReads>(name: Name, input: Parameters<IndexReads[Name]>[0]): ReturnType<IndexReads[Name]>;
  write<Name extends keyof IndexWrites>(
    name: Name,
    input: Parameters<IndexWrites[Name]>[0],
  ): ReturnType<IndexWrites[Name]>;
  /** Closes the index and removes its folder. */
  close(): void;
}

export function openForTest(): TestIndex {
  const folder = mkdtempSync(join(tmpdir(), 'chatkeep-index-'));
  const path = join(folder, 'index.sqlite');
  const db = openConnection(path, 'writer');
  return {
    db,
    path,
    read: (name, input) => db.transaction('read', () => READS[name](db, input)),
    write: (name, input) => db.transaction('write', () => WRITES[name](db, input)),
    close() {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An account of user 1, or its new name; answers its id. */
export const saveSampleAccount = (index: Pick<TestIndex, 'write'>, name = 'One'): number =>
  index.write('saveAccount', {
    apiBase: 'https://api.example',
    identity: 'user:1',
    userId: 1,
    username: null,
    name,
    ratePerMinute: null,
    at: 0,
  }).id;

/** A chat of an account; answers its key. */
export function saveSampleChat(
  index: Pick<TestIndex, 'write'>,
  accountId: number,
  id: number,
  lastMessageId: number | null = null,
): number {
  const chat = { id, lastMessageId, lastMessageChangedAt: null, unreadCount: null, raw: '{}' };
  const [saved] = index.write('saveChats', { accountId, runId: null, at: 0, chats: [chat] });
  return saved?.key ?? 0;
}
