/**
 * Every fault of the sandbox, in one phase of an archive's life, with several seeds: the fault strikes during one run, at most two more
 * follow, and then the library must hold what the service shows. Prints how many cases were tried and how many items were lost.
 * A test file for each phase calls it, so that phases run side by side.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { FAULT_NAMES, FAULTS, type FaultName, type FaultOptions } from '../../sandbox/faults.ts';
import { scaledClock } from '../../lib/scaled-clock.ts';
import { LibraryRig } from './library-rig.ts';

/** When the fault strikes: on an empty library, when new messages have come, in the middle of a first walk. */
export type Phase = 'first sync' | 'later sync' | 'after an interruption';
/** The first sync, where most happens, in two worlds; the others in one each. */
const SEEDS: Readonly<Record<Phase, readonly number[]>> = {
  'first sync': [1, 2],
  'later sync': [1],
  'after an interruption': [2],
};

/** Faults that would never end by themselves are limited, as the real ones pass: a third of the requests, for a while. */
function strike(name: FaultName): FaultOptions {
  const limited: FaultOptions = { every: 3, times: 12 };
  switch (name) {
    case 'slow':
      return { every: 5, times: 4, ms: 20 };
    case 'stall':
      return { every: 7, times: 3 };
    case 'rate-limit':
      return { every: 4, times: 4, retryAfter: 1 };
    case 'unauthorized-key':
    case 'session-missing':
    case 'session-expired':
    case 'forbidden':
      return { every: 4 };
    case 'new-messages-between-pages':
    case 'unlock-between-pages':
    case 'edit-between-pages':
    case 'withdraw-between-pages':
      return { every: 1, times: 3 };
    default:
      return FAULTS[name].times === null ? limited : {};
  }
}

async function prepare(rig: LibraryRig, phase: Phase): Promise<void> {
  if (phase === 'later sync') {
    await rig.sync();
    for (const chat of rig.sandbox.truth().chats()) {
      rig.sandbox.addMessages(chat.id, 120);
    }
  }
  if (phase === 'after an interruption') {
    const cancel = new AbortController();
    await rig.sync({}, cancel.signal, (progress) => {
      if (progress.counters.pages >= 2) {
        cancel.abort();
      }
    });
  }
}

export function faultMatrix(phase: Phase): void {
  const tried = { cases: 0, lost: 0 };

  describe.each(SEEDS[phase])(`${phase}, seed %i`, (seed) => {
    test.each(FAULT_NAMES)('%s loses nothing', async (name) => {
      const clock = scaledClock(20);
      const rig = await LibraryRig.start({
        clock,
        sandbox: { chats: 2, messages: 60, seed, clock: () => clock.now() },
      });
      try {
        await prepare(rig, phase);
        rig.sandbox.faults.set(name, strike(name));
        await rig.sync();
        rig.sandbox.faults.clear();
        await rig.sync();
        // Old pages are listed again in the background in time; here the walk over everything stands for that time.
        const last = await rig.sync({ full: name.endsWith('-between-pages') });
        const report = await rig.compare();
        tried.cases += 1;
        tried.lost += report.lostMessages.length + report.lostMedia.length + report.wrongBytes.length;
        expect({ outcome: last.outcome, ...report }).toEqual({
          outcome: 'complete',
          lostMessages: [],
          lostMedia: [],
          wrongBytes: [],
          wrongStates: [],
          invented: [],
        });
        expect(rig.sandbox.violations).toEqual([]);
      } finally {
        await rig.end();
      }
    });
  });

  afterAll(() => {
    process.stdout.write(`fault matrix, ${phase}: ${tried.cases} cases tried, ${tried.lost} items lost\n`);
  });
}
