import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openIndex } from '../../client.ts';
import { packOldRaw, rawOf } from '../../messages/raw-blocks.ts';
import { blocksThatLie } from '../../testing/recount.ts';
import { WRITES } from '../../writes.ts';
import { sampleMessage, samplePage } from '../../testing/sample-pages.ts';
import { connect, type Connection } from '../database.ts';
import { type WritableDatabase } from '../database-types.ts';
import { openConnection } from '../open-connection.ts';
import { type UpgradeProgress } from '../upgrade.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0120-'));
  path = join(folder, 'index.sqlite');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const jsonOf = (key: number, size = 40): string => `{"id":${String(key)},"text":"${'é'.repeat(size)}"}`;

/** An index as the version before wrote it: the JSON of each message in a row of its own. */
function older(messages: number, size?: number): void {
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 120),
    () => undefined,
  );
  old.transaction('write', () => {
    old.exec(`
      INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'a', 'i', 'n', 0);
      INSERT INTO chat (key, account_id, id, listed_at, raw) VALUES (70, 1, 7, 0, '{}');`);
    for (let key = 1; key <= messages; key += 1) {
      old.run(
        `INSERT INTO message (key, chat_key, id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
         VALUES (?, 70, ?, 5, 0, '', 0, 0, 0, 0, 0)`,
        key,
        key,
      );
      old.run('INSERT INTO message_raw (message_key, html, json) VALUES (?, ?, ?)', key, 'h', jsonOf(key, size));
    }
  });
  old.close();
}

const keys = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const unpacked = (db: Connection): number => db.get<{ n: number }>('SELECT count(*) AS n FROM message_raw')?.n ?? -1;

function expectAll(db: Connection, count: number, size?: number): void {
  expect([...rawOf(db, keys(count)).values()]).toEqual(keys(count).map((key) => jsonOf(key, size)));
  expect(blocksThatLie(db)).toEqual([]);
}

test('an older index opens at once; its JSON is packed in slices, can be read at each step, and is all there', () => {
  older(250);
  const db = openConnection(path, 'writer');
  try {
    expect(unpacked(db)).toBe(250);
    expectAll(db, 250);
    for (const left of [150, 50, 0, 0]) {
      db.transaction('write', () => packOldRaw(db));
      expect(unpacked(db)).toBe(left);
      expectAll(db, 250);
    }
    expect(db.all('SELECT live FROM raw_block')).toEqual([{ live: 100 }, { live: 100 }, { live: 50 }]);
  } finally {
    db.close();
  }
});

test('a message that changes before it is packed leaves nothing behind', () => {
  older(3);
  const db = openConnection(path, 'writer');
  try {
    const page = samplePage([sampleMessage(2, [], { text: 'edited' })]);
    const place = { accountId: 1, chatKey: 70, runId: null, at: 1, pass: 'media', cursor: null, detectGone: false };
    db.transaction('write', () => WRITES.applyPage(db, { ...place, page, range: null }));
    expect(db.all('SELECT message_key AS key FROM message_raw')).toEqual([{ key: 1 }, { key: 3 }]);
    db.transaction('write', () => packOldRaw(db));
    expect([...rawOf(db, [1, 2, 3]).values()]).toEqual([jsonOf(1), page.messages[0]?.raw, jsonOf(3)]);
    expect(blocksThatLie(db)).toEqual([]);
  } finally {
    db.close();
  }
});

test('a disk that is full at any write of a slice loses nothing, and packing goes on when there is room', () => {
  older(4);
  const db = openConnection(path, 'writer');
  try {
    const full = (room: number): WritableDatabase => ({
      ...db,
      run: (sql, ...values) => {
        if ((room -= 1) < 0) {
          throw new Error('full');
        }
        return db.run(sql, ...values);
      },
    });
    // Two writes a message, one for the block.
    for (let room = 0; room < 9; room += 1) {
      expect(() => db.transaction('write', () => packOldRaw(full(room)))).toThrow('full');
      expect(unpacked(db)).toBe(4);
      expectAll(db, 4);
    }
    db.transaction('write', () => packOldRaw(full(9)));
    expect(unpacked(db)).toBe(0);
    expectAll(db, 4);
  } finally {
    db.close();
  }
});

test('the writer packs by itself between calls, stops when it is closed, and the next opening goes on', async () => {
  older(1000);
  for (let left = 1000; left > 0;) {
    const index = await openIndex({ path });
    await index.write.setWholeConversations({ accountId: 1, on: true });
    await index.close();
    const db = openConnection(path, 'reader');
    expect(unpacked(db)).toBeLessThan(left);
    left = unpacked(db);
    expectAll(db, 1000);
    db.close();
  }
});

test('once all is packed the index gives its empty pages back, where there is room for it', () => {
  older(600, 32_000);
  const before = statSync(path).size;
  const db = openConnection(path, 'writer');
  for (let left = 600; left > 0; left -= 100) {
    db.transaction('write', () => packOldRaw(db));
  }
  db.close();
  openConnection(path, 'writer', { freeBytes: () => 1024 * 1024 }).close();
  expect(statSync(path).size).toBeGreaterThan(before * 0.9);
  const heard: UpgradeProgress[] = [];
  const small = openConnection(path, 'writer', { onUpgrade: (progress) => heard.push(progress) });
  try {
    expect(heard).toMatchObject([{ stage: 'shrinking' }]);
    expect(statSync(path).size).toBeLessThan(before / 10);
    expectAll(small, 600, 32_000);
    expect(small.all('PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }]);
  } finally {
    small.close();
  }
});
