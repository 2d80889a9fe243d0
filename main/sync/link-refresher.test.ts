import { describe, expect, test } from 'vitest';
import type { FileJob } from '../index/files/calls.ts';
import { LinkRefresher } from './link-refresher.ts';
import type { ProvenRange } from './page-range.ts';
import { pageOf } from './plan-jobs.ts';
import { job } from './testing/made.ts';

type Relist = (cursor: string | null, rig: Rig) => Promise<ProvenRange | null>;

/** Files as the index has them, and what listing a page again does to them. */
class Rig {
  readonly files: Map<number, FileJob>;
  readonly asked: (string | null)[] = [];
  readonly renewed: string[] = [];
  readonly refresher: LinkRefresher;

  constructor(jobs: readonly FileJob[], relist: Relist) {
    this.files = new Map(jobs.map((one) => [one.fileId, one]));
    this.refresher = new LinkRefresher({
      relist: (_job, cursor) => {
        this.asked.push(cursor);
        return relist(cursor, this);
      },
      file: (fileId) => Promise.resolve(this.files.get(fileId) ?? null),
      onRenewed: (page) => this.renewed.push(page),
    });
  }

  give(fileId: number, link: Partial<FileJob>): void {
    const known = this.files.get(fileId);
    if (known !== undefined) {
      this.files.set(fileId, { ...known, ...link });
    }
  }

  giveAll(urlFetchedAt: number): void {
    for (const fileId of this.files.keys()) {
      this.give(fileId, { url: `http://media.test/fresh/${fileId}`, urlFetchedAt });
    }
  }
}

const signal = new AbortController().signal;
const ALL: ProvenRange = { hi: 5_000, lo: 0, nextCursor: null };
const ELSEWHERE: ProvenRange = { hi: 50, lo: 20, nextCursor: '20' };
const page = { pageCursor: '4000', urlFetchedAt: 100 };

describe('a dead link', () => {
  test('is renewed for all neighbours by one listing of their page', async () => {
    const jobs = Array.from({ length: 40 }, (_, index) => job(index + 1, page));
    const rig = new Rig(jobs, async (_cursor, { giveAll }) => {
      await Promise.resolve();
      giveAll.call(rig, 200);
      return ALL;
    });
    const renewals = await Promise.all(jobs.map((one) => rig.refresher.renew(one, signal)));
    expect(rig.asked).toEqual(['4000']);
    expect(renewals).toEqual(jobs.map(({ fileId }) => rig.files.get(fileId)));
    expect(rig.renewed).toEqual(jobs.slice(0, 1).map(pageOf));
  });

  test('that a neighbour has renewed already asks for nothing', async () => {
    const old = job(1, page);
    const rig = new Rig([old], () => Promise.resolve(ALL));
    rig.giveAll(200);
    expect(await rig.refresher.renew(old, signal)).toMatchObject({ url: 'http://media.test/fresh/1' });
    expect(rig.asked).toEqual([]);
  });

  test('of a file that new messages have pushed off its page is found right above its message', async () => {
    const old = job(1, { ...page, pageCursor: null, messageId: 1_234 });
    const rig = new Rig([old], (cursor) => {
      if (cursor === '1235') {
        rig.giveAll(200);
        return Promise.resolve(ALL);
      }
      return Promise.resolve(ELSEWHERE);
    });
    expect(await rig.refresher.renew(old, signal)).toMatchObject({ urlFetchedAt: 200 });
    expect(rig.asked).toEqual([null, '1235']);
  });

  test('counts as renewed when the clock here was set back meanwhile', async () => {
    const old = job(1, { ...page, urlFetchedAt: 9_000_000 });
    const rig = new Rig([old], () => {
      rig.giveAll(5);
      return Promise.resolve(ALL);
    });
    expect(await rig.refresher.renew(old, signal)).toMatchObject({ urlFetchedAt: 5 });
  });

  test('is not offered any more when its message was listed without it', async () => {
    const old = job(1, page);
    const rig = new Rig([old], () => Promise.resolve(ALL));
    expect(await rig.refresher.renew(old, signal)).toBe('not_offered');
  });

  test('is not offered any more when the listing has closed the job', async () => {
    const old = job(1, page);
    const rig = new Rig([old], () => {
      rig.files.clear();
      return Promise.resolve(null);
    });
    expect(await rig.refresher.renew(old, signal)).toBe('not_offered');
    expect(rig.asked).toEqual(['4000']);
  });

  test('is an open question when no page that could be read holds the place of its message', async () => {
    for (const proven of [null, ELSEWHERE]) {
      const old = job(1, page);
      const rig = new Rig([old], () => Promise.resolve(proven));
      expect(await rig.refresher.renew(old, signal)).toBe('not_listed');
      expect(rig.asked).toEqual(['4000', '1002']);
    }
  });

  test('is not looked for twice on the same page', async () => {
    const old = job(1, { ...page, pageCursor: '1002' });
    const rig = new Rig([old], () => Promise.resolve(null));
    await rig.refresher.renew(old, signal);
    expect(rig.asked).toEqual(['1002']);
  });

  test('fails for all who wait when the listing fails, and is asked for anew by the next', async () => {
    const jobs = [job(1, page), job(2, page)];
    let fails = true;
    const rig = new Rig(jobs, () => {
      if (fails) {
        return Promise.reject(new Error('no connection'));
      }
      rig.giveAll(200);
      return Promise.resolve(ALL);
    });
    const ends = await Promise.allSettled(jobs.map((one) => rig.refresher.renew(one, signal)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(rig.renewed).toEqual([]);
    fails = false;
    expect(await rig.refresher.renew(job(1, page), signal)).toMatchObject({ urlFetchedAt: 200 });
    expect(rig.asked).toEqual(['4000', '4000']);
  });
});
