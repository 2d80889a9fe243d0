import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mp4, sha256 } from '../../files/testing/test-library.ts';
import { Bandwidth, limitedMedia } from './bandwidth.ts';
import { DiskRoom } from './disk-room.ts';
import { FakeClock, settled } from '../testing/fake-clock.ts';
import { MediaHost } from '../testing/media-host.ts';
import { transfer } from './transfer.ts';

const NEVER = new AbortController().signal;
const MIB = 1024 * 1024;

let host: MediaHost;
beforeEach(async () => {
  host = await MediaHost.start(mp4(3 * MIB, 5));
});
afterEach(async () => {
  await host.end();
});

/** Takes pieces one after the other, time passing only when somebody waits; answers the milliseconds that passed. */
async function passing(bandwidth: Bandwidth, clock: FakeClock, pieces: readonly number[]): Promise<number> {
  const begun = clock.now();
  let done = false;
  const taking = (async () => {
    for (const piece of pieces) {
      await bandwidth.take(piece, NEVER);
    }
    done = true;
  })();
  for (;;) {
    await settled();
    if (!clock.skip() && done) {
      await taking;
      return clock.now() - begun;
    }
  }
}

test('whatever the pieces, no more than the limit and one short burst comes in any time, and the line is not left idle', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1_000, max: 1_000_000 }),
      fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 12 }),
      async (limit, pieces) => {
        const clock = new FakeClock();
        const ms = await passing(new Bandwidth(() => limit, clock), clock, pieces);
        const due = (pieces.reduce((sum, piece) => sum + piece, 0) / limit) * 1000;
        expect(ms).toBeGreaterThanOrEqual(due - 101);
        expect(ms).toBeLessThanOrEqual(due + 1);
      },
    ),
    { numRuns: 40 },
  );
});

test('without a limit nothing waits, and a limit that is lifted holds nobody back', async () => {
  const clock = new FakeClock();
  let limit: number | null = 1_000;
  const bandwidth = new Bandwidth(() => limit, clock);
  expect(await passing(bandwidth, clock, [5_000])).toBeGreaterThanOrEqual(4_900);
  limit = null;
  expect(await passing(bandwidth, clock, [5_000_000, 5_000_000])).toBe(0);
});

test('a limited file arrives whole, over one connection, in the time that the limit gives it', async () => {
  const clock = new FakeClock();
  const begun = clock.now();
  const media = limitedMedia(host.client, new Bandwidth(() => MIB, clock));
  const segments = { minBytes: MIB, judgeAfterBytes: MIB / 2, slowBytesPerSecond: 25 * MIB, segments: 4 };
  host.acceptRanges = true;
  const room = new DiskRoom(host.store, clock);
  let ended = false;
  const whole = transfer({ media, store: host.store, room, clock, segments }, '1-2-full', host.url(), NEVER).finally(
    () => {
      ended = true;
    },
  );
  while (!ended) {
    await settled();
    clock.skip();
  }
  expect(await whole).toMatchObject({ kind: 'stored', blob: { sha256: sha256(host.body), bytes: host.body.length } });
  expect(host.requests.length).toBe(1);
  expect(clock.now() - begun).toBeGreaterThanOrEqual(2_899);
});

test('a run that is cancelled while it waits for the line ends at once, and the connection with it', async () => {
  const clock = new FakeClock();
  const cancel = new AbortController();
  const media = limitedMedia(host.client, new Bandwidth(() => 1_000, clock));
  const room = new DiskRoom(host.store, clock);
  const whole = transfer({ media, store: host.store, room, clock }, '1-2-full', host.url(), cancel.signal);
  while (clock.sleeping === 0) {
    await settled();
  }
  cancel.abort();
  await expect(whole).rejects.toThrow();
});
