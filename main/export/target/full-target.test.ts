import { spawnSync } from 'node:child_process';
import { mkdir, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runExport } from '../run.ts';
import { ItemFault, type PutReason, stopError, StopRun, targetFault } from './target-errors.ts';

import { draw } from '../../pictures/testing/made-pictures.ts';
import { MadeLibrary } from '../testing/made-library.ts';
import { verifyExport } from '../proof/verify-export.ts';
import { canMountDisk, mountDisk, unmountDisk } from '../../files/testing/small-disk.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };

describe.runIf(canMountDisk())('on a real small disk', () => {
  test('full in the middle: ends with words, keeps what is whole, and goes on when there is room', async () => {
    const library = await MadeLibrary.open();
    const dir = library.target('small');
    await mkdir(dir);
    mountDisk(dir, 'size=2m');
    try {
      await library.add(
        Array.from({ length: 60 }, (_unused, index) => ({
          id: index + 1,
          media: [{ id: 100 + index, bytes: Buffer.alloc(100_000, index + 1) }],
        })),
      );
      // The disk looked large when it was asked.
      const ports = {
        ...library.ports,
        statFs: () => Promise.resolve({ bavail: 1e9, bsize: 4096, blocks: 1e9, type: 0x01021994 }),
      };
      const options = library.options({ dir, layout: '{mediaId}' });
      await expect(runExport(options, ports, signal)).rejects.toMatchObject({ code: 'disk_full' });
      const whole = (await readdir(dir)).filter((name) => name.endsWith('.jpg')).length;
      expect(whole).toBeLessThan(60);
      expect(spawnSync('mount', ['-o', 'remount,size=20m', dir]).status).toBe(0);
      const answer = await runExport(options, ports, signal);
      expect(answer.written + answer.skipped).toBe(60);
      expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
    } finally {
      unmountDisk(dir);
      await library.end();
    }
  });

  test('a zip on a full disk ends with words and leaves nothing half written', async () => {
    const library = await MadeLibrary.open();
    const dir = library.target('small');
    await mkdir(dir);
    mountDisk(dir, 'size=1m');
    try {
      await library.add(
        Array.from({ length: 20 }, (_unused, index) => ({
          id: index + 1,
          media: [{ id: 100 + index, bytes: Buffer.alloc(100_000, index + 1) }],
        })),
      );
      const ports = {
        ...library.ports,
        statFs: () => Promise.resolve({ bavail: 1e9, bsize: 4096, blocks: 1e9, type: 0x01021994 }),
      };
      const options = library.options({ dir, layout: '{mediaId}', zip: true });
      await expect(runExport(options, ports, signal)).rejects.toMatchObject({ code: 'disk_full' });
      expect(await readdir(dir)).toEqual(['.chatkeep-export']);
      spawnSync('mount', ['-o', 'remount,size=20m', dir]);
      expect(await runExport(options, ports, signal)).toMatchObject({ written: 20, failed: 0 });
    } finally {
      unmountDisk(dir);
      await library.end();
    }
  });

  test('full while the PDF is made: the last good export stays, every paper of it', async () => {
    const library = await MadeLibrary.open();
    const dir = library.target('small');
    await mkdir(dir);
    mountDisk(dir, 'size=40m');
    try {
      const noise = Uint8Array.from({ length: 3 * 400 * 300 }, (_none, at) => (at * 7919) % 251);
      const photo = await draw({
        from: { pixels: noise, width: 400, height: 300 },
        to: { format: 'jpeg', quality: 95 },
      });
      await library.add(
        Array.from({ length: 40 }, (_none, at) => ({
          id: at + 1,
          media: [{ id: at + 1, bytes: Buffer.concat([photo, Buffer.from([at])]) }],
        })),
      );
      const ports = {
        ...library.ports,
        statFs: () => Promise.resolve({ bavail: 1e9, bsize: 4096, blocks: 1e9, type: 0x01021994 }),
      };
      const options = library.options({ dir, sidecars: ['pdf', 'csv', 'html'], messages: 'all' });
      await runExport(options, ports, signal);
      const before = await verifyExport(dir, signal, QUIET);
      const { bsize, blocks, bfree } = await statfs(dir);
      await library.add([{ id: 100, text: 'one more', media: [] }]);
      // Room for the other papers, and for a part of the document.
      const room = (blocks - bfree) * bsize + 400_000;
      expect((await stat(join(dir, 'conversation.pdf'))).size).toBeGreaterThan(800_000);
      spawnSync('mount', ['-o', `remount,size=${String(room)}`, dir]);
      await expect(runExport(options, ports, signal)).rejects.toMatchObject({ code: 'disk_full' });
      expect(await verifyExport(dir, signal, QUIET)).toEqual(before);
      expect(await readdir(join(dir, '.chatkeep-export'))).toEqual(['export.json']);
      spawnSync('mount', ['-o', 'remount,size=40m', dir]);
      await runExport(options, ports, signal);
      expect(await verifyExport(dir, signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
    } finally {
      unmountDisk(dir);
      await library.end();
    }
  });

  test('a disk that may only be read is refused, for root too', async () => {
    const library = await MadeLibrary.open();
    const dir = library.target('read-only');
    await mkdir(dir);
    mountDisk(dir, 'ro,size=1m');
    try {
      await library.add([{ id: 1, media: [{ id: 11 }] }]);
      await expect(runExport(library.options({ dir }), library.ports, signal)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('cannot be written') as string,
      });
      expect(await library.index.read.exportJobs({ limit: 10 })).toEqual([]);
    } finally {
      unmountDisk(dir);
      await library.end();
    }
  });

  test('another drive: hard links are refused with words, auto copies', async () => {
    const library = await MadeLibrary.open();
    const dir = library.target('drive');
    await mkdir(dir);
    mountDisk(dir, 'size=2m');
    try {
      await library.add([{ id: 1, media: [{ id: 11 }] }]);
      const ports = {
        ...library.ports,
        statFs: () => Promise.resolve({ bavail: 1e9, bsize: 4096, blocks: 1e9, type: 0x01021994 }),
      };
      await expect(runExport(library.options({ dir, link: 'hardlink' }), ports, signal)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('Hard links') as string,
      });
      expect(await runExport(library.options({ dir, link: 'auto' }), ports, signal)).toMatchObject({ copied: 1 });
    } finally {
      unmountDisk(dir);
      await library.end();
    }
  });
});

