import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { batesNext } from '../../exports/reads.ts';
import { takeBates } from '../../exports/writes.ts';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0150-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('an older index begins each prefix at 1; numbers that were given are not given again', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 150),
    () => undefined,
  );
  old.close();
  const db = openConnection(path, 'writer');
  try {
    expect(batesNext(db, { prefix: 'CASE-' })).toBe(1);
    takeBates(db, { prefix: 'CASE-', first: 1, pages: 12 });
    takeBates(db, { prefix: 'CASE-', first: 13, pages: 2 });
    expect([batesNext(db, { prefix: 'CASE-' }), batesNext(db, { prefix: 'OTHER-' })]).toEqual([15, 1]);
    expect(() => takeBates(db, { prefix: 'CASE-', first: 13, pages: 1 })).toThrow(/given twice: CASE-13/);
    expect(batesNext(db, { prefix: 'CASE-' })).toBe(15);
    takeBates(db, { prefix: 'CASE-', first: 501, pages: 1 });
    expect(batesNext(db, { prefix: 'CASE-' })).toBe(502);
  } finally {
    db.close();
  }
});
