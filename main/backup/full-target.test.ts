import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { MadeLibrary } from '../export/testing/made-library.ts';
import { backUp, pictures, soundOrNone } from './testing/backup-rig.ts';
import { canMountDisk, mountDisk, unmountDisk } from '../files/testing/small-disk.ts';

/** The disk looked large when it was asked. */
const LARGE = { statFs: () => Promise.resolve({ bavail: 1e9, bsize: 4096, blocks: 1e9, type: 0x01021994 }) };

describe.runIf(canMountDisk())('on a real small disk', () => {
  test('full in the middle: the last whole backup stays, and the next run goes on when there is room', async () => {
    const library = await MadeLibrary.open();
    const to = library.target('small');
    await mkdir(to);
    mountDisk(to, 'size=5m');
    try {
      await library.add(pictures(10, 1, 100_000));
      await backUp(library, to, {}, LARGE);
      await library.add(pictures(60, 100, 100_000));
      await expect(backUp(library, to, {}, LARGE)).rejects.toMatchObject({ code: 'disk_full' });
      expect(await soundOrNone(to)).toEqual({ named: 10 });
      expect(spawnSync('mount', ['-o', 'remount,size=40m', to]).status).toBe(0);
      expect(await backUp(library, to, {}, LARGE)).toMatchObject({ files: 70, damaged: 0, missing: 0 });
      expect(await soundOrNone(to)).toEqual({ named: 70 });
    } finally {
      unmountDisk(to);
      await library.end();
    }
  });

  test('without room for the index alone, and one that may only be read', async () => {
    const library = await MadeLibrary.open();
    const [tiny, locked] = [library.target('tiny'), library.target('locked')];
    await mkdir(tiny);
    await mkdir(locked);
    mountDisk(tiny, 'size=128k');
    mountDisk(locked, 'ro,size=1m');
    try {
      await library.add(pictures(3));
      await expect(backUp(library, tiny, {}, LARGE)).rejects.toMatchObject({ code: 'disk_full' });
      expect(await soundOrNone(tiny)).toBeNull();
      await expect(backUp(library, locked, {}, LARGE)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('cannot be written') as string,
      });
    } finally {
      unmountDisk(tiny);
      unmountDisk(locked);
      await library.end();
    }
  });
});