const place = { sign: import.meta.filename, temp: '/target/.chatkeep-export/tmp' };
const fault = (code: string): Error => Object.assign(new Error(code), { code });

test.each([
  ['ENOSPC', 'full', 'disk_full'],
  ['EDQUOT', 'full', 'disk_full'],
  ['EROFS', 'unwritable', 'target_unusable'],
  ['EMFILE', 'io', 'target_unusable'],
])('%s means %s and is told as %s', (code, stop, told) => {
  const reason = targetFault(fault(code), place, 10);
  expect(reason).toMatchObject({ name: 'StopRun', code: stop });
  expect(reason instanceof StopRun && stopError(reason.code, reason.message, '/target').code).toBe(told);
});

test.each([
  ['EACCES', 'denied'],
  ['ENOTDIR', 'not_a_folder'],
  ['ENAMETOOLONG', 'too_long'],
  ['EIO', 'io'],
  ['ENOTSUP', 'io'],
  ['what no table names', 'io'],
])('%s concerns one file: %s', (code, reason) => {
  expect(targetFault(fault(code), place, 10)).toEqual(new ItemFault(reason as PutReason));
});

test('whatever the error, a target whose sign is gone is gone', () => {
  expect(targetFault(fault('ENOENT'), { ...place, sign: '/nowhere/sign' }, 10)).toMatchObject({ code: 'target_gone' });
});
