import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { draw, plain as oneColour } from '../../pictures/testing/made-pictures.ts';
import { type Store, type StoredBlob, type StoreError } from '../interface.ts';
import { openStore } from './store.ts';
import {
  collect,
  filesBelow,
  makeLibrary,
  MARKER,
  mp4,
  noise,
  refusal,
  sha256,
  streamOf,
} from '../testing/test-library.ts';

const signal = new AbortController().signal;
const plain = { totalBytes: null, contentType: null, signal };

let root: string;
let remove: () => Promise<void>;
let store: Store;
let logged: { message: string; path: unknown }[];

beforeEach(async () => {
  ({ root, remove } = await makeLibrary());
  logged = [];
  store = await openStore({
    root,
    reserveBytes: 1000,
    workers: 2,
    log: (message, fields) => logged.push({ message, path: fields['path'] }),
    statfs: () => Promise.resolve({ bavail: 50, bsize: 100, blocks: 100 }),
  });
});
afterEach(async () => {
  await store.close();
  await remove();
});

describe('small files', () => {
  test('bytes land under their hash, with nothing else left behind', async () => {
    const bytes = await draw({ from: oneColour(30, 20, [0, 128, 128]), to: { format: 'png', palette: false } });
    const hash = sha256(bytes);
    const stored = await store.putBytes(Uint8Array.from(bytes), plain);
    expect(stored).toEqual({
      sha256: hash,
      bytes: bytes.length,
      mime: 'image/png',
      ext: 'png',
      existed: false,
      width: 30,
      height: 20,
      odd: null,
    });
    expect(await readFile(store.pathOf(hash, 'png'))).toEqual(bytes);
    const name = `files/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}.png`;
    expect(await filesBelow(root)).toEqual([name, 'library.json']);
  });

  test('the same bytes are stored once', async () => {
    const put = () => store.putBytes(Uint8Array.from(noise(5000)), plain);
    await Promise.all([put(), put(), put(), put()]);
    expect((await put()).existed).toBe(true);
    expect((await filesBelow(join(root, 'files'))).length).toBe(1);
    expect(await filesBelow(join(root, 'parts'))).toEqual([]);
  });

  test.each([
    ['shorter', noise(4000)],
    ['of the same length but changed', noise(5000, 2)],
  ])('a file on disk that is %s is set aside and replaced', async (_what, wrong) => {
    const bytes = noise(5000);
    const path = store.pathOf(sha256(bytes), 'bin');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, wrong);
    expect((await store.putBytes(Uint8Array.from(bytes), plain)).existed).toBe(false);
    expect(await readFile(path)).toEqual(bytes);
    expect(await readFile(join(root, 'damaged', `${sha256(bytes)}.bin`))).toEqual(wrong);
  });

  test("a buffer from Node's shared pool is copied, not taken away", async () => {
    const pooled = Buffer.from([0, 1, 2, 3, 4]);
    expect(pooled.buffer.byteLength).toBeGreaterThan(pooled.length);
    await store.putBytes(pooled, plain);
    expect([...pooled]).toEqual([0, 1, 2, 3, 4]);
  });

  test('refused bytes leave no trace', async () => {
    expect(await refusal(store.putBytes(new TextEncoder().encode('<html>'), plain))).toBe('not_media');
    expect(await refusal(store.putBytes(new Uint8Array(0), plain))).toBe('empty');
    expect(await refusal(store.putBytes(Uint8Array.from(noise(9)), { ...plain, totalBytes: 10 }))).toBe('wrong_length');
    expect(await filesBelow(root)).toEqual(['library.json']);
  });

  test('closing waits for what is under way, and refuses more', async () => {
    const bytes = noise(2_000_000);
    const put = store.putBytes(Uint8Array.from(bytes), plain);
    await store.close();
    expect((await put).sha256).toBe(sha256(bytes));
    expect(await refusal(store.putBytes(Uint8Array.from(noise(9)), plain))).toBe('io');
  });
});

