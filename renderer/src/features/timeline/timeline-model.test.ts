import { flushSync } from 'svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Bridge } from '../../../../main/app/bridge.ts';
import { ABORTED, err } from '../../../../main/contract/errors.ts';
import { EVERYTHING, type MediaCounts } from '../../../../main/contract/shapes.ts';
import { Overtaking, type StubBridge } from '../../bridge/testing/stub-bridge.ts';
import { madeMedia, type MadeMedia } from '../../media/testing/made-media.ts';
import { locate, locateDay } from './locate.ts';
import { TimelineModel } from './timeline-model.svelte.ts';

const SIZE = { width: 1000, rowHeight: 144 };

interface Gate {
  readonly media: MadeMedia;
  readonly bridge: StubBridge;
  /** Months (start of their bounds) whose pages were asked for, in order. */
  readonly asked: string[];
  readonly given: { up: number };
  /** Lets every waiting page through. */
  open(): void;
}

const monthOf = (time: number | null): string => new Date(time ?? 0).toISOString().slice(0, 7);

/** A bridge whose layouts wait until they are let through, so that a test decides what comes when. */
function gated(waiting: boolean): Gate {
  const media = madeMedia();
  const { bridge } = media;
  const asked: string[] = [];
  const given = { up: 0 };
  let held: (() => void)[] = [];
  let hold = waiting;
  const layout = bridge.answers['media.layout'];
  bridge.answers['media.layout'] = async (input, signal) => {
    asked.push(monthOf(input.from));
    if (hold) {
      await new Promise<void>((resolve) => {
        held.push(resolve);
        signal?.addEventListener('abort', () => {
          resolve();
        });
      });
    }
    given.up += signal?.aborted === true ? 1 : 0;
    return (await layout?.(input, signal)) ?? ABORTED;
  };
  return {
    media,
    bridge,
    asked,
    given,
    open: () => {
      hold = false;
      for (const resolve of held) {
        resolve();
      }
      held = [];
    },
  };
}

const open: TimelineModel[] = [];
const never = (): Promise<void> => new Promise(() => undefined);

async function shown(
  bridge: Bridge,
  { height = 900, idle = never }: { height?: number; idle?: () => Promise<void> } = {},
): Promise<TimelineModel> {
  const model = new TimelineModel({ bridge, idle }, EVERYTHING);
  open.push(model);
  model.resize(SIZE, height);
  await model.start();
  flushSync();
  return model;
}

/** Comes, however busy the machine is. */
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000 });

const settled = (model: TimelineModel): Promise<void> =>
  until(() => {
    flushSync();
    expect(model.months.some((month) => month.planning !== null || month.asking.size > 0)).toBe(false);
  });

/** Where an item stands in the window. */
const seenAt = (model: TimelineModel, id: number): number => {
  const place = model.find(id);
  return place === null ? Number.NaN : (model.rowAt(place)?.top ?? Number.NaN) - model.top;
};
const firstSeen = (model: TimelineModel): number => {
  const row = model.visible.find((each) => each.offset + each.row.top >= model.top);
  return row?.month.entry(row.row.segments[0]?.first ?? 0)?.id ?? -1;
};

afterEach(() => {
  for (const model of open.splice(0)) {
    model.close();
  }
});

