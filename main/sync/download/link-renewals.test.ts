import { describe, expect, test } from 'vitest';
import type { FileJob, FileResult } from '../../index/files/calls.ts';
import { FileTries } from './file-tries.ts';
import { LinkRenewals } from './link-renewals.ts';
import type { ProvenRange } from '../listing/page-range.ts';
import { RunTally } from '../kernel/run-tally.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { job } from '../testing/made.ts';

const MINUTE = 60_000;
const ALL: ProvenRange = { hi: 5_000, lo: 0, nextCursor: null };
const ELSEWHERE: ProvenRange = { hi: 50, lo: 20, nextCursor: '20' };
const page = { pageCursor: '4000', urlFetchedAt: 100 };

class ListingDown extends Error {}
class Refused extends Error {}

/** Files as the index has them, and what listing a page again does to them. */
class Rig {
  readonly clock = new FakeClock();
  readonly tally = new RunTally();
  readonly files: Map<number, FileJob>;
  readonly asked: (string | null)[] = [];
  relist: (cursor: string | null) => ProvenRange | null | Error = () => {
    this.giveAll(200);
    return ALL;
  };
  readonly renewals: LinkRenewals;

  constructor(jobs: readonly FileJob[]) {
    const { clock, tally } = this;
    const tries = new FileTries(
      { clock, random: () => 1, tally },
      { triesPerRun: 5, retryBaseMs: 1, retryCapMs: 1_000 },
    );
    this.files = new Map(jobs.map((one) => [one.fileId, one]));
    this.renewals = new LinkRenewals({
      clock,
      tally,
      tries,
      relist: async (_job, cursor) => {
        this.asked.push(cursor);
        await Promise.resolve();
        const end = this.relist(cursor);
        if (end instanceof Error) {
          throw end;
        }
        return end;
      },
      file: (fileId) => Promise.resolve(this.files.get(fileId) ?? null),
      failureOf: (error) =>
        error instanceof ListingDown
          ? { code: 'list_server', held: false }
          : error instanceof Refused
            ? { code: 'credentials', held: true }
            : null,
    });
  }

  giveAll(urlFetchedAt: number): void {
    for (const [fileId, known] of this.files) {
      this.files.set(fileId, { ...known, url: `http://media.test/fresh/${fileId}`, urlFetchedAt });
    }
  }

  renew(...jobs: readonly FileJob[]): Promise<FileResult[]> {
    return this.renewals.renew(jobs, new AbortController().signal);
  }
}

