import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileResult } from '../../index/files/calls.ts';
import { isLarge } from './file-queue.ts';
import { StoreError } from '../../files/interface.ts';
import { PauseAll } from '../kernel/room-gate.ts';
import { settled } from '../testing/fake-clock.ts';
import { job } from '../testing/made.ts';
import { driven, LARGE_AT_ONCE, PATIENCE_MS, QueueRig, type Ending } from '../testing/queue-rig.ts';

const BIG = 50 * 1024 * 1024;
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const always = (): Ending => 'stored';

describe('a queue of files', () => {
  test('ends at once when nothing is due', async () => {
    await new QueueRig().run();
  });

  test('runs every file once, in the order of the index, no more at once than the gauge says', async () => {
    const rig = new QueueRig(3);
    rig.add(...range(1, 1_000).map((id) => job(id)));
    const running = rig.run();
    await settled();
    expect(rig.flying()).toEqual([1, 2, 3]);
    await driven(rig, running, always);
    expect(rig.started).toEqual(range(1, 1_000));
    expect(rig.settledResults).toHaveLength(1_000);
    expect(rig.faults).toEqual([]);
  });

  test('counts each host by itself', async () => {
    const rig = new QueueRig(2);
    rig.add(...range(1, 6).map((id) => job(id, { url: `http://${id % 2 === 0 ? 'even' : 'odd'}.test/${id}` })));
    const running = rig.run();
    await settled();
    expect(rig.flying()).toEqual([1, 2, 3, 4]);
    await driven(rig, running, always);
    expect(rig.faults).toEqual([]);
  });

  test('keeps large files in their lane while small ones wait, and lets them out when none do', async () => {
    const rig = new QueueRig(5);
    rig.add(...range(1, 6).map((id) => job(id, { totalBytes: BIG })), ...range(11, 16).map((id) => job(id)));
    const running = rig.run();
    await settled();
    expect(rig.flying()).toEqual([1, 2, 11, 12, 13]);
    for (const id of [11, 12, 13]) {
      rig.end(id);
    }
    await settled();
    expect(rig.flying()).toEqual([1, 2, 14, 15, 16]);
    for (const id of [14, 15]) {
      rig.end(id);
    }
    await settled();
    expect(rig.flying()).toEqual([1, 2, 16, 3, 4]);
    await driven(rig, running, always);
  });

  test('takes what arrives while it runs', async () => {
    const rig = new QueueRig();
    rig.more = true;
    const running = rig.run();
    await settled();
    rig.add(job(1));
    await settled();
    expect(rig.flying()).toEqual([1]);
    rig.end(1);
    await settled();
    rig.add(job(2));
    rig.noMore();
    await driven(rig, running, always);
    expect(rig.started).toEqual([1, 2]);
  });
});

