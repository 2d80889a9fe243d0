import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportJob } from '../../exports/reads.ts';
import { openExport } from '../../exports/writes.ts';
import { connect } from '../database.ts';
import { openConnection } from '../open-connection.ts';
import { MIGRATIONS } from './index.ts';
import { migrate } from './migrate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatkeep-0100-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('an export made before keeps its dates in UTC when it is carried on, a new one has the zone it was made in', () => {
  const path = join(folder, 'index.sqlite');
  const old = connect(path, 'write');
  migrate(
    old,
    MIGRATIONS.filter(({ version }) => version < 100),
    () => undefined,
  );
  old.exec(`INSERT INTO export_job (identity, token, dir, options, state, created_at, version)
    VALUES ('old', 'a', '/d', '{}', 2, 0, 'v')`);
  old.close();
  const db = openConnection(path, 'writer');
  try {
    const open = (identity: string): string =>
      openExport(db, {
        identity,
        token: identity === 'old' ? 'a' : 'b',
        dir: '/d',
        options: '{}',
        at: 1,
        version: 'v',
        timeZone: 'Asia/Kolkata',
      }).job.timeZone;
    expect([open('old'), open('new')]).toEqual(['UTC', 'Asia/Kolkata']);
    expect(exportJob(db, { identity: 'old' })?.timeZone).toBe('UTC');
  } finally {
    db.close();
  }
});
