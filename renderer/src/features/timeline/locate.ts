/** Finding items and days that are not here yet: only what leads to them is asked for. */
import type { MediaEntry } from '../../../../main/contract/shapes.ts';
import type { Month } from '../../media/month.ts';
import type { Place, TimelineModel } from './timeline-model.svelte.ts';

/** The facts of an item that are needed to find it again. */
export interface Spot {
  readonly id: number;
  readonly sentAt: number;
  readonly order: number;
}

type Timeline = Pick<TimelineModel, 'months' | 'find' | 'planned' | 'listed'>;

const isBefore = (a: Omit<Spot, 'id'>, b: Omit<Spot, 'id'>): boolean =>
  a.sentAt > b.sentAt || (a.sentAt === b.sentAt && a.order > b.order);

/** Keeps what is asked for a month from being given up when one looks elsewhere meanwhile. */
async function holding<Value>(month: Month, work: () => Promise<Value>): Promise<Value> {
  month.held += 1;
  try {
    return await work();
  } finally {
    month.held -= 1;
  }
}

/** Where an item lies, wherever it is. Null when it is not in the list. */
export async function locate(timeline: Timeline, spot: Spot): Promise<Place | null> {
  const known = timeline.find(spot.id);
  const month = timeline.months.find(({ bucket }) => spot.sentAt >= bucket.from && spot.sentAt < bucket.to);
  return known !== null || month === undefined ? known : holding(month, () => search(timeline, month, spot));
}

/** By halving: pages are in order. */
async function search(timeline: Timeline, month: Month, spot: Spot): Promise<Place | null> {
  await timeline.planned(month);
  let low = 0;
  let high = month.pages.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    await timeline.listed(month, middle);
    const first = month.entry(month.pages[middle]?.first ?? 0);
    const last = month.entry((month.pages[middle]?.first ?? 0) + month.pageLength(middle) - 1);
    if (first === undefined || last === undefined) {
      return null;
    }
    if (isBefore(spot, first)) {
      high = middle - 1;
    } else if (isBefore(last, spot)) {
      low = middle + 1;
    } else {
      const itemIndex = month.indexOf(spot.id);
      return itemIndex < 0 ? null : { monthIndex: timeline.months.indexOf(month), itemIndex };
    }
  }
  return null;
}

/** The first item of a day, or of the nearest older one that has any; null when nothing is that old. */
export async function locateDay(timeline: Timeline, time: number): Promise<Place | null> {
  const month = timeline.months.find(({ bucket }) => bucket.from <= time);
  if (month === undefined) {
    return null;
  }
  await holding(month, () => timeline.planned(month));
  const { first } = month.itemsOfDay(time);
  const monthIndex = timeline.months.indexOf(month);
  if (first < month.count) {
    return { monthIndex, itemIndex: first };
  }
  const older = timeline.months[monthIndex + 1];
  if (older === undefined) {
    return null;
  }
  await holding(older, () => timeline.planned(older));
  return { monthIndex: monthIndex + 1, itemIndex: 0 };
}

/** The entry at a place; null when it cannot be had. */
export async function entryAt(timeline: Timeline, { monthIndex, itemIndex }: Place): Promise<MediaEntry | null> {
  const month = timeline.months[monthIndex];
  if (month === undefined) {
    return null;
  }
  await holding(month, () => timeline.listed(month, month.pageOf(itemIndex)));
  return month.entry(itemIndex) ?? null;
}
