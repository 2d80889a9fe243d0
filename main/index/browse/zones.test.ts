/** Months and days in time zones: what counts and layouts say is what a library of dates says of each item. */
import { fromAbsolute } from '@internationalized/date';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, type MediaFilter } from '../../contract/shapes.ts';
import { zoneOf } from '../../contract/time-zone.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

const ZONES = [
  'UTC',
  'America/Los_Angeles',
  'Pacific/Auckland',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
];
const HOUR = 3_600_000;
/** Around both changes of clock in each hemisphere, around the turns of months that lie near them, and around a new year. */
const MOMENTS = [
  '2025-03-09T10:00Z',
  '2025-11-02T09:00Z',
  '2025-04-05T14:00Z',
  '2025-09-27T14:00Z',
  '2025-04-01T00:00Z',
  '2025-05-01T00:00Z',
  '2025-10-01T00:00Z',
  '2025-11-01T00:00Z',
  '2026-01-01T00:00Z',
].map((text) => Date.parse(text));

let index: TestIndex;
let accountId: number;

beforeAll(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  for (const chatId of [7, 8]) {
    const chatKey = saveSampleChat(index, accountId, chatId);
    // Half an hour apart, from 16 hours before each moment to 16 hours after, plus the last millisecond before the hour.
    const times = MOMENTS.flatMap((at) =>
      Array.from({ length: 64 }, (_, step) => at + (step - 32) * (HOUR / 2) - (step % 2) * (chatId - 6)),
    ).sort((a, b) => a - b);
    const messages = times.map((createdAt, position) =>
      sampleMessage(
        position + 1,
        [
          sampleMedia(chatId * 10_000 + position, 'viewable', {
            kind: position % 3 === 0 ? 'video' : 'photo',
            durationMs: position % 3 === 0 ? position * 100 : null,
          }),
        ],
        { createdAt, senderId: position % 2 === 0 ? 1 : chatId, text: position % 5 === 0 ? 'red' : 'blue' },
      ),
    );
    index.write('applyPage', {
      ...LISTED,
      accountId,
      chatKey,
      page: samplePage(messages.toReversed()),
    });
  }
});
afterAll(() => {
  index.close();
});

const filters: fc.Arbitrary<Partial<MediaFilter>> = fc.record(
  {
    chatIds: fc.subarray([7, 8]),
    kinds: fc.subarray(['photo', 'video'] as const),
    sender: fc.constantFrom('me' as const, null),
    text: fc.constantFrom('red', null),
    minMs: fc.constantFrom(10_000, 12_345),
    from: fc.constantFrom(null, ...MOMENTS.map((at) => at - 7 * HOUR), Date.UTC(2025, 3, 1)),
    to: fc.constantFrom(null, ...MOMENTS.map((at) => at + 11 * HOUR), Date.UTC(2025, 10, 1)),
  },
  { requiredKeys: [] },
);

function everyTime(filter: MediaFilter): number[] {
  const times: number[] = [];
  for (let after: string | null = null; ;) {
    const page: { rows: { sentAt: number }[]; next: string | null } = index.read('media', {
      ...filter,
      limit: 500,
      after,
    });
    times.push(...page.rows.map(({ sentAt }) => sentAt));
    if (page.next === null) {
      return times;
    }
    after = page.next;
  }
}

describe.each(ZONES)('in %s', (timeZone) => {
  const days = (at: number): string => fromAbsolute(at, timeZone).toString().slice(0, 10);

  test('each item is counted in its month, whatever the filter', () => {
    fc.assert(
      fc.property(filters, (part) => {
        const filter = { ...EVERYTHING, accountId, ...part };
        const { buckets, count, timeZone: told } = index.read('mediaCounts', { filter, timeZone });
        const times = everyTime(filter);
        const expected = Map.groupBy(times, (at) => days(at).slice(0, 7));
        expect(told).toBe(timeZone);
        expect(count).toBe(times.length);
        expect(buckets.map((bucket) => [bucket.month, bucket.count])).toEqual(
          [...expected].map(([month, own]) => [month, own.length]),
        );
        for (const { month, from, to } of buckets) {
          expect([from, to - 1].map((at) => days(at).slice(0, 7))).toEqual([month, month]);
          expect(days(from).slice(8)).toBe('01');
        }
      }),
      { numRuns: 60 },
    );
  });

  test('each item of a month lies under its day, and days hold what a filter of that day finds', () => {
    const filter = { ...EVERYTHING, accountId };
    for (const { month, from, to, count } of index.read('mediaCounts', { filter, timeZone }).buckets) {
      const layout = index.read('mediaLayout', { filter, from, to, after: null, timeZone });
      const told = [...Buffer.from(layout.days, 'base64')].map((day) => `${month}-${String(day + 1).padStart(2, '0')}`);
      expect(told).toEqual(everyTime({ ...filter, from, to }).map(days));
      expect(told).toHaveLength(count);
      const zone = zoneOf(timeZone);
      for (const [day, own] of Map.groupBy(told, (each) => each)) {
        const start = zone.startOfDay(Date.parse(`${day}T00:00Z`) / 86_400_000);
        const end = zone.startOfDay(zone.dayOf(start) + 1);
        expect(everyTime({ ...filter, from: start, to: end })).toHaveLength(own.length);
      }
    }
  });
});

test('bytes of a month are those of its own items', () => {
  const jobs = index.read('nextFiles', { accountId, chatKeys: [], lane: 'any', now: 1e15, exclude: [], limit: 500 });
  index.write('settleFiles', {
    runId: null,
    at: 2,
    results: jobs
      .filter(({ variant }) => variant === 'full')
      .map(({ fileId }, position) => ({
        fileId,
        outcome: 'stored' as const,
        sha256: position.toString(16).padStart(64, '0'),
        bytes: 1,
        mime: 'image/jpeg',
        ext: 'jpg',
        width: null,
        height: null,
      })),
  });
  const stored = { ...EVERYTHING, accountId, states: ['stored' as const] };
  for (const timeZone of ZONES) {
    const { buckets } = index.read('mediaCounts', { filter: stored, timeZone });
    expect(buckets.map(({ bytes }) => bytes)).toEqual(buckets.map(({ count }) => count));
  }
});
