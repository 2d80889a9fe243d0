import { describe, expect, test } from 'vitest';
import { StoreError } from '../../files/interface.ts';
import { DiskRoom } from './disk-room.ts';
import { FakeClock } from '../testing/fake-clock.ts';

const MB = 1024 * 1024;

function disk(free: number): { ensureRoom(needed: number): Promise<void>; free: number; asked: number[] } {
  return {
    free,
    asked: [],
    ensureRoom(needed) {
      this.asked.push(needed);
      return needed <= this.free ? Promise.resolve() : Promise.reject(new StoreError('disk_full', 'full', { needed }));
    },
  };
}

describe('room on the disk', () => {
  test('is asked for once for a batch of small files', async () => {
    const plenty = disk(10_000 * MB);
    const room = new DiskRoom(plenty, new FakeClock());
    for (let file = 0; file < 50; file += 1) {
      await room.take(MB);
    }
    expect(plenty.asked).toEqual([65 * MB]);
  });

  test('is asked for again when the batch is used up, and when the answer is two seconds old', async () => {
    const plenty = disk(10_000 * MB);
    const clock = new FakeClock();
    const room = new DiskRoom(plenty, clock);
    await room.take(MB);
    await room.take(64 * MB);
    await room.take(1);
    expect(plenty.asked).toEqual([65 * MB, 64 * MB + 1]);
    clock.advance(2_000);
    await room.take(1);
    expect(plenty.asked).toHaveLength(3);
  });

  test('is asked for file by file when it gets tight', async () => {
    const tight = disk(10 * MB);
    const room = new DiskRoom(tight, new FakeClock());
    await room.take(4 * MB);
    await room.take(6 * MB);
    expect(tight.asked).toEqual([68 * MB, 4 * MB, 70 * MB, 6 * MB]);
  });

  test('is refused with the bytes of the file when there is none, and given again when there is', async () => {
    const full = disk(MB);
    const room = new DiskRoom(full, new FakeClock());
    await expect(room.take(2 * MB)).rejects.toMatchObject({ code: 'disk_full', needed: 2 * MB });
    full.free = 1_000 * MB;
    await room.take(2 * MB);
    expect(full.asked.at(-1)).toBe(66 * MB);
  });

  test('a media root that is away is told at once', async () => {
    let asked = 0;
    const away = {
      ensureRoom: () => {
        asked += 1;
        return Promise.reject(new StoreError('offline', 'away'));
      },
    };
    await expect(new DiskRoom(away, new FakeClock()).take(1)).rejects.toMatchObject({ code: 'offline' });
    expect(asked).toBe(1);
  });
});