describe('large files', () => {
  const options = { ...plain, offset: 0, etag: '"v1"', lastModified: null };

  test('any split into chunks gives the same file', async () => {
    const bytes = mp4(9000);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9100 }), fc.boolean(), async (size, announced) => {
        const totalBytes = announced ? bytes.length : null;
        const stored = await store.putStream('a', streamOf(bytes, size), { ...options, totalBytes });
        expect(stored).toMatchObject({ sha256: sha256(bytes), bytes: bytes.length, ext: 'mp4' });
        expect(await filesBelow(join(root, 'parts'))).toEqual([]);
      }),
      { numRuns: 25 },
    );
    expect(await readFile(store.pathOf(sha256(bytes), 'mp4'))).toEqual(bytes);
  });

  test('any series of cuts, each continued from the part, ends with the exact bytes and fetches none twice', async () => {
    const bytes = mp4(40_000);
    const totalBytes = bytes.length;
    const cuts = fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.integer({ min: 100, max: 20_000 }), async (lengths, size) => {
        await store.dropPart('a');
        let fetched = 0;
        const attempt = async (length: number): Promise<boolean> => {
          const offset = (await store.part('a'))?.offset ?? 0;
          const rest = bytes.subarray(offset);
          fetched += Math.min(length, rest.length);
          try {
            await store.putStream('a', streamOf(rest, size, length), { ...options, totalBytes, offset });
            return true;
          } catch {
            return false;
          }
        };
        let whole = false;
        for (const length of lengths) {
          whole = whole || (await attempt(length));
        }
        expect(whole || (await attempt(Infinity))).toBe(true);
        expect(fetched).toBe(bytes.length);
        expect(await store.check({ sha256: sha256(bytes), ext: 'mp4', bytes: totalBytes }, true, signal)).toBe('ok');
      }),
      { numRuns: 25 },
    );
  });

  test('a body that ends early keeps its part; more than announced throws it away', async () => {
    const bytes = mp4(3000);
    const short = store.putStream('a', streamOf(bytes), { ...options, totalBytes: bytes.length + 5 });
    expect(await refusal(short)).toBe('wrong_length');
    expect(await store.part('a')).toEqual({
      offset: bytes.length,
      totalBytes: bytes.length + 5,
      etag: '"v1"',
      lastModified: null,
    });
    const long = store.putStream('a', streamOf(bytes), { ...options, totalBytes: bytes.length - 5 });
    expect(await refusal(long)).toBe('wrong_length');
    expect(await store.part('a')).toBeNull();
  });

  test('a fault of the source is thrown as it is, whatever its code; the part stays', async () => {
    const bytes = mp4(200_000);
    const fault = Object.assign(new Error('connect refused by a firewall'), { code: 'EACCES' });
    const source = new PassThrough();
    const put = store.putStream('a', source, {
      ...options,
      totalBytes: bytes.length,
      onBytes: () => source.destroy(fault),
    });
    source.write(bytes.subarray(0, 100_000));
    await expect(put).rejects.toBe(fault);
    expect((await store.part('a'))?.offset).toBeGreaterThan(0);
  });

  test('an abort in the middle keeps what came', async () => {
    const bytes = mp4(200_000);
    const controller = new AbortController();
    const source = new PassThrough();
    const put = store.putStream('a', source, {
      ...options,
      totalBytes: bytes.length,
      signal: controller.signal,
      onBytes: () => controller.abort(),
    });
    source.write(bytes.subarray(0, 100_000));
    expect(await refusal(put)).toBe('aborted');
    const offset = (await store.part('a'))?.offset ?? 0;
    expect(offset).toBeGreaterThan(0);
    const stored = await store.putStream('a', streamOf(bytes.subarray(offset)), {
      ...options,
      totalBytes: bytes.length,
      offset,
    });
    expect(stored.sha256).toBe(sha256(bytes));
  });

  test('an error page costs nothing of the part that an earlier try left', async () => {
    const bytes = mp4(30_000);
    await expect(
      store.putStream('a', streamOf(bytes, 1000, 20_000), { ...options, totalBytes: bytes.length }),
    ).rejects.toThrow('connection lost');
    const page = Buffer.from(`<!doctype html>${'<p>Slow down</p>'.repeat(100)}`);
    expect(await refusal(store.putStream('a', streamOf(page), { ...options, contentType: 'text/html' }))).toBe(
      'not_media',
    );
    expect((await store.part('a'))?.offset).toBe(20_000);
  });

  test('bytes of another object are never joined to a part', async () => {
    const bytes = mp4(30_000);
    await expect(
      store.putStream('a', streamOf(bytes, 1000, 20_000), { ...options, totalBytes: bytes.length }),
    ).rejects.toThrow();
    const other = store.putStream('a', streamOf(bytes.subarray(20_000)), {
      ...options,
      totalBytes: bytes.length,
      etag: '"v2"',
      offset: 20_000,
    });
    expect(await refusal(other)).toBe('damaged');
    expect(await store.part('a')).toBeNull();
  });

  test('a container that ends early is refused; its part stays whole until it is kept as odd, or dropped', async () => {
    const cut = mp4(3000).subarray(0, 2000);
    expect(await refusal(store.putStream('a', streamOf(cut), options))).toBe('damaged');
    expect(await store.part('a')).toMatchObject({ offset: 2000, totalBytes: 2000 });
    const whole = { ...options, totalBytes: 2000, offset: 2000 };
    expect(await refusal(store.putStream('a', streamOf(Buffer.alloc(0)), whole))).toBe('damaged');
    const kept = await store.putStream('a', streamOf(Buffer.alloc(0)), { ...whole, keepOdd: true });
    expect(kept).toMatchObject({ sha256: sha256(cut), odd: 'cut_inside' });
    expect(await store.part('a')).toBeNull();
    expect(await refusal(store.putStream('b', streamOf(cut), options))).toBe('damaged');
    await store.dropPart('b');
    expect((await filesBelow(root)).filter((path) => path.includes('part'))).toEqual([]);
  });

  test('small bytes that end early are kept when the host has no others', async () => {
    const cut = mp4(3000).subarray(0, 2000);
    const put = (keepOdd: boolean): Promise<StoredBlob> => store.putBytes(Buffer.from(cut), { ...options, keepOdd });
    expect(await refusal(put(false))).toBe('damaged');
    expect(await put(true)).toMatchObject({ sha256: sha256(cut), odd: 'cut_inside' });
    // A wrong length is no oddity.
    const longer = store.putBytes(Buffer.from(cut), { ...options, totalBytes: 2001, keepOdd: true });
    expect(await refusal(longer)).toBe('wrong_length');
  });

  test('one part is written by one transfer', async () => {
    const source = new PassThrough();
    const first = store.putStream('a', source, options);
    expect(await refusal(store.putStream('a', streamOf(mp4(10)), options))).toBe('io');
    source.end(mp4(1000));
    expect((await first).ext).toBe('mp4');
  });

  test('continuing from bytes that are not there is refused', async () => {
    expect(await refusal(store.putStream('a', streamOf(mp4(10)), { ...options, offset: 5 }))).toBe('io');
  });

  test.each(['../a', 'a/b', '', '.hidden', 'a\0', 'x'.repeat(121)])('a part named %j is refused', async (name) => {
    await expect(store.putStream(name, streamOf(mp4(10)), options)).rejects.toThrow('part name');
  });

  test('a sidecar that claims more than the file holds is not believed, nor is one that makes no sense', async () => {
    await writeFile(join(root, 'parts', 'a.part'), noise(500));
    const sidecar = { version: 1, totalBytes: 900, etag: null, lastModified: null, done: [[0, 800]] };
    await writeFile(join(root, 'parts', 'a.json'), JSON.stringify(sidecar));
    const later = await openStore({ root, reserveBytes: 0 });
    expect((await later.part('a'))?.offset).toBe(500);
    await writeFile(join(root, 'parts', 'a.json'), '{"version":1,');
    expect(await later.part('a')).toBeNull();
    await later.close();
  });
});

