import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { PutBatch } from './put-jobs.ts';
import { createPutPool } from './put-pool.ts';

const NOTHING: PutBatch = {
  place: { root: '/nowhere', temp: '/nowhere', sign: '/nowhere', librarySign: '/nowhere' },
  method: 'copy',
  conflict: 'skip',
  sync: 'each',
  items: [],
};

test('a thread that dies ends its batches, and later ones too, instead of keeping them waiting', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chatkeep-pool-'));
  await writeFile(join(folder, 'dead.mjs'), 'throw new Error("not today");');
  const pool = createPutPool(1, pathToFileURL(join(folder, 'dead.mjs')));
  try {
    expect(await pool.run(NOTHING)).toMatchObject({
      stop: { code: 'io', message: expect.stringContaining('not today') as string },
    });
    expect(await pool.run(NOTHING)).toMatchObject({ stop: { code: 'io' } });
  } finally {
    await pool.close();
    await rm(folder, { recursive: true });
  }
});

test('a batch of nothing is done at once', async () => {
  const pool = createPutPool(2);
  try {
    expect(await Promise.all([pool.run(NOTHING), pool.run(NOTHING)])).toEqual([
      { results: [], undated: 0, stop: null },
      { results: [], undated: 0, stop: null },
    ]);
    expect(pool.bytes()).toBe(0);
  } finally {
    await pool.close();
  }
});
