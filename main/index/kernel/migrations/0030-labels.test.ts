import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FAVOURITE } from '../../../contract/browse-shapes.ts';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { first } from './0010-first.ts';
import { exportJobs } from './0020-export.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0030-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a library without labels gets the heart and keeps its rows', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(old, [first, exportJobs], () => undefined);
  old.run(
    "INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'https://api.example', 'user:1', 'Mine', 5)",
  );
  old.close();
  const db = openConnection(path, 'writer');
  try {
    expect(db.all('SELECT id, name FROM account')).toEqual([{ id: 1, name: 'Mine' }]);
    expect(db.all('SELECT id, name, removed_at FROM label')).toEqual([{ id: FAVOURITE, name: null, removed_at: null }]);
    expect(db.all('SELECT * FROM label_media')).toEqual([]);
  } finally {
    db.close();
  }
});
