import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { first } from './0010-first.ts';
import { migrate, schemaVersion } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0020-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a library of the first shape is copied, then gets the tables of exports with its rows untouched', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(old, [first], () => undefined);
  old.run(
    "INSERT INTO account (id, api_base, identity, name, created_at) VALUES (1, 'https://api.example', 'user:1', 'Mine', 5)",
  );
  old.close();

  const db = openConnection(path, 'writer');
  try {
    expect(schemaVersion(db)).toBeGreaterThanOrEqual(20);
    expect(db.all('SELECT id, name FROM account')).toEqual([{ id: 1, name: 'Mine' }]);
    expect(db.all('SELECT * FROM export_job')).toEqual([]);
    expect(db.all('SELECT * FROM export_item')).toEqual([]);
    expect(db.all('SELECT * FROM export_preset')).toEqual([]);
  } finally {
    db.close();
  }

  const copy = `${path}.schema-10.bak`;
  expect(existsSync(copy)).toBe(true);
  const before = connect(copy, 'read');
  try {
    expect(schemaVersion(before)).toBe(10);
    expect(before.all('SELECT name FROM account')).toEqual([{ name: 'Mine' }]);
  } finally {
    before.close();
  }
});
