/** What a run asks of the service when the media host refuses links: counted, never timed. */
import { expect, test } from 'vitest';
import { scaledClock } from '../../lib/testing/scaled-clock.ts';
import type { FaultName, FaultOptions } from '../../sandbox/testing/sandbox.ts';
import type { SandboxOptions } from '../../sandbox/testing/sandbox.ts';
import { pagesAllowed, pagesAsked } from '../testing/page-bound.ts';
import { LibraryRig } from '../testing/library-rig.ts';

const NOTHING_WRONG = { lostMessages: [], lostMedia: [], wrongBytes: [], wrongStates: [], invented: [] };
const MEDIA: FaultOptions = { match: { host: 'media' } };

/** `slept`: for how long the computer has slept, in ms, once the media host has got so many requests. */
async function withRig(
  sandbox: SandboxOptions,
  work: (rig: LibraryRig) => Promise<void>,
  slept: (mediaRequests: number) => number = () => 0,
): Promise<void> {
  const awake = scaledClock(20);
  let asked = (): number => 0;
  const clock = { ...awake, now: () => awake.now() + slept(asked()) };
  const rig = await LibraryRig.start({ clock, sandbox: { ...sandbox, clock: () => clock.now() } });
  asked = () => rig.sandbox.requests.media;
  try {
    await work(rig);
    expect(rig.sandbox.violations).toEqual([]);
  } finally {
    await rig.end();
  }
}

test('a host that refuses each link once costs no storm of listings, beside resets, 502, 503 and broken JSON', async () => {
  await withRig({ chats: 3, messages: 227, fixedFileBytes: 12_000 }, async (rig) => {
    const { faults } = rig.sandbox;
    faults.set('link-refused-once');
    faults.set('reset', { ...MEDIA, every: 11 });
    faults.set('bad-gateway', { ...MEDIA, every: 7 });
    faults.set('service-unavailable', { ...MEDIA, every: 50 });
    faults.set('ok-broken-json', { every: 3 });
    // About 23 in 100 tries are cut. With the usual five tries, one of 681 files fails in every second run; with twelve, in one of 70,000.
    const { outcome, ledger } = await rig.sync({ triesPerRun: 12 });
    expect({ outcome, stored: ledger.stored }).toEqual({ outcome: 'complete', stored: 681 });
    expect(pagesAsked(rig.sandbox)).toBeLessThanOrEqual(pagesAllowed(rig.sandbox));
    expect(await rig.compare()).toEqual(NOTHING_WRONG);
  });
});

test('a host that refuses each link once gives all files, though the computer sleeps for ten minutes', async () => {
  const work = async (rig: LibraryRig): Promise<void> => {
    rig.sandbox.faults.set('link-refused-once');
    const end = await rig.sync();
    expect(end).toMatchObject({ outcome: 'complete', ledger: { stored: 240 } });
    expect(end.counters.files.refreshedUrls).toBeGreaterThan(0);
    expect(pagesAsked(rig.sandbox)).toBeLessThanOrEqual(pagesAllowed(rig.sandbox));
    expect(await rig.compare()).toEqual(NOTHING_WRONG);
  };
  const slept = (mediaRequests: number): number => (mediaRequests >= 30 ? 600_000 : 0);
  await withRig({ chats: 2, messages: 120, fixedFileBytes: 12_000 }, work, slept);
});

test.each<FaultName>(['expired-one', 'expired-400', 'redirect-to-page', 'expired-all'])(
  'links that end (%s) are renewed in the same run, a page at a time',
  async (name) => {
    await withRig({ chats: 2, messages: 60 }, async (rig) => {
      rig.sandbox.faults.set(name);
      const { outcome, counters } = await rig.sync();
      expect(outcome).toBe('complete');
      expect(counters.files.refreshedUrls).toBeGreaterThan(0);
      expect(pagesAsked(rig.sandbox)).toBeLessThanOrEqual(pagesAllowed(rig.sandbox));
      // The dead link three times, since it is young, then the new one.
      const most = Object.values(rig.sandbox.requests.byFile).map(({ get }) => get);
      expect(Math.max(...most)).toBeLessThanOrEqual(4);
      expect(await rig.compare()).toEqual(NOTHING_WRONG);
    });
  },
);

test('a host that refuses every new link is told as such, and is left alone until a later run', async () => {
  await withRig({ chats: 2, messages: 120, fixedFileBytes: 12_000 }, async (rig) => {
    rig.sandbox.faults.set('forbidden', MEDIA);
    const end = await rig.sync();
    expect(end).toMatchObject({ outcome: 'partial', problem: { code: 'links_refused' } });
    expect(end.ledger).toMatchObject({ stored: 0, listed: 240 });
    expect(end.ledger.failed + end.ledger.pending).toBe(240);
    expect(pagesAsked(rig.sandbox)).toBeLessThanOrEqual(pagesAllowed(rig.sandbox));
    // A part of the files shows it; the others are not asked for at all with their new links.
    expect(rig.sandbox.requests.media).toBeLessThanOrEqual(3 * 240);

    rig.sandbox.faults.clear();
    expect((await rig.sync()).outcome).toBe('complete');
    expect(await rig.compare()).toEqual(NOTHING_WRONG);
  });
});
