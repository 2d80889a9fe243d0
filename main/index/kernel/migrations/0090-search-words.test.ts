import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ftsQuery } from '../fts-query.ts';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0090-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('messages of an older index are found by words inside of Japanese and by emoji, and only these are kept twice', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 90),
    () => undefined,
  );
  old.exec(`
    INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'a', 'i', 'n', 0);
    INSERT INTO chat (key, account_id, id, listed_at, raw) VALUES (70, 1, 7, 0, '{}');
  `);
  const texts = ['明日東京に行く写真', 'plain words', '', 'hello 😀'];
  // More than are looked at in one go.
  for (let id = 1; id <= 6000; id += 1) {
    const text = texts[id % 4] ?? '';
    const key = old.insert(
      `INSERT INTO message (chat_key, id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
       VALUES (70, ?, 0, 0, ?, 0, 0, 0, 0, 0)`,
      id,
      text,
    );
    if (text !== '') {
      old.run('INSERT INTO message_fts (rowid, text) VALUES (?, ?)', key, text);
    }
  }
  old.close();
  const db = openConnection(path, 'writer');
  try {
    const count = (text: string): number =>
      db.all('SELECT rowid FROM message_fts WHERE message_fts MATCH ?', ftsQuery(text) ?? '').length;
    expect(['東京', '😀', 'plain', 'hello'].map(count)).toEqual([1500, 1500, 1500, 1500]);
    expect(db.get('SELECT count(*) AS n FROM message_words')).toEqual({ n: 3000 });
    db.run("INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)");
  } finally {
    db.close();
  }
});