describe('small files stored together', () => {
  test('a refused one, twins and one that is there already each get their own answer', async () => {
    const there = await store.putBytes(Uint8Array.from(noise(900, 7)), plain);
    const answers = await Promise.allSettled([
      store.putBytes(Uint8Array.from(noise(5000, 8)), plain),
      store.putBytes(new TextEncoder().encode('<!doctype html><p>Please sign in</p>'), plain),
      store.putBytes(Uint8Array.from(noise(5000, 8)), plain),
      store.putBytes(Uint8Array.from(noise(900, 7)), plain),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    const stored = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    expect(new Set(stored.map((blob) => blob.sha256))).toEqual(new Set([sha256(noise(5000, 8)), there.sha256]));
    expect(stored.filter((blob) => blob.existed).length).toBeGreaterThan(0);
    for (const blob of stored) {
      expect(await store.check(blob, true, new AbortController().signal)).toBe('ok');
    }
    expect(await filesBelow(join(root, 'parts'))).toEqual([]);
  });
});

describe('what is on disk', () => {
  test('check tells whole, missing, cut and changed apart', async () => {
    const blob = await store.putBytes(Uint8Array.from(noise(5000)), plain);
    const path = store.pathOf(blob.sha256, blob.ext);
    expect(await store.check(blob, true, signal)).toBe('ok');
    await writeFile(path, noise(5000, 2));
    expect(await store.check(blob, false, signal)).toBe('ok');
    expect(await store.check(blob, true, signal)).toBe('corrupt');
    await writeFile(path, noise(10));
    expect(await store.check(blob, false, signal)).toBe('corrupt');
    await store.setAside(blob);
    await store.setAside(blob);
    expect(await store.check(blob, false, signal)).toBe('missing');
    expect(await filesBelow(join(root, 'damaged'))).toEqual([`${blob.sha256}.${blob.ext}`]);
  });

  test('walk gives every stored file once, in pages, and leaves foreign files alone', async () => {
    const blobs = await Promise.all(
      Array.from({ length: 7 }, (_, seed) => store.putBytes(Uint8Array.from(noise(100, seed + 1)), plain)),
    );
    const foreign = [join(root, 'files', 'notes.txt'), join(root, 'files', '00', 'zz')];
    await mkdir(join(root, 'files', '00'), { recursive: true });
    await Promise.all(foreign.map((path) => writeFile(path, 'mine')));
    const pages = await collect(store.walk(3, signal));
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(
      blobs
        .map(({ sha256: hash, ext, bytes }) => ({ sha256: hash, ext, bytes }))
        .sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1)),
    );
    expect(logged.map((line) => line.path).sort()).toEqual([...foreign].sort());
  });

  test('opening removes old temp files of ours and nothing else', async () => {
    const old = new Date(Date.now() - 7_200_000);
    const parts = join(root, 'parts');
    const ours = 'tmp-12-0123456789abcdef.tmp';
    const fresh = 'tmp-12-fedcba9876543210.tmp';
    for (const name of [ours, fresh, 'b.part', 'b.json', 'stray.json', 'tmp-notes.tmp']) {
      await writeFile(join(parts, name), 'x');
      await utimes(join(parts, name), old, name === fresh ? new Date() : old);
    }
    await store.close();
    store = await openStore({ root, reserveBytes: 0 });
    expect(await filesBelow(parts)).toEqual(['b.json', 'b.part', fresh, 'tmp-notes.tmp'].sort());
  });
});

