import { expect, test } from 'vitest';
import { EVERYTHING } from '../../../main/contract/shapes.ts';
import { madeMedia } from './testing/made-media.ts';
import { dayCounts } from './day-counts.ts';

test('days of a month are counted, and together they are the month', async () => {
  const { bridge } = madeMedia();
  const counts = await bridge.call('media.counts', { filter: EVERYTHING });
  const bucket = counts.ok ? counts.value.buckets[3] : undefined;
  if (bucket === undefined) {
    throw new Error('No month.');
  }
  const { signal } = new AbortController();
  const days = await dayCounts(bridge, EVERYTHING, bucket, signal);
  expect(days?.reduce((sum, count) => sum + count, 0)).toBe(bucket.count);
  const from = bucket.from + 4 * 86_400_000;
  const fifth = await bridge.call('media.counts', { filter: { ...EVERYTHING, from, to: from + 86_400_000 } });
  expect(days?.[4]).toBe(fifth.ok ? fifth.value.count : null);
});
