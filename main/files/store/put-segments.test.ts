import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError, type Store } from '../interface.ts';
import { partPaths, storePaths } from '../library/store-paths.ts';
import { receiveSegments } from './put-segments.ts';
import { openStore } from './store.ts';
import { makeLibrary, mp4, refusal, sha256, streamOf } from '../testing/test-library.ts';

let root: string;
let remove: () => Promise<void>;
let store: Store;

beforeEach(async () => {
  ({ root, remove } = await makeLibrary());
  store = await openStore({ root, reserveBytes: 0, workers: 1 });
});
afterEach(async () => {
  await store.close();
  await remove();
});

const bytes = mp4(60_000);
const totalBytes = bytes.length;

/** A host of one object that counts what it gives and breaks or triggers `onLimit` after `limit` bytes. */
function host(limit: number, onLimit: (error: Error) => void, chunk: number) {
  let given = 0;
  return {
    given: () => given,
    fetchRange: (start: number, end: number): Promise<Readable> =>
      Promise.resolve(
        Readable.from(
          (function* body() {
            for (let at = start; at < end; at += chunk) {
              const next = bytes.subarray(at, Math.min(at + chunk, end));
              if (given + next.length > limit) {
                const error = new Error('connection lost');
                onLimit(error);
                throw error;
              }
              given += next.length;
              yield Buffer.from(next);
            }
          })(),
          { objectMode: false },
        ),
      ),
  };
}

const cut = fc.record({ limit: fc.nat(totalBytes), how: fc.constantFrom('reset', 'abort') });

describe('a file in several ranges', () => {
  test('any series of cuts and aborts, with any number of ranges, ends with the exact bytes and fetches no kept byte again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(cut, { maxLength: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 500, max: 9000 }),
        async (cuts, segments, chunk) => {
          const files = partPaths(storePaths(root), 'big');
          await store.dropPart('big');
          let kept = 0;
          const attempt = async (limit: number, how: string): Promise<number> => {
            const controller = new AbortController();
            const source = host(limit, () => how === 'abort' && controller.abort(), chunk);
            await receiveSegments(files, {
              hash: () => ({ grown: () => undefined, whole: () => Promise.resolve(''), drop: () => undefined }),
              totalBytes,
              etag: '"v1"',
              lastModified: null,
              contentType: null,
              segments,
              smallest: 1000,
              now: () => 0,
              signal: controller.signal,
              fetchRange: source.fetchRange,
              onBytes: (done) => {
                kept = done;
              },
            }).catch((error: unknown) => {
              if (limit === Infinity) {
                throw error;
              }
            });
            return source.given();
          };
          for (const { limit, how } of cuts) {
            await attempt(limit, how);
          }
          const before = kept;
          expect(await attempt(Infinity, 'reset')).toBe(totalBytes - before);
          expect(sha256(await readFile(files.part))).toBe(sha256(bytes));
        },
      ),
      { numRuns: 25 },
    );
  });

  const options = {
    totalBytes,
    etag: '"v1"',
    lastModified: null,
    contentType: 'video/mp4',
    segments: 3,
    signal: new AbortController().signal,
  };
  const never = (): void => undefined;

  test('the whole is hashed, checked and stored, and the part is gone', async () => {
    const stored = await store.putSegments('big', { ...options, fetchRange: host(Infinity, never, 5000).fetchRange });
    expect(stored).toMatchObject({ sha256: sha256(bytes), bytes: totalBytes, ext: 'mp4', existed: false });
    expect(await store.part('big')).toBeNull();
  });

  test('a part that ranges began is continued by a stream from its whole prefix', async () => {
    const broken = host(30_000, never, 5000);
    await expect(store.putSegments('big', { ...options, fetchRange: broken.fetchRange })).rejects.toThrow();
    const offset = (await store.part('big'))?.offset ?? 0;
    expect(offset).toBeGreaterThan(0);
    const rest = streamOf(bytes.subarray(offset));
    expect((await store.putStream('big', rest, { ...options, offset })).sha256).toBe(sha256(bytes));
  });

  test.each([
    ['another ETag', { etag: '"v2"' }],
    ['no validator at all', { etag: null }],
  ])('with %s the part is started anew', async (_what, changed) => {
    await expect(
      store.putSegments('big', { ...options, fetchRange: host(30_000, never, 5000).fetchRange }),
    ).rejects.toThrow();
    const again = host(Infinity, never, 5000);
    await store.putSegments('big', { ...options, ...changed, fetchRange: again.fetchRange });
    expect(again.given()).toBe(totalBytes);
  });

  test.each([
    ['shorter', (start: number, end: number) => bytes.subarray(start, end - 1)],
    ['longer', (start: number, end: number) => Buffer.concat([bytes.subarray(start, end), Buffer.alloc(1)])],
  ])('a range %s than asked for is refused', async (_what, give) => {
    const put = store.putSegments('big', {
      ...options,
      fetchRange: (start, end) => Promise.resolve(streamOf(give(start, end))),
    });
    expect(await refusal(put)).toBe('wrong_length');
  });

  test('the first fault ends the other ranges and is the one told', async () => {
    let ended = 0;
    const put = store.putSegments('big', {
      ...options,
      totalBytes: 64 * 1024 * 1024,
      fetchRange: (start) => {
        if (start > 0) {
          return Promise.reject(new StoreError('io', 'refused by the host'));
        }
        const endless = new Readable({ read: () => undefined });
        endless.once('close', () => {
          ended += 1;
        });
        return Promise.resolve(endless);
      },
    });
    await expect(put).rejects.toThrow('refused by the host');
    expect(ended).toBe(1);
  });
});
