import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messageHits } from '../../messages/message-hits.ts';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0170-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('messages of an older index are found newest first, whatever order they were listed in and whatever their time', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 170),
    () => undefined,
  );
  old.exec(`
    INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'a', 'i', 'n', 0);
    INSERT INTO chat (key, account_id, id, listed_at, raw) VALUES (70, 1, 7, 0, '{}');
  `);
  const now = Date.UTC(2026, 10, 30);
  // The first and the last are times that no clock shows.
  const times = [-5_000, now - 9_000, now, now - 60_000, 8e15, now - 8_000, now - 60_000];
  for (const [at, sentAt] of times.entries()) {
    const text = at === 5 ? '明日東京に word' : at === 2 ? '' : 'word';
    const key = old.insert(
      `INSERT INTO message (chat_key, id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
       VALUES (70, ?, ?, 0, ?, 0, 0, 0, 0, 0)`,
      at + 1,
      sentAt,
      text,
    );
    if (text !== '') {
      old.run('INSERT INTO message_fts (rowid, text) VALUES (?, ?)', key, text);
    }
  }
  old.close();
  const db = openConnection(path, 'writer');
  try {
    const found: number[] = [];
    let after: string | null = null;
    do {
      const page: ReturnType<typeof messageHits> = messageHits(db, {
        text: 'word',
        accountId: 1,
        chatId: 7,
        after,
        limit: 2,
      });
      found.push(...page.hits.map(({ messageId }) => messageId));
      after = page.next;
    } while (after !== null);
    expect(found).toEqual([5, 6, 2, 4, 7, 1]);
    db.run("INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)");
  } finally {
    db.close();
  }
});