describe('room and presence', () => {
  test('the reserve is kept free', async () => {
    await store.ensureRoom(4000);
    const fault = await store.ensureRoom(4001).catch((error: unknown) => error as StoreError);
    expect(fault).toMatchObject({ code: 'disk_full', needed: 5001 });
  });

  test('a vanished root is offline for every call, never a missing file', async () => {
    const blob = await store.putBytes(Uint8Array.from(noise(100)), plain);
    // As with an unplugged drive: its empty mount point stays.
    await rename(root, `${root}-unplugged`);
    await mkdir(root);
    try {
      const options = { ...plain, offset: 0, etag: null, lastModified: null };
      expect(await refusal(store.check(blob, false, signal))).toBe('offline');
      expect(await refusal(store.setAside(blob))).toBe('offline');
      expect(await refusal(store.putBytes(Uint8Array.from(noise(100)), plain))).toBe('offline');
      expect(await refusal(store.putStream('a', streamOf(mp4(10)), options))).toBe('offline');
      expect(await refusal(store.ensureRoom(0))).toBe('offline');
      expect(await refusal(collect(store.walk(3, signal)))).toBe('offline');
      expect(await refusal(openStore({ root, reserveBytes: 0 }))).toBe('offline');
      expect(await filesBelow(root)).toEqual([]);
    } finally {
      await rm(root, { recursive: true });
      await rename(`${root}-unplugged`, root);
    }
    await store.ensureRoom(0);
    expect(await store.check(blob, true, signal)).toBe('ok');
  });

  test('another library at the same place is offline', async () => {
    await writeFile(join(root, 'library.json'), MARKER.replace('"test"', '"other"'));
    expect(await refusal(store.ensureRoom(0))).toBe('offline');
  });

  test.skipIf(process.platform === 'win32')('small and large files are readable by this user only', async () => {
    const small = await store.putBytes(Uint8Array.from(noise(100)), plain);
    const large = await store.putStream('a', streamOf(mp4(10)), {
      ...plain,
      offset: 0,
      etag: null,
      lastModified: null,
    });
    for (const { sha256: hash, ext } of [small, large]) {
      expect((await stat(store.pathOf(hash, ext))).mode & 0o777).toBe(0o600);
    }
  });
});
