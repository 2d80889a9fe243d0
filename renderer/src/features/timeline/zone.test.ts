/** Headings, the calendar, filters and the viewer say the same day of an item, in whatever zone. */
import { afterAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../../main/contract/shapes.ts';
import { systemZone } from '../../../../main/contract/time-zone.ts';
import { chooseZone, format } from '../../i18n/index.ts';
import { dayAround, dayOf, fromMediaFilter, NO_FILTER, startOfDay, toMediaFilter } from '../../lib/filter.ts';
import { dayCounts } from '../../media/day-counts.ts';
import { Month, planOf } from '../../media/month.ts';
import { madeMedia } from '../../media/testing/made-media.ts';

const METRICS = { width: 1000, rowHeight: 100 };

afterAll(() => {
  chooseZone(systemZone().name);
});

describe.each(['America/Los_Angeles', 'Pacific/Auckland', 'Asia/Kolkata', 'Australia/Lord_Howe'])('in %s', (zone) => {
  test('an item lies under the day that a filter of this day finds, and that the viewer tells', async () => {
    chooseZone(zone);
    const { bridge } = madeMedia();
    const counts = await bridge.call('media.counts', { filter: EVERYTHING });
    if (!counts.ok) {
      throw new Error('no counts');
    }
    expect(counts.value.timeZone).toBe(zone);
    const { signal } = new AbortController();
    for (const bucket of counts.value.buckets) {
      const { from, to, month: name } = bucket;
      expect([dayOf(from), dayOf(to - 1).slice(0, 7)]).toEqual([`${name}-01`, name]);
      const layout = await bridge.call('media.layout', {
        filter: EVERYTHING,
        from,
        to,
        after: null,
        near: { first: 0, end: 200 },
      });
      if (!layout.ok) {
        throw new Error('no layout');
      }
      const month = new Month(bucket, METRICS);
      month.setPlan(planOf([layout.value]), new Map(), METRICS);
      const days = await dayCounts(bridge, EVERYTHING, bucket, signal);
      for (const [item, entry] of (layout.value.near[0]?.rows ?? []).slice(0, 40).entries()) {
        const heading = month.dayOf(item) ?? 0;
        const day = dayOf(entry.sentAt);
        expect(dayOf(heading)).toBe(day);
        expect(format.gridDay(heading, true)).toBe(format.gridDay(entry.sentAt, true));
        expect(dayAround(entry.sentAt).from).toBe(heading);
        const { first, end } = month.itemsOfDay(startOfDay(day) ?? 0);
        expect(item >= first && item < end).toBe(true);
        expect(days?.[Number(day.slice(8)) - 1]).toBe(end - first);
        const filter = toMediaFilter({ ...NO_FILTER, from: day, to: day }, null, null);
        expect(entry.sentAt >= (filter.from ?? 0) && entry.sentAt < (filter.to ?? 0)).toBe(true);
        expect(fromMediaFilter(filter)).toMatchObject({ from: day, to: day });
      }
    }
  });
});
