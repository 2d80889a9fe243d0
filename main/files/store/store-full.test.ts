import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Store, type StoreError } from '../interface.ts';
import { openStore } from './store.ts';
import { toStoreError } from './store-errors.ts';
import { storePaths } from '../library/store-paths.ts';
import { filesBelow, makeLibrary, MARKER, mp4, noise, refusal, sha256, streamOf } from '../testing/test-library.ts';
import { canMountDisk, mountDisk, unmountDisk } from '../testing/small-disk.ts';

const signal = new AbortController().signal;
const plain = { totalBytes: null, contentType: null, signal };

describe.runIf(canMountDisk())('on a real small disk', () => {
  let root: string;
  let store: Store;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'store-full-'));
    mountDisk(root, 'size=3m');
    await writeFile(join(root, 'library.json'), MARKER);
    store = await openStore({ root, reserveBytes: 0, workers: 2 });
  });
  afterEach(async () => {
    await store.close();
    unmountDisk(root);
    await rm(root, { recursive: true });
  });

  test('a full disk is told with the bytes needed, loses nothing that was stored, and goes on when there is room', async () => {
    const blobs = [];
    let fault: unknown = null;
    for (let seed = 1; fault === null; seed += 1) {
      try {
        blobs.push(await store.putBytes(Uint8Array.from(noise(200_000, seed)), plain));
      } catch (error) {
        fault = error;
      }
    }
    expect(fault).toMatchObject({ name: 'StoreError', code: 'disk_full', needed: 200_000 });
    expect(blobs.length).toBeGreaterThan(5);
    for (const blob of blobs) {
      expect(await store.check(blob, true, signal)).toBe('ok');
    }
    expect(await filesBelow(join(root, 'parts'))).toEqual([]);
    spawnSync('mount', ['-o', 'remount,size=8m', root]);
    expect((await store.putBytes(Uint8Array.from(noise(200_000, 999)), plain)).existed).toBe(false);
  });

  test('a large file that does not fit keeps its part and continues from it', async () => {
    const bytes = mp4(4_000_000);
    const options = { ...plain, totalBytes: bytes.length, offset: 0, etag: '"v1"', lastModified: null };
    const fault = await store.putStream('a', streamOf(bytes), options).catch((error: unknown) => error as StoreError);
    expect(fault).toMatchObject({ code: 'disk_full', needed: bytes.length });
    const offset = (await store.part('a'))?.offset ?? 0;
    expect(offset).toBeGreaterThan(1_000_000);
    spawnSync('mount', ['-o', 'remount,size=16m', root]);
    const stored = await store.putStream('a', streamOf(bytes.subarray(offset)), { ...options, offset });
    expect(stored.sha256).toBe(sha256(bytes));
  });

  test('a disk that turns read-only is told as one that cannot be written', async () => {
    spawnSync('mount', ['-o', 'remount,ro', root]);
    expect(await refusal(store.putBytes(Uint8Array.from(noise(100)), plain))).toBe('unwritable');
    spawnSync('mount', ['-o', 'remount,rw', root]);
    expect((await store.putBytes(Uint8Array.from(noise(100)), plain)).existed).toBe(false);
  });
});

describe('errors of the file system', () => {
  const paths = { ...storePaths('/library'), marker: process.execPath };
  const fault = (code: string): Error => Object.assign(new Error(code), { code });

  test.each([
    ['ENOSPC', 'disk_full', 77],
    ['EDQUOT', 'disk_full', 77],
    ['EROFS', 'unwritable', null],
    ['EACCES', 'io', null],
    ['ENOENT', 'io', null],
    ['EIO', 'io', null],
  ])('%s while the marker is readable → %s', (code, expected, needed) => {
    expect(toStoreError(fault(code), paths, 77)).toMatchObject({ code: expected, needed });
  });

  test.each(['ENOENT', 'EIO', 'ENODEV', 'ESTALE'])('%s while the marker is gone → offline', (code) => {
    expect(toStoreError(fault(code), storePaths('/nowhere'), 77).code).toBe('offline');
  });
});

test('the room that is to stay free is asked for before each file: a change of the setting holds at once', async () => {
  let reserve = 0;
  const { root, remove } = await makeLibrary();
  const opened = await openStore({ root, reserveBytes: () => reserve, workers: 1 });
  try {
    await opened.ensureRoom(1);
    reserve = Number.MAX_SAFE_INTEGER / 2;
    expect(await refusal(opened.ensureRoom(1))).toBe('disk_full');
  } finally {
    await opened.close();
    await remove();
  }
});
