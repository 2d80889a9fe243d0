import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chatList } from '../../chats/chat-list.ts';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0180-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('chats of an older index are listed newest first over all accounts and in one, page by page, each once', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 180),
    () => undefined,
  );
  // Several of one time, and some without.
  old.exec(`
    INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'a', 'i', 'n', 0), (2, 'a', 'j', 'm', 0);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
    INSERT INTO chat (key, account_id, id, newest_at, listed_at, raw) SELECT i, 1 + i % 2, i, nullif(i * 7 % 5, 0), 0, '{}' FROM n;
  `);
  const chats = old.all<{ key: number; account: number; at: number }>(
    'SELECT key, account_id AS account, coalesce(newest_at, 0) AS at FROM chat',
  );
  old.close();
  const db = openConnection(path, 'writer');
  try {
    for (const accountId of [null, 1]) {
      const found: number[] = [];
      let after: string | null = null;
      do {
        const page: ReturnType<typeof chatList> = chatList(db, { accountId, after, limit: 7 });
        found.push(...page.rows.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      const expected = chats
        .filter(({ account }) => accountId === null || account === accountId)
        .sort((a, b) => b.at - a.at || b.key - a.key)
        .map(({ key }) => key);
      expect(found).toEqual(expected);
    }
  } finally {
    db.close();
  }
});
