import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileJob } from '../../index/files/calls.ts';
import { planJobs, type PlanContext } from './plan-jobs.ts';
import { job } from '../testing/made.ts';

const NOW = 1_000_000;
const HORIZON = 10_000;

function context(rest: Partial<PlanContext> = {}): PlanContext {
  return { now: NOW, horizonMs: HORIZON, expiryOf: (of) => of.urlExpiresAt, ...rest };
}

function order(jobs: readonly FileJob[], rest: Partial<PlanContext> = {}): number[] {
  return planJobs(jobs, context(rest)).map(({ fileId }) => fileId);
}

describe('the order of files', () => {
  test('is newest first', () => {
    expect(order([job(1, { sentAt: 5 }), job(2, { sentAt: 9 }), job(3, { sentAt: 7 })])).toEqual([2, 3, 1]);
  });

  test('puts links about to end before newer items, soonest first', () => {
    const jobs = [
      job(1, { sentAt: 9 }),
      job(2, { sentAt: 1, urlExpiresAt: NOW + 9_000 }),
      job(3, { sentAt: 2, urlExpiresAt: NOW + 5_000 }),
      job(4, { sentAt: 8, urlExpiresAt: NOW + HORIZON + 1 }),
    ];
    expect(order(jobs)).toEqual([3, 2, 1, 4]);
  });

  test('puts the small rendition of an item before the full one', () => {
    const item = { mediaId: 5, sentAt: 5 };
    const jobs = [
      job(1, { ...item, variant: 'preview' }),
      job(2, { ...item, variant: 'full' }),
      job(3, { ...item, variant: 'thumb' }),
    ];
    expect(order(jobs)).toEqual([3, 2, 1]);
  });
});

const anyJob = fc
  .record({
    fileId: fc.integer({ min: 1, max: 10_000 }),
    mediaId: fc.integer({ min: 1, max: 20 }),
    sentAt: fc.nat({ max: 10 }),
    chatKey: fc.integer({ min: 1, max: 2 }),
    pageCursor: fc.constantFrom(null, '5', '50'),
    variant: fc.constantFrom<FileJob['variant']>('full', 'thumb', 'preview'),
    urlExpiresAt: fc.option(fc.integer({ min: NOW - 20_000, max: NOW + 20_000 }), { nil: null }),
  })
  .map(({ fileId, ...rest }) => job(fileId, rest));
const anyJobs = fc.uniqueArray(anyJob, { maxLength: 40, selector: ({ fileId }) => fileId });

describe('any plan', () => {
  test('holds exactly the jobs it was given', () => {
    fc.assert(
      fc.property(anyJobs, (jobs) => {
        const byId = (a: FileJob, b: FileJob): number => a.fileId - b.fileId;
        expect(planJobs(jobs, context()).sort(byId)).toEqual([...jobs].sort(byId));
      }),
    );
  });

  test('of jobs that differ in time is the same whatever order they came in', () => {
    const orders = anyJobs
      .map((jobs) => jobs.map((one, index) => ({ ...one, sentAt: index })))
      .chain((jobs) => fc.tuple(fc.constant(jobs), fc.shuffledSubarray(jobs, { minLength: jobs.length })));
    fc.assert(
      fc.property(orders, ([jobs, shuffled]) => {
        expect(order(shuffled)).toEqual(order(jobs));
      }),
    );
  });
});