describe('the timeline', () => {
  test('asks only for months near what is seen', async () => {
    const gate = gated(false);
    const model = await shown(gate.bridge);
    await settled(model);
    expect(model.months.length).toBeGreaterThan(15);
    expect(new Set(gate.asked).size).toBeLessThan(4);
    expect(model.visible.length).toBeGreaterThan(3);
    expect(model.focus).toBe(model.months[0]?.entry(0)?.id);
  });

  test('a leap into a month whose places are not known is one question', async () => {
    const gate = gated(false);
    const model = await shown(gate.bridge);
    await settled(model);
    gate.bridge.asked.length = 0;
    // So far inside that no other month is near.
    model.resize(SIZE, 100);
    model.moveTo(((model.tops[12] ?? 0) + (model.tops[13] ?? 0)) / 2);
    await settled(model);
    expect(gate.bridge.asked.map(({ name }) => name)).toEqual(['media.layout']);
    const seen = model.visible.filter(({ offset, row }) => offset + row.top < model.top + 100);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every(({ month, row }) => row.segments.every(({ first }) => month.entry(first) !== undefined))).toBe(
      true,
    );
  });

  test('a leap draws what is seen, and what lies beyond its edges after it', async () => {
    const model = await shown(gated(false).bridge);
    await settled(model);
    const isSeen = ({ offset, row }: (typeof model.visible)[number]): boolean =>
      offset + row.top < model.top + 900 && offset + row.top + row.height > model.top;
    model.moveTo((model.tops[12] ?? 0) + 400);
    await settled(model);
    const seen = model.visible.map(({ key }) => key);
    expect(model.visible.every(isSeen)).toBe(true);
    model.landing = false;
    expect(model.visible.length).toBeGreaterThan(seen.length);
    expect(model.visible.filter(isSeen).map(({ key }) => key)).toEqual(seen);
    model.moveTo(model.top + 100);
    expect(model.landing).toBe(false);
  });

  test('learns the places of all months when there is nothing better to do', async () => {
    const model = await shown(gated(false).bridge, { idle: () => Promise.resolve() });
    await until(() => {
      expect(model.months.every((month) => month.plan !== null)).toBe(true);
    });
    expect(model.months.reduce((sum, month) => sum + month.count, 0)).toBe(model.counts?.count);
  });

  test('gives up months that were left before they came', async () => {
    const gate = gated(true);
    const model = await shown(gate.bridge);
    await until(() => {
      expect(gate.asked.length).toBeGreaterThan(0);
    });
    model.moveTo(model.tops[12] ?? 0);
    await until(() => {
      expect(gate.given.up).toBeGreaterThan(0);
    });
    gate.open();
    await settled(model);
    expect(model.months[0]?.plan).toBeNull();
    expect(model.months[12]?.entry(0)).toBeDefined();
  });

  test('what is seen stays where it is while months above get their true height, and the scroll box is left alone', async () => {
    const model = await shown(gated(false).bridge);
    await settled(model);
    model.moveTo((model.tops[12] ?? 0) + 400);
    await settled(model);
    const seen = firstSeen(model);
    const before = seenAt(model, seen);
    const { height } = model;
    const scrollTop = model.top - model.base;
    let told = 0;
    model.place = () => {
      told += 1;
    };
    const above = model.months[8];
    if (above === undefined) {
      throw new Error('There are too few months.');
    }
    await model.planned(above);
    flushSync();
    expect(model.height).not.toBe(height);
    expect(Math.abs(seenAt(model, seen) - before)).toBeLessThan(1);
    // The one place where the box must be told is near its own ends.
    expect(told === 0 ? model.top - model.base : scrollTop).toBe(scrollTop);
  });

  test('new items do not move what is seen', async () => {
    const media = madeMedia();
    // The first items are missing at first: they are the ones that arrive.
    const all = media.entries;
    media.entries = all.slice(30);
    vi.useFakeTimers();
    try {
      const model = await shown(media.bridge);
      await vi.advanceTimersByTimeAsync(1);
      model.scrolled(700);
      await vi.advanceTimersByTimeAsync(1);
      flushSync();
      const seen = firstSeen(model);
      const before = seenAt(model, seen);
      const { count } = model.counts ?? { count: 0 };
      media.entries = all;
      model.changed({ months: null });
      await vi.advanceTimersByTimeAsync(1100);
      flushSync();
      expect(model.counts?.count).toBeGreaterThan(count);
      expect(Math.abs(seenAt(model, seen) - before)).toBeLessThan(1);
      expect(model.find(seen)?.itemIndex).toBeGreaterThan(10);
    } finally {
      vi.useRealTimers();
    }
  });

  test('any item is found by what it tells, and any day', async () => {
    const gate = gated(false);
    const model = await shown(gate.bridge);
    await settled(model);
    const month = model.months[9];
    const { from = 0, to = 0 } = month?.bucket ?? {};
    const wanted = gate.media.entries.findLast(({ sentAt }) => sentAt >= from && sentAt < to);
    if (wanted === undefined) {
      throw new Error('The month is empty.');
    }
    const place = await locate(model, wanted);
    expect(place?.monthIndex).toBe(9);
    expect(month?.entry(place?.itemIndex ?? -1)?.id).toBe(wanted.id);
    expect(await locate(model, { ...wanted, id: 1, order: 1 })).toBeNull();
    const day = await locateDay(model, wanted.sentAt);
    expect(day?.monthIndex).toBe(9);
    expect(month?.dayOf(day?.itemIndex ?? -1)).toBe(Math.floor(wanted.sentAt / 86_400_000) * 86_400_000);
    expect(await locateDay(model, 5)).toBeNull();
  });

  test('counts that cannot be had are an error that can be tried again', async () => {
    const { bridge } = madeMedia();
    const counts = bridge.answers['media.counts'];
    bridge.answers['media.counts'] = () => err('library_damaged', 'The index cannot be read.');
    const model = await shown(bridge);
    expect(model.error?.code).toBe('library_damaged');
    bridge.answers['media.counts'] = counts;
    model.retry();
    await until(() => {
      expect(model.counts?.count).toBeGreaterThan(1000);
    });
    expect(model.error).toBeNull();
  });

  test('an item is found where it lies', async () => {
    const model = await shown(gated(false).bridge);
    await settled(model);
    const entry = model.months[0]?.entry(20);
    const place = model.find(entry?.id ?? 0);
    expect(place).toEqual({ monthIndex: 0, itemIndex: 20 });
    expect(model.months[0]?.rowOf(20)).toBeGreaterThan(0);
    expect(model.find(-1)).toBeNull();
  });
});

test('what the person removed is gone at once', async () => {
  const media = madeMedia();
  const model = await shown(media.bridge);
  await settled(model);
  const [first, second] = [0, 1].map((item) => model.months[0]?.entry(item));
  if (first === undefined || second === undefined) {
    throw new Error('Nothing is shown.');
  }
  const before = model.counts?.count ?? 0;
  media.entries = media.entries.slice(1);
  await model.refresh();
  expect(model.counts?.count).toBe(before - 1);
  expect(model.months[0]?.entry(0)?.id).toBe(second.id);
  expect(model.find(first.id)).toBeNull();
});

test('counts that were asked for before a change do not take the place of those after it', async () => {
  const media = madeMedia();
  const model = await shown(media.bridge);
  await settled(model);
  const { counts } = model;
  if (counts === null) {
    throw new Error('Nothing was counted.');
  }
  const answers = new Overtaking<MediaCounts>((question) => ({ ...counts, count: counts.count - question }));
  media.bridge.answers['media.counts'] = answers.answer;
  await answers.until(Promise.all([model.refresh(), model.refresh()]));
  expect(model.counts?.count).toBe(counts.count - 1);
});
