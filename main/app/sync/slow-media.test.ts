import { expect, test } from 'vitest';
import { scaledClock } from '../../lib/testing/scaled-clock.ts';
import { LibraryRig } from '../testing/library-rig.ts';
import { truthOf } from '../../sandbox/testing/truth.ts';

test('a file that comes a byte in five seconds does not hold up the others, and is stored once its host sends it', async () => {
  const clock = scaledClock(20);
  const rig = await LibraryRig.start({
    clock,
    sandbox: { chats: 1, messages: 40, fixedFileBytes: 12_000, clock: () => clock.now() },
  });
  try {
    const [slow] = [...truthOf(rig.sandbox).chats()].flatMap((chat) => [...chat.media()]);
    rig.sandbox.faults.set('slow-drip', { ms: 5_000 / 20, match: { mediaId: slow?.id ?? 0 } });
    const { outcome, ledger, counters } = await rig.sync();
    expect({ outcome, ledger }).toMatchObject({ outcome: 'partial', ledger: { stored: 39, failed: 1 } });
    // Five tries of that file. On a busy machine another one may be cut too, and is stored by its next try.
    expect(counters.errors['too_slow']).toBeGreaterThanOrEqual(5);
    rig.sandbox.faults.clear();
    expect((await rig.sync()).outcome).toBe('complete');
    expect(await rig.compare()).toEqual({
      lostMessages: [],
      lostMedia: [],
      wrongBytes: [],
      wrongStates: [],
      invented: [],
    });
  } finally {
    await rig.end();
  }
});
