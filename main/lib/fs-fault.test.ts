import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freeBytesOf } from './free-room.ts';
import { examineFault, faultOf, takesFiles, type FaultLook } from './fs-fault.ts';
import { patiently, patientlySync } from './patience.ts';

const fault = (code: string, more: { syscall?: string; path?: string; dest?: string } = {}): Error =>
  Object.assign(new Error(code), { code, ...more });

const GB = 1e9;
const look = (free: number, more: Partial<{ takes: boolean; files: number; ffree: number }> = {}): FaultLook => ({
  statFs: () => ({ bavail: free / 1000, bsize: 1000, blocks: 1e9, files: more.files ?? 0, ffree: more.ffree ?? 0 }),
  takesFiles: () => more.takes ?? false,
});

describe('the table', () => {
  test.each(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])(
    'a folder that cannot be synced (%s) is no fault',
    (code) => {
      expect(faultOf(fault(code), 'syncFolder').of).toBe('nobody');
      expect(faultOf(fault(code)).of).toBe('item');
    },
  );

  test('EIO is a fault of a synced folder too', () => {
    expect(faultOf(fault('EIO'), 'syncFolder')).toMatchObject({ of: 'item', reason: 'io' });
  });

  test.each(['EXDEV', 'EACCES', 'EPERM', 'ENOTSUP', 'EMLINK', 'EISDIR'])(
    'a link refused with %s is tried otherwise',
    (code) => {
      expect(faultOf(fault(code), 'link').of).toBe('nobody');
    },
  );

  test.each(['EEXIST', 'ENOSPC', 'EIO', 'EROFS'])('a link refused with %s is not', (code) => {
    expect(faultOf(fault(code), 'link').of).not.toBe('nobody');
  });

  test.each([
    ['ENOSPC', 'drive', 'full'],
    ['EDQUOT', 'drive', 'full'],
    ['EROFS', 'drive', 'read_only'],
    ['EMFILE', 'machine', 'exhausted'],
    ['EACCES', 'folder', 'denied'],
    ['EPERM', 'folder', 'denied'],
    ['ENOTDIR', 'folder', 'not_a_folder'],
    ['ENAMETOOLONG', 'item', 'too_long'],
    ['EFBIG', 'item', 'too_large'],
    ['EBUSY', 'item', 'busy'],
    ['EIO', 'item', 'io'],
    ['EWHATEVER', 'item', 'io'],
  ])('%s is the fault of the %s', (code, of, reason) => {
    expect(faultOf(fault(code))).toEqual({ of, reason, folder: null });
  });

  test('what is no error of the system is the fault of the item', () => {
    expect(faultOf('odd')).toEqual({ of: 'item', reason: 'io', folder: null });
  });

  test('the folder is that of the new name; a file in the place of a folder is named itself', () => {
    expect(faultOf(fault('EACCES', { syscall: 'rename', path: '/a/b', dest: '/c/d' })).folder).toBe('/c');
    expect(faultOf(fault('EEXIST', { syscall: 'mkdir', path: '/a/b' }))).toEqual({
      of: 'folder',
      reason: 'not_a_folder',
      folder: '/a/b',
    });
  });
});

describe('no space', () => {
  const naming = fault('ENOSPC', { syscall: 'open', path: '/stick/chat/1.jpg' });

  test('for a new name on a drive that has room is the fault of the folder', () => {
    expect(examineFault(naming, 1000, look(GB))).toEqual({
      of: 'folder',
      reason: 'folder_full',
      folder: '/stick/chat',
    });
  });

  test('for bytes, on a full drive, on one without free names, or where nothing is known, is the fault of the drive', () => {
    expect(examineFault(fault('ENOSPC', { syscall: 'write' }), 1000, look(GB)).of).toBe('drive');
    expect(examineFault(naming, 1000, look(1000)).of).toBe('drive');
    expect(examineFault(naming, GB, look(GB)).of).toBe('drive');
    expect(examineFault(naming, 1000, look(GB, { files: 100, ffree: 0 })).of).toBe('drive');
    const unknown: FaultLook = {
      ...look(0),
      statFs: () => ({ bavail: 0, bsize: 0, blocks: 0, files: 0, ffree: 0 }),
    };
    expect(examineFault(naming, 1000, unknown).of).toBe('drive');
  });
});

describe('denied', () => {
  const denied = fault('EACCES', { syscall: 'rename', path: '/a/b', dest: '/c/d' });

  test('in a folder that takes other files is the fault of the item', () => {
    expect(examineFault(denied, 0, look(GB, { takes: true }))).toEqual({ of: 'item', reason: 'busy', folder: '/c' });
    expect(examineFault(denied, 0, look(GB))).toEqual({ of: 'folder', reason: 'denied', folder: '/c' });
  });
});

test('a drive that answers zeros does not say how much room it has', () => {
  expect(freeBytesOf({ bavail: 0, bsize: 0, blocks: 0 })).toBeNull();
  expect(freeBytesOf({ bavail: 0, bsize: 4096, blocks: 100 })).toBe(0);
  expect(freeBytesOf({ bavail: 2, bsize: 4096, blocks: 100 })).toBe(8192);
});

describe('a rename that is held up', () => {
  /** Fails so often, then answers; the waits in between are kept. */
  function held(times: number, error: Error): { step: () => string; waits: number[]; sleep: (ms: number) => void } {
    const waits: number[] = [];
    let calls = 0;
    return {
      waits,
      sleep: (ms) => waits.push(ms),
      step: () => {
        calls += 1;
        if (calls <= times) {
          throw error;
        }
        return 'done';
      },
    };
  }

  test.each(['EACCES', 'EPERM', 'EBUSY'])('is tried again after growing waits: %s', async (code) => {
    const one = held(2, fault(code));
    expect(patientlySync(one.step, one.sleep)).toBe('done');
    expect(one.waits).toEqual([20, 60]);
    const other = held(2, fault(code));
    expect(
      await patiently(
        async () => Promise.resolve(other.step()),
        async (ms) => Promise.resolve(other.sleep(ms)),
      ),
    ).toBe('done');
    expect(other.waits).toEqual([20, 60]);
  });

  test('is given up after less than a second', () => {
    const { step, sleep, waits } = held(99, fault('EBUSY'));
    expect(() => patientlySync(step, sleep)).toThrow('EBUSY');
    expect(waits).toEqual([20, 60, 180, 540]);
  });

  test('is not waited for where the fault stays, or the folder takes no file at all', () => {
    const missing = { syscall: 'rename', path: '/a/b', dest: '/nowhere/at/all' };
    for (const error of [fault('EIO'), fault('ENOENT'), fault('EACCES', missing)]) {
      const { step, sleep, waits } = held(1, error);
      expect(() => patientlySync(step, sleep)).toThrow(error);
      expect(waits).toEqual([]);
    }
  });
});

test('whether a folder takes files is tried, and leaves nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'takes-files-'));
  try {
    expect(takesFiles(folder)).toBe(true);
    expect(takesFiles(join(folder, 'none'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
