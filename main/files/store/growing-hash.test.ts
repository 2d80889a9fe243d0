import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashGrowing } from './growing-hash.ts';
import { createStorePool, type StorePool } from './store-pool.ts';
import { makeLibrary, noise, sha256 } from '../testing/test-library.ts';

const signal = new AbortController().signal;
const bytes = noise(2_500_000);

let root: string;
let remove: () => Promise<void>;
let part: string;
let pool: StorePool;
beforeEach(async () => {
  ({ root, remove } = await makeLibrary());
  part = join(root, 'a.part');
  pool = createStorePool({ entry: new URL('./store-worker.ts', import.meta.url), root, threads: 1 });
});
afterEach(async () => {
  await pool.close();
  await remove();
});

test('bytes that are written while it reads are hashed once, in order', async () => {
  await writeFile(part, '');
  const hash = hashGrowing(pool, part, signal);
  for (let at = 0; at < bytes.length; at += 700_000) {
    await appendFile(part, bytes.subarray(at, at + 700_000));
    hash.grown(Math.min(bytes.length, at + 700_000));
  }
  expect(await hash.whole(bytes.length)).toBe(sha256(bytes));
});

test('bytes behind the announced end are not in it', async () => {
  await writeFile(part, bytes);
  expect(await hashGrowing(pool, part, signal).whole(1_000_000)).toBe(sha256(bytes.subarray(0, 1_000_000)));
});

test('a part that is shorter than was said is a fault, not a hash', async () => {
  await writeFile(part, bytes.subarray(0, 10));
  await expect(hashGrowing(pool, part, signal).whole(11)).rejects.toThrow('ends at 10');
});

test('a dropped one ends: closing waits for it', async () => {
  await writeFile(part, bytes);
  const hash = hashGrowing(pool, part, signal);
  hash.grown(100);
  hash.drop();
  await pool.close();
});
