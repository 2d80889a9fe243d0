import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { LibraryRig } from '../testing/library-rig.ts';
import { nextWaitMs, watch, type WatchHooks, type WatchRound } from './watch.ts';

const quiet = { onAccount: () => undefined, onProgress: () => undefined, onEnd: () => undefined };

/** A clock whose sleeps take no time and are written down. */
function clockOf(sleeps: number[]): Clock {
  return {
    now: () => 1_000,
    sleep: (ms) => {
      sleeps.push(ms);
      return Promise.resolve();
    },
  };
}

function hooksOf(rounds: WatchRound[], stop: AbortController, after: number): WatchHooks {
  return {
    ...quiet,
    onRound: (round) => {
      rounds.push(round);
      if (rounds.length === after) {
        stop.abort();
      }
      return Promise.resolve();
    },
  };
}

let rig: LibraryRig | null = null;
afterEach(async () => {
  await rig?.end();
  rig = null;
});

describe('watch', () => {
  it('varies the interval by a tenth', () => {
    expect([nextWaitMs(900_000, 0), nextWaitMs(900_000, 0.5), nextWaitMs(900_000, 0.999_999)]).toEqual([
      810_000, 900_000, 990_000,
    ]);
  });

  it('ends at once when the first round finds no library or no account', async () => {
    const open = (): Promise<never> => Promise.reject(new AppError('library_not_one', 'no library', 'x'));
    const ports = { open, clock: clockOf([]), random: () => 0.5 };
    const { signal } = new AbortController();
    const hooks = hooksOf([], new AbortController(), 9);
    await expect(watch(ports, { everyMs: 10_000, accountId: null }, signal, hooks)).rejects.toMatchObject({
      code: 'library_not_one',
    });
  });

  it('goes on after a round that could not take place', async () => {
    const stop = new AbortController();
    const rounds: WatchRound[] = [];
    const sleeps: number[] = [];
    const open = (): Promise<never> => Promise.reject(new AppError('library_locked', 'used by another', 'x'));
    await watch(
      { open, clock: clockOf(sleeps), random: () => 0.5 },
      { everyMs: 10_000, accountId: null },
      stop.signal,
      hooksOf(rounds, stop, 3),
    );
    expect(rounds.map(({ problem }) => problem?.code)).toEqual(['library_locked', 'library_locked', 'library_locked']);
    expect(sleeps).toEqual([10_000, 10_000, 10_000]);
  });

  it('syncs all, then asks for the chat list alone while nothing is new, then lists only the chat that has news', async () => {
    const made = await LibraryRig.start({ sandbox: { chats: 3, messages: 6 } });
    rig = made;
    const stop = new AbortController();
    const rounds: WatchRound[] = [];
    const hooks = hooksOf(rounds, stop, 3);
    const open = async (): Promise<Awaited<ReturnType<typeof made.core>>> => {
      await made.closeCore();
      return await made.core();
    };
    await watch({ open, clock: clockOf([]), random: () => 0.5 }, { everyMs: 10_000, accountId: null }, stop.signal, {
      ...hooks,
      onRound: async (round, next) => {
        await hooks.onRound(round, next);
        const { byEndpoint } = made.sandbox.requests;
        const pages = byEndpoint['media'] ?? 0;
        made.sandbox.resetRequests();
        if (rounds.length === 1) {
          expect(pages).toBeGreaterThanOrEqual(3);
        } else if (rounds.length === 2) {
          expect(pages).toBe(0);
          made.sandbox.addMessages(410_000_001, 1);
        } else {
          expect(pages).toBe(1);
        }
      },
    });
    expect(rounds.map(({ ends }) => ends[0]?.answer?.outcome)).toEqual(['complete', 'complete', 'complete']);
    expect(rounds[2]?.ends[0]?.answer?.counters.messages.new).toBe(1);
  });

  it('does not swallow a bug', async () => {
    const open = (): Promise<never> => Promise.reject(new TypeError('bug'));
    const ports = { open, clock: clockOf([]), random: () => 0.5 };
    await expect(
      watch(
        ports,
        { everyMs: 10_000, accountId: null },
        new AbortController().signal,
        hooksOf([], new AbortController(), 9),
      ),
    ).rejects.toThrow('bug');
  });
});
