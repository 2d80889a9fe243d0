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
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0060-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('older changes learn whose they are from their run, their chat or their media item, and stay open where two accounts have it', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 60),
    () => undefined,
  );
  for (const id of [1, 2]) {
    old.run(
      "INSERT INTO account (id, api_base, identity, name, created_at) VALUES (?, 'a', ?, 'n', 0)",
      id,
      String(id),
    );
    old.run(
      "INSERT INTO media (account_id, id, kind, kind_raw, state, first_seen) VALUES (?, 5, 0, 'photo', 0, 0)",
      id,
    );
  }
  old.run("INSERT INTO run (id, account_id, kind, started_at, version, pid) VALUES (9, 2, 'sync', 0, 'v', 1)");
  old.run("INSERT INTO chat (account_id, id, listed_at, raw) VALUES (1, 7, 0, '{}')");
  old.run("INSERT INTO media (account_id, id, kind, kind_raw, state, first_seen) VALUES (1, 6, 0, 'photo', 0, 0)");
  const change = (run: number | null, chat: number | null, media: number | null): void => {
    old.run(
      "INSERT INTO change (run_id, at, field, chat_id, media_id) VALUES (?, 1, 'media.removed', ?, ?)",
      run,
      chat,
      media,
    );
  };
  change(9, 7, 5);
  change(null, 7, null);
  change(null, null, 6);
  change(null, null, 5);
  old.close();
  const db = openConnection(path, 'writer');
  try {
    expect(
      db.all<{ account_id: number | null }>('SELECT account_id FROM change ORDER BY id').map((row) => row.account_id),
    ).toEqual([2, 1, 1, null]);
  } finally {
    db.close();
  }
});
