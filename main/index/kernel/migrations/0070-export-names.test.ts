import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0070-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('an older export keeps the names that its chats and senders have when the index is brought up to date', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 70),
    () => undefined,
  );
  old.exec(`
    INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'a', 'i', 'n', 0);
    INSERT INTO person (account_id, id, name) VALUES (1, 7, 'Anna'), (1, 9, 'Me'), (1, 8, 'Not exported');
    INSERT INTO chat (key, account_id, id, listed_at, raw) VALUES (70, 1, 7, 0, '{}'), (80, 1, 8, 0, '{}');
    INSERT INTO message (key, chat_key, id, sender_id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
      VALUES (700, 70, 1, 9, 0, 0, '', 0, 0, 0, 0, 0);
    INSERT INTO export_job (id, identity, token, dir, options, state, created_at, version) VALUES (5, 'x', 't', '/d', '{}', 2, 0, 'v');
    INSERT INTO export_item (job_id, seq, media_key, chat_key, message_key, sent_at, state, path, fold, flags)
      VALUES (5, 1, 1, 70, 700, 0, 1, 'a', 'a', 0), (5, 2, 2, 80, 700, 0, 3, NULL, NULL, 0);
  `);
  old.close();
  const db = openConnection(path, 'writer');
  try {
    expect(db.all('SELECT job_id, person_id, name FROM export_name ORDER BY person_id')).toEqual([
      { job_id: 5, person_id: 7, name: 'Anna' },
      { job_id: 5, person_id: 9, name: 'Me' },
    ]);
  } finally {
    db.close();
  }
});