describe('files with dead links', () => {
  test('are read again once their page was listed, all of the page together', async () => {
    const rig = new QueueRig(1);
    const files = [job(1), job(2, { pageCursor: '50' }), job(3, { pageCursor: '50' })];
    rig.add(...files);
    rig.deadUrls.add('http://media.test/2').add('http://media.test/3');
    const urls: string[] = [];
    rig.onStart = ({ url }) => urls.push(url);
    await driven(rig, rig.run(), always);
    expect(urls).toEqual(['http://media.test/1', 'http://media.test/2/new', 'http://media.test/3/new']);
    expect(rig.renewals).toEqual([[2, 3]]);
    expect(rig.faults).toEqual([]);
  });

  test('take no place at their host while their page is listed, however long that takes', async () => {
    const rig = new QueueRig(2);
    rig.add(...range(1, 6).map((id) => job(id)));
    for (const id of range(1, 4)) {
      rig.deadUrls.add(`http://media.test/${id}`);
    }
    const listed = Promise.withResolvers<FileResult[]>();
    rig.renew = () => listed.promise;
    const running = rig.run();
    await settled();
    expect(rig.flying()).toEqual([5, 6]);
    rig.deadUrls.clear();
    listed.resolve([]);
    await driven(rig, running, always);
    expect(rig.started).toHaveLength(6);
  });

  test('that got no new link end as the listing says', async () => {
    const rig = new QueueRig();
    rig.add(job(1), job(2));
    rig.deadUrls.add('http://media.test/1');
    rig.renew = () => Promise.resolve([{ fileId: 1, outcome: 'unavailable', error: 'not_offered' }]);
    await driven(rig, rig.run(), always);
    expect(rig.started).toEqual([2]);
    expect(rig.settledResults).toContainEqual({ fileId: 1, outcome: 'unavailable', error: 'not_offered' });
  });

  test('wait while many others are to be fetched: until then more of their page may show to be dead', async () => {
    const rig = new QueueRig(1);
    rig.add(...range(1, 400).map((id) => job(id)));
    rig.deadUrls.add('http://media.test/1');
    const running = rig.run();
    await settled();
    expect(rig.renewals).toEqual([]);
    await driven(rig, running, always);
    expect(rig.renewals).toEqual([[1]]);
  });

  test('leave nothing under way when the run is cancelled', async () => {
    const rig = new QueueRig();
    rig.add(job(1));
    rig.deadUrls.add('http://media.test/1');
    rig.renew = (_jobs, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const running = rig.run();
    await settled();
    rig.stop.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
  });

  test('whose listing finds the disk full end the run, as a download would', async () => {
    const rig = new QueueRig();
    rig.add(job(1));
    rig.deadUrls.add('http://media.test/1');
    rig.renew = () => Promise.reject(new PauseAll(new StoreError('disk_full', 'disk full')));
    await expect(driven(rig, rig.run(), always)).rejects.toThrow(PauseAll);
  });
});

describe('a retry', () => {
  test('within patience is waited for', async () => {
    const rig = new QueueRig();
    rig.add(job(1));
    const begun = rig.clock.now();
    await driven(rig, rig.run(), (id) => ((rig.tries.get(id) ?? 0) < 3 ? { retryIn: PATIENCE_MS } : 'stored'));
    expect(rig.tries.get(1)).toBe(3);
    expect(rig.clock.now() - begun).toBe(2 * PATIENCE_MS);
    expect(rig.faults).toEqual([]);
  });

  test('beyond patience is left to a later run', async () => {
    const rig = new QueueRig();
    rig.add(job(1), job(2));
    const begun = rig.clock.now();
    await driven(rig, rig.run(), (id) => (id === 1 ? { retryIn: PATIENCE_MS + 1 } : 'stored'));
    expect(rig.started).toEqual([1, 2]);
    expect(rig.clock.now()).toBe(begun);
  });

  test('that comes due is taken while a large file is still under way', async () => {
    const rig = new QueueRig();
    rig.add(job(1, { totalBytes: BIG }), job(2));
    const running = rig.run();
    await settled();
    rig.end(2, { retryIn: 1_000 });
    await settled();
    expect(rig.flying()).toEqual([1]);
    rig.clock.advance(1_000);
    await settled();
    expect(rig.flying()).toEqual([1, 2]);
    await driven(rig, running, always);
  });

  test('that comes due is taken while listing goes on', async () => {
    const rig = new QueueRig();
    rig.more = true;
    rig.add(job(1));
    const running = rig.run();
    await settled();
    rig.end(1, { retryIn: 1_000 });
    await settled();
    rig.clock.advance(1_000);
    await settled();
    expect(rig.flying()).toEqual([1]);
    rig.noMore();
    await driven(rig, running, always);
  });

  test('waits for the pause that its host has asked for', async () => {
    const rig = new QueueRig(2);
    rig.add(...range(1, 4).map((id) => job(id)));
    const running = rig.run();
    await settled();
    rig.gauges.get('media.test')?.note('refused', rig.clock.now(), 7_000);
    rig.end(1, { retryIn: 7_000 });
    rig.end(2, { retryIn: 7_000 });
    await settled();
    expect(rig.flying()).toEqual([]);
    rig.clock.advance(6_999);
    await settled();
    expect(rig.flying()).toEqual([]);
    rig.clock.advance(1);
    await settled();
    expect(rig.flying()).toHaveLength(1);
    await driven(rig, running, always);
    expect(rig.faults).toEqual([]);
  });
});

test('a pause that ends between two looks at the clock is over all the same', async () => {
  for (let pauseMs = 1; pauseMs <= 12; pauseMs += 1) {
    const rig = new QueueRig(1);
    rig.add(job(1), job(2));
    rig.onStart = ({ fileId }) => {
      if (fileId === 1) {
        rig.gauges.get('media.test')?.note('refused', rig.clock.now(), pauseMs);
      }
    };
    const standing = rig.clock.now.bind(rig.clock);
    rig.clock.now = () => {
      rig.clock.advance(1);
      return standing();
    };
    await driven(rig, rig.run(), () => 'stored');
    expect(rig.completed).toEqual([1, 2]);
  }
});

describe('an end before time', () => {
  test('by abort leaves nothing under way, and everything that had completed is settled', async () => {
    const rig = new QueueRig(4);
    rig.add(...range(1, 20).map((id) => job(id)));
    const running = rig.run();
    await settled();
    rig.end(1);
    rig.end(2);
    rig.stop.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    expect(rig.flying()).toEqual([]);
    expect(rig.settledResults.map(({ fileId }) => fileId)).toEqual([1, 2]);
    expect(rig.clock.sleeping).toBe(0);
  });

  test('by abort before it began starts nothing', async () => {
    const rig = new QueueRig();
    rig.add(job(1));
    rig.stop.abort(new Error('cancelled'));
    await expect(rig.run()).rejects.toThrow('cancelled');
    expect(rig.started).toEqual([]);
  });

  test('by abort ends the wait for a retry', async () => {
    const rig = new QueueRig();
    rig.add(job(1));
    const running = rig.run();
    await settled();
    rig.end(1, { retryIn: 30_000 });
    await settled();
    expect(rig.clock.sleeping).toBe(1);
    rig.stop.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
    expect(rig.clock.sleeping).toBe(0);
  });

  test('by a full disk stops all that is under way, and a second run goes on where it was', async () => {
    const rig = new QueueRig(3);
    rig.add(...range(1, 9).map((id) => job(id)));
    const running = rig.run();
    await settled();
    rig.end(1);
    rig.fail(2, new PauseAll(new StoreError('disk_full', 'disk full')));
    await expect(running).rejects.toThrow(PauseAll);
    expect(rig.flying()).toEqual([]);
    expect(rig.settledResults.map(({ fileId }) => fileId)).toEqual([1]);
    await driven(rig, rig.run(), always);
    expect(rig.settledResults.map(({ fileId }) => fileId).sort((a, b) => a - b)).toEqual(range(1, 9));
  });

  test('by a fault of the index is told, and nothing more is started', async () => {
    const rig = new QueueRig(2);
    rig.add(...range(1, 9).map((id) => job(id)));
    rig.settleFails = true;
    await expect(driven(rig, rig.run(), always)).rejects.toThrow('the index is broken');
    expect(rig.started.length).toBeLessThanOrEqual(4);
    expect(rig.flying()).toEqual([]);
  });
});

test('a file is large by its bytes where they are known, else by its kind', () => {
  expect(isLarge(job(1, { totalBytes: BIG }))).toBe(true);
  expect(isLarge(job(1, { kind: 'video', totalBytes: 10_000 }))).toBe(false);
  expect(isLarge(job(1, { kind: 'video' }))).toBe(true);
  expect(isLarge(job(1, { kind: 'video', variant: 'thumb' }))).toBe(false);
  expect(isLarge(job(1))).toBe(false);
});

describe('through any interleaving', () => {
  const file = fc.record({
    host: fc.constantFrom('a', 'b'),
    large: fc.boolean(),
    retries: fc.array(fc.integer({ min: 1, max: PATIENCE_MS }), { maxLength: 2 }),
    /** At which turn of the driver it is listed. */
    listedAt: fc.nat({ max: 15 }),
  });

  test('every due file runs once for each try, all is settled, and no wake-up is lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { maxLength: 25 }),
        fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        async (files, pauses, atOnce) => {
          const rig = new QueueRig(atOnce);
          let asked = 0;
          rig.pause = async (): Promise<void> => {
            const turns = pauses[asked % pauses.length] ?? 0;
            asked += 1;
            for (let turn = 0; turn < turns; turn += 1) {
              await Promise.resolve();
            }
          };
          rig.more = files.length > 0;
          const running = rig.run();
          let over = false;
          const end = running.finally(() => {
            over = true;
          });
          end.catch(() => undefined);
          for (let turn = 0; !over; turn += 1) {
            expect(turn, 'it hangs').toBeLessThan(2_000);
            files.forEach((one, index) => {
              if (one.listedAt === turn) {
                rig.add(job(index + 1, { url: `http://${one.host}.test/`, totalBytes: one.large ? BIG : 1 }));
              }
            });
            if (turn === 16) {
              rig.noMore();
            }
            const flying = rig.flying();
            const pick = flying[(pauses[turn % pauses.length] ?? 0) % Math.max(1, flying.length)];
            if (pick !== undefined) {
              const retryIn = files[pick - 1]?.retries[(rig.tries.get(pick) ?? 0) - 1];
              rig.end(pick, retryIn === undefined ? 'stored' : { retryIn });
            } else if (turn > 16) {
              rig.clock.skip();
            }
            for (let wait = pauses[turn % pauses.length] ?? 0; wait >= 0; wait -= 1) {
              await Promise.resolve();
            }
            if (turn % 3 === 0) {
              await settled();
            }
          }
          await end;
          expect(rig.faults).toEqual([]);
          files.forEach((one, index) => {
            expect(rig.tries.get(index + 1)).toBe(one.retries.length + 1);
            expect(rig.rows.get(index + 1)?.state).toBe('settled');
          });
          expect(rig.settledResults).toHaveLength(files.reduce((sum, one) => sum + one.retries.length + 1, 0));
          expect(rig.clock.sleeping).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('an abort at any moment leaves nothing under way and settles what had completed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat({ max: 6 }),
        async (endAt, atOnce, turns) => {
          const rig = new QueueRig(atOnce);
          rig.pause = () => Promise.resolve();
          rig.add(...range(1, 30).map((id) => job(id, { totalBytes: id % 3 === 0 ? BIG : 1 })));
          const running = rig.run();
          running.catch(() => undefined);
          for (let done = 0; done < endAt; done += 1) {
            await settled();
            const [first] = rig.flying();
            if (first !== undefined) {
              rig.end(first);
            }
          }
          for (let turn = 0; turn < turns; turn += 1) {
            await Promise.resolve();
          }
          rig.stop.abort(new Error('cancelled'));
          await expect(running).rejects.toThrow('cancelled');
          expect(rig.flying()).toEqual([]);
          expect(rig.settledResults.map(({ fileId }) => fileId)).toEqual(rig.completed);
          expect(rig.faults).toEqual([]);
        },
      ),
    );
  });
});

test('a large file leaves its lane only when no small one waits, through any run', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), async (sizes) => {
      const rig = new QueueRig(6);
      rig.add(...sizes.map((large, index) => job(index + 1, { totalBytes: large ? BIG : 1 })));
      const outOfLane: number[] = [];
      rig.onStart = ({ fileId, totalBytes }): void => {
        const large = [...rig.flights.values()].filter((flight) => isLarge(flight.job)).length;
        const smallWaits = sizes.some((isBig, index) => !isBig && !rig.started.includes(index + 1));
        if (totalBytes === BIG && large > LARGE_AT_ONCE && smallWaits) {
          outOfLane.push(fileId);
        }
      };
      await driven(rig, rig.run(), always);
      expect(outOfLane).toEqual([]);
      expect(rig.faults).toEqual([]);
    }),
  );
});
