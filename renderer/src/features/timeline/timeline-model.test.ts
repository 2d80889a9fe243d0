import { flushSync } from 'svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Bridge, CallOptions } from '../../../../main/contract/bridge.ts';
import type { CallInput, CallName, CallResult } from '../../../../main/contract/calls.ts';
import { ABORTED, err } from '../../../../main/contract/errors.ts';
import { EVERYTHING } from '../../../../main/contract/shapes.ts';
import { memoryBridge } from '../../bridge/memory/memory-bridge.ts';
import { TimelineModel } from './timeline-model.svelte.ts';

const NOW = Date.UTC(2026, 10, 24, 14, 30);
const SIZE = { width: 1000, rowHeight: 144 };

interface Gate {
  readonly bridge: Bridge;
  /** Months (start of their bounds) whose pages were asked for, in order. */
  readonly asked: string[];
  readonly given: { up: number };
  /** Lets every waiting page through. */
  open(): void;
}

/** A bridge whose pages wait until they are let through, so that a test decides what is listed when. */
function gated(waiting: boolean): Gate {
  const app = memoryBridge({ scenario: 'full', now: () => NOW, latency: 0, delay: () => Promise.resolve() });
  const asked: string[] = [];
  const given = { up: 0 };
  let held: (() => void)[] = [];
  let hold = waiting;
  const bridge: Bridge = {
    ...app,
    async call<Name extends CallName>(
      name: Name,
      input: CallInput<Name>,
      options: CallOptions = {},
    ): Promise<CallResult<Name>> {
      if (name === 'media.page') {
        const { filter } = input as CallInput<'media.page'>;
        asked.push(new Date(filter.from ?? 0).toISOString().slice(0, 7));
        if (hold) {
          await new Promise<void>((resolve) => {
            held.push(resolve);
            options.signal?.addEventListener('abort', () => {
              resolve();
            });
          });
        }
        if (options.signal?.aborted === true) {
          given.up += 1;
          return ABORTED;
        }
      }
      return app.call(name, input, options);
    },
  };
  return {
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

async function shown(bridge: Bridge, height = 900): Promise<TimelineModel> {
  const model = new TimelineModel(bridge, EVERYTHING);
  open.push(model);
  model.scrollTo = (top) => {
    model.scrolled(top);
  };
  model.resize(SIZE, height);
  await model.start();
  flushSync();
  return model;
}

const settled = (model: TimelineModel): Promise<void> =>
  vi.waitFor(() => {
    flushSync();
    expect(model.months.some((month) => month.controller !== null)).toBe(false);
  });

afterEach(() => {
  for (const model of open.splice(0)) {
    model.close();
  }
});

describe('the timeline', () => {
  test('lists only months near what is seen', async () => {
    const gate = gated(false);
    const model = await shown(gate.bridge);
    await settled(model);
    expect(model.months.length).toBeGreaterThan(15);
    expect(new Set(gate.asked).size).toBeLessThan(4);
    expect(model.visible.length).toBeGreaterThan(3);
    expect(model.focus).toBe(model.months[0]?.entries[0]?.id);
  });

  test('gives up months that were left before they came', async () => {
    const gate = gated(true);
    const model = await shown(gate.bridge);
    await vi.waitFor(() => {
      expect(gate.asked.length).toBeGreaterThan(0);
    });
    model.scrolled(model.tops[12] ?? 0);
    await vi.waitFor(() => {
      expect(gate.given.up).toBeGreaterThan(0);
    });
    gate.open();
    await settled(model);
    expect(model.months[0]?.status).toBe('none');
    expect(model.months[12]?.status).toBe('all');
  });

  test('what is seen stays where it is while months above get their true height', async () => {
    const gate = gated(false);
    const model = await shown(gate.bridge);
    await settled(model);
    model.scrolled(model.tops[12] ?? 0);
    await settled(model);
    const month = model.months[12];
    const row = model.visible.find((each) => each.month === month && each.offset + each.row.top >= model.top);
    const seenAt = (): number => (model.tops[12] ?? 0) + (row?.row.top ?? 0) - model.top;
    const before = seenAt();
    const height = model.height;
    const above = model.months[10];
    if (above === undefined) {
      throw new Error('There are too few months.');
    }
    model.resize(SIZE, 60_000);
    await settled(model);
    expect(above.status).toBe('all');
    expect(model.height).not.toBe(height);
    expect(Math.abs(seenAt() - before)).toBeLessThan(1);
  });

  test('counts that cannot be had are an error that can be tried again', async () => {
    const app = memoryBridge({ scenario: 'full', now: () => NOW, latency: 0, delay: () => Promise.resolve() });
    let broken = true;
    const bridge: Bridge = {
      ...app,
      call: (name, input, options) =>
        broken && name === 'media.counts'
          ? Promise.resolve(err('library_damaged', 'The index cannot be read.'))
          : app.call(name, input, options),
    };
    const model = await shown(bridge);
    expect(model.error?.code).toBe('library_damaged');
    broken = false;
    model.retry();
    await vi.waitFor(() => {
      expect(model.counts?.count).toBeGreaterThan(1000);
    });
    expect(model.error).toBeNull();
  });

  test('an item is found where it lies', async () => {
    const model = await shown(gated(false).bridge);
    await settled(model);
    const entry = model.months[0]?.entries[20];
    const place = model.find(entry?.id ?? 0);
    expect([place?.monthIndex, place?.itemIndex]).toEqual([0, 20]);
    expect(place?.rowIndex).toBeGreaterThan(0);
    expect(model.find(-1)).toBeNull();
  });
});
