/**
 * Every fault of the sandbox, alone and combined, in each phase of an archive's life: the faults strike during one run, at most two more
 * follow, and then the library must hold what the service shows. No run may ask for more pages than `pagesAllowed` says. Prints how many
 * cases were tried and how many items were lost. A test file for each phase calls it, so that phases run side by side.
 *
 * `npm test` tries a third of the faults, each in one phase; `npm run test:long` tries all of them in all phases and worlds, and many more
 * combinations.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { FAULT_NAMES, FAULTS, type FaultName, type FaultOptions } from '../../sandbox/testing/sandbox.ts';
import { skippingClock } from '../../lib/testing/scaled-clock.ts';
import { generator, hash } from '../../sandbox/random.ts';
import { LibraryRig } from './library-rig.ts';
import { pagesAllowed, pagesAsked } from './page-bound.ts';
import { inLong } from '../../lib/testing/long.ts';
import { truthOf } from '../../sandbox/testing/truth.ts';

/** When the fault strikes: on an empty library, when new messages have come, in the middle of a first walk. */
export type Phase = 'first sync' | 'later sync' | 'after an interruption';
const PHASES: readonly Phase[] = ['first sync', 'later sync', 'after an interruption'];

const SEEDS = inLong([1, 2, 3], [1]);
const COMBINATIONS = inLong(12, 1);
/** Every so many-th fault is tried in a phase, each phase beginning with another. */
const STRIDE = inLong(1, 3 * PHASES.length);

interface Case {
  readonly title: string;
  readonly seed: number;
  readonly names: readonly FaultName[];
}

/** The cases of one phase: every fault alone (in the short run a ninth of them), and combinations of three to five drawn from a seed. */
function casesOf(phase: Phase): Case[] {
  const place = PHASES.indexOf(phase);
  const alone = FAULT_NAMES.filter((_name, index) => index % STRIDE === place % STRIDE);
  return SEEDS.flatMap((seed) => [
    ...alone.map((name) => ({ title: `${name}, seed ${seed}`, seed, names: [name] })),
    ...Array.from({ length: COMBINATIONS }, (_, index) => {
      const names = drawn(hash(seed, place, index, 91));
      return { title: `${names.join(' + ')}, seed ${seed}`, seed, names };
    }),
  ]);
}

function drawn(seed: number): FaultName[] {
  const draw = generator(seed);
  const names = [...FAULT_NAMES];
  const count = 3 + Math.floor(draw() * 3);
  return Array.from({ length: count }, () => names.splice(Math.floor(draw() * names.length), 1)).flat();
}

/** Faults that would never end by themselves are limited, as the real ones pass: a third of the requests, for a while. */
function strike(name: FaultName): FaultOptions {
  const limited: FaultOptions = { every: 3, times: 12 };
  switch (name) {
    case 'slow-drip':
      return { every: 5, times: 4, ms: 250 };
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
    for (const [place, chat] of [...truthOf(rig.sandbox).chats()].entries()) {
      // More than a page in the first chat.
      rig.sandbox.addMessages(chat.id, place === 0 ? 120 : inLong(120, 12));
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

  describe(phase, () => {
    test.each(casesOf(phase))('$title: nothing is lost', async ({ seed, names }) => {
      const clock = skippingClock(20);
      const rig = await LibraryRig.start({
        clock,
        sandbox: { chats: 2, messages: 60, seed, clock: () => clock.now() },
      });
      try {
        await prepare(rig, phase);
        rig.sandbox.resetRequests();
        for (const name of names) {
          rig.sandbox.faults.set(name, strike(name));
        }
        await rig.sync();
        expect(pagesAsked(rig.sandbox)).toBeLessThanOrEqual(pagesAllowed(rig.sandbox));
        rig.sandbox.faults.clear();
        await rig.sync();
        // Old pages are listed again in the background in time; here the walk over everything stands for that time.
        const last = await rig.sync({ full: names.some((name) => name.endsWith('-between-pages')) });
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
