import { createHash } from 'node:crypto';
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

test('while a run is paused its threads wait before the next file; going on and stopping end the wait', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chatkeep-pool-'));
  const batch = (name: string): PutBatch => ({
    place: { root: folder, temp: folder, sign: folder, librarySign: folder },
    method: 'copy',
    conflict: 'skip',
    sync: 'each',
    items: [
      {
        seq: 1,
        source: join(folder, 'source'),
        path: name,
        mediaId: 1,
        sha256: createHash('sha256').update('bytes').digest('hex'),
        bytes: 5,
        sentAt: 1_600_000_000_000,
        before: null,
      },
    ],
  });
  await writeFile(join(folder, 'source'), 'bytes');
  const [held, free] = [createPutPool(1), createPutPool(1)];
  try {
    held.pause();
    let ended = false;
    const waiting = held.run(batch('held.jpg')).then((answer) => {
      ended = true;
      return answer;
    });
    // Another pool does the same meanwhile.
    expect((await free.run(batch('free.jpg'))).results).toMatchObject([{ outcome: 'written' }]);
    expect(ended).toBe(false);
    held.resume();
    expect((await waiting).results).toMatchObject([{ outcome: 'written', path: 'held.jpg' }]);
    held.pause();
    const stopped = held.run(batch('never.jpg'));
    held.stop();
    expect(await stopped).toMatchObject({ results: [], stop: { code: 'aborted' } });
  } finally {
    await Promise.all([held.close(), free.close()]);
    await rm(folder, { recursive: true });
  }
});