describe('dead links', () => {
  test('of one page are renewed by one listing', async () => {
    const jobs = Array.from({ length: 40 }, (_, index) => job(index + 1, page));
    const rig = new Rig(jobs);
    expect(await rig.renew(...jobs)).toEqual([]);
    expect(rig.asked).toEqual(['4000']);
    expect(rig.tally.refreshedUrls).toBe(40);
  });

  test('of a page that was listed a moment ago wait until its minute is over', async () => {
    const old = job(1, page);
    const rig = new Rig([old]);
    await rig.renew(old);
    const listedAt = rig.clock.now();
    rig.clock.advance(MINUTE - 1);
    expect(await rig.renew(old)).toMatchObject([{ outcome: 'retry', retryAt: listedAt + MINUTE }]);
    expect(rig.asked).toHaveLength(1);
    rig.clock.advance(1);
    expect(await rig.renew(old)).toEqual([]);
    expect(rig.asked).toHaveLength(1 + 1);
  });

  test('of files that new messages have pushed off their page are found right above the newest of them', async () => {
    const moved = [1, 2].map((id) => job(id, { ...page, pageCursor: null, messageId: 1_234 - id }));
    const rig = new Rig(moved);
    rig.relist = (cursor) => {
      if (cursor === null) {
        return ELSEWHERE;
      }
      rig.giveAll(200);
      return ALL;
    };
    expect(await rig.renew(...moved)).toEqual([]);
    expect(rig.asked).toEqual([null, '1234']);
  });

  test('count as renewed when the clock here was set back meanwhile', async () => {
    const old = job(1, { ...page, urlFetchedAt: 9_000_000 });
    const rig = new Rig([old]);
    rig.relist = () => {
      rig.giveAll(5);
      return ALL;
    };
    expect(await rig.renew(old)).toEqual([]);
  });

  test('whose messages were listed without them are not offered any more', async () => {
    const old = job(1, page);
    const rig = new Rig([old]);
    rig.relist = () => ALL;
    expect(await rig.renew(old)).toEqual([{ fileId: 1, outcome: 'unavailable', error: 'not_offered' }]);
  });

  test('that the listing has closed need nothing more', async () => {
    const old = job(1, page);
    const rig = new Rig([old]);
    rig.relist = () => {
      rig.files.clear();
      return null;
    };
    expect(await rig.renew(old)).toEqual([]);
    expect(rig.asked).toEqual(['4000']);
  });

  test.each([
    ['nothing', null],
    ['another stretch', ELSEWHERE],
  ])('are an open question when what was listed proves %s: asked once more, then left', async (_what, proven) => {
    const old = job(1, page);
    const rig = new Rig([old]);
    rig.relist = () => proven;
    expect(await rig.renew(old)).toMatchObject([
      { outcome: 'retry', error: 'not_listed', retryAt: rig.clock.now() + MINUTE },
    ]);
    expect(rig.asked).toEqual(['4000', '1002']);
    rig.clock.advance(MINUTE);
    expect(await rig.renew(old)).toMatchObject([{ outcome: 'failed', error: 'not_listed' }]);
  });

  test('are not looked for twice on the same page', async () => {
    const old = job(1, { ...page, pageCursor: '1002' });
    const rig = new Rig([old]);
    rig.relist = () => null;
    await rig.renew(old);
    expect(rig.asked).toEqual(['1002']);
  });
});

describe('a listing that fails', () => {
  const jobs = Array.from({ length: 9 }, (_, index) => job(index + 1, { ...page, pageCursor: String(index) }));
  const one = job(1, page);

  test('is tried again after a minute, then the files are left to a later run', async () => {
    const rig = new Rig([one]);
    rig.relist = () => new ListingDown();
    expect(await rig.renew(one)).toMatchObject([
      { outcome: 'retry', error: 'list_server', retryAt: rig.clock.now() + MINUTE },
    ]);
    rig.clock.advance(MINUTE);
    expect(await rig.renew(one)).toMatchObject([{ outcome: 'failed', error: 'list_server' }]);
  });

  test('three times in a row holds up the other pages for a minute, six times for the rest of the run', async () => {
    const rig = new Rig(jobs);
    rig.relist = () => new ListingDown();
    for (const each of jobs) {
      await rig.renew(each);
    }
    expect(rig.asked).toHaveLength(3);
    rig.clock.advance(MINUTE);
    for (const each of jobs.slice(3)) {
      await rig.renew(each);
      rig.clock.advance(MINUTE);
    }
    expect(rig.asked).toHaveLength(6);
    rig.relist = () => ALL;
    expect(await rig.renew(one)).toMatchObject([{ outcome: 'retry', error: 'list_server' }]);
    expect(rig.asked).toHaveLength(6);
  });

  test('for refused credentials holds the files, uncounted', async () => {
    const rig = new Rig([one]);
    rig.relist = () => new Refused();
    for (let times = 0; times < 9; times += 1) {
      expect(await rig.renew(one)).toMatchObject([{ outcome: 'retry', error: 'credentials' }]);
      rig.clock.advance(MINUTE);
    }
    expect(rig.tally.failed).toBe(0);
  });

  test('for a bug rejects', async () => {
    const rig = new Rig([one]);
    rig.relist = () => new TypeError('a bug');
    await expect(rig.renew(one)).rejects.toThrow('a bug');
  });
});
