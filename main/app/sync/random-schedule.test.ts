/**
 * Random lives of an archive: faults come and go, messages arrive, are edited, unlocked and withdrawn, links end, runs are cancelled and the
 * library is opened anew, in any order. Afterwards three quiet runs must bring the library level with what the service shows.
 */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { FAULT_NAMES, FAULTS, type FaultName } from '../../sandbox/testing/sandbox.ts';
import { LibraryRig } from '../testing/library-rig.ts';
import { inLong } from '../../lib/testing/long.ts';
import { truthOf } from '../../sandbox/testing/truth.ts';

type Action =
  | { readonly do: 'sync' | 'reopen' | 'clear faults' | 'expire links' }
  | { readonly do: 'cancelled sync'; readonly afterPages: number; readonly afterFiles: number }
  | { readonly do: 'fault'; readonly name: FaultName; readonly every: number; readonly times: number }
  | { readonly do: 'arrive' | 'edit' | 'withdraw' | 'unlock' | 'get ready' | 'resend'; readonly pick: number };

/** Waits of whole seconds are what these are about; they have their place in the matrix. */
const SLOW_FAULTS: readonly FaultName[] = [
  'rate-limit',
  'rate-limit-no-retry-after',
  'service-unavailable',
  'slow-drip',
];

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<Action>(
      { do: 'sync' },
      { do: 'reopen' },
      { do: 'clear faults' },
      { do: 'expire links' },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('cancelled sync' as const), afterPages: fc.nat(4), afterFiles: fc.nat(40) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      name: fc.constantFrom(...FAULT_NAMES.filter((name) => !SLOW_FAULTS.includes(name))),
      every: fc.integer({ min: 1, max: 5 }),
      times: fc.integer({ min: 1, max: 8 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('arrive', 'edit', 'withdraw', 'unlock', 'get ready', 'resend'),
      pick: fc.nat(10_000),
    }),
  },
);

const tried = { schedules: 0, lost: 0 };

async function act(rig: LibraryRig, step: Action): Promise<void> {
  switch (step.do) {
    case 'sync':
      await rig.sync().catch(expected);
      return;
    case 'reopen':
      await rig.closeCore();
      return;
    case 'clear faults':
      rig.sandbox.faults.clear();
      return;
    case 'expire links':
      rig.sandbox.expireLinks();
      return;
    case 'cancelled sync': {
      const cancel = new AbortController();
      await rig
        .sync({}, cancel.signal, ({ counters }) => {
          if (counters.pages >= step.afterPages && counters.files.downloaded >= step.afterFiles) {
            cancel.abort();
          }
        })
        .catch(expected);
      return;
    }
    case 'fault':
      rig.sandbox.faults.set(
        step.name,
        FAULTS[step.name].times === null ? { every: step.every, times: step.times, ms: 5 } : {},
      );
      return;
    default:
      change(rig, step.do, step.pick);
  }
}

/** An account that cannot be asked who it is fails before a run begins: that is an answer, not a loss. */
function expected(error: unknown): void {
  if (!(error instanceof Error) || !['AppError', 'AbortError'].includes(error.name)) {
    throw error;
  }
}

function change(
  rig: LibraryRig,
  what: 'arrive' | 'edit' | 'withdraw' | 'unlock' | 'get ready' | 'resend',
  pick: number,
): void {
  const { sandbox } = rig;
  const chats = [...truthOf(sandbox).chats()];
  const chat = chats[pick % chats.length];
  if (chat === undefined) {
    return;
  }
  const messages = [...chat.messages()].filter((message) => message.inMediaListing);
  const message = messages[pick % Math.max(1, messages.length)];
  const media = [...chat.media()];
  const inState = (...states: string[]): number | undefined =>
    media.filter((item) => states.includes(item.state)).at(0)?.id;
  const locked = inState('locked', 'preview');
  const unready = inState('notReady');
  const viewable = inState('viewable');
  if (what === 'arrive') {
    sandbox.addMessages(chat.id, 1 + (pick % 130));
  } else if (what === 'edit' && message !== undefined) {
    sandbox.edit(message.id, `<p>edited ${pick}</p>`);
  } else if (what === 'withdraw' && message !== undefined) {
    sandbox.withdraw(message.id);
  } else if (what === 'unlock' && locked !== undefined) {
    sandbox.unlock(locked);
  } else if (what === 'get ready' && unready !== undefined) {
    sandbox.makeReady(unready);
  } else if (what === 'resend' && viewable !== undefined) {
    sandbox.resend(viewable, chat.id);
  }
}

test('whatever happens, three quiet runs bring the library level with the service', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 12 }), async (schedule) => {
      const rig = await LibraryRig.start({ sandbox: { chats: 2, messages: 30, seed: 1 } });
      try {
        for (const step of schedule) {
          await act(rig, step);
        }
        rig.sandbox.faults.clear();
        await rig.sync();
        await rig.sync();
        const last = await rig.sync({ full: true });
        const report = await rig.compare();
        tried.schedules += 1;
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
    }),
    { numRuns: inLong(100, 6), endOnFailure: true },
  );
});

afterAll(() => {
  process.stdout.write(`random schedules: ${tried.schedules} tried, ${tried.lost} items lost\n`);
});
