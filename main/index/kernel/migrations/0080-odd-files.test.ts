import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { oddFiles } from './0080-odd-files.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0080-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('files stored before odd ones were kept are not odd', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < oddFiles.version),
    () => undefined,
  );
  old.run("INSERT INTO blob (sha256, bytes, mime, ext, stored_at) VALUES (x'00', 1, 'image/jpeg', 'jpg', 1)");
  old.close();
  const db = openConnection(path, 'writer');
  try {
    expect(db.all('SELECT bytes, odd FROM blob')).toEqual([{ bytes: 1, odd: null }]);
  } finally {
    db.close();
  }
});
