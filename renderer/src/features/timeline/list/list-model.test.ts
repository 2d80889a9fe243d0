import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bridge } from '../../../../../main/app/bridge.ts';
import { err } from '../../../../../main/contract/errors.ts';
import { EVERYTHING } from '../../../../../main/contract/shapes.ts';
import { BOX_MOST } from '../../../media/mapped-scroll.svelte.ts';
import { ListModel, ROW } from './list-model.svelte.ts';
import { madeEntry, madeMillion } from './testing/made-million.ts';

const MILLION = 1_000_000;
const VIEWPORT = 800;
let total = MILLION;
let newer = 0;
beforeEach(() => {
  total = MILLION;
  newer = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets every answer that is under way arrive. */
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

async function opened(order: ListModel['order'] | null) {
  const { bridge, asked } = madeMillion(
    () => total,
    () => newer,
  );
  const model = new ListModel({ bridge, still: () => Promise.resolve() }, EVERYTHING, order);
  model.resize(VIEWPORT);
  await model.start();
  await settle();
  return { model, asked };
}
const seen = (model: ListModel): (number | null)[] =>
  model.visible
    .filter(({ row }) => row * ROW >= model.top && (row + 1) * ROW <= model.top + VIEWPORT)
    .map(({ entry }) => entry?.id ?? null);

describe('a list by date', () => {
  test('reaches any row of a million with one question, in a box that a browser can draw', async () => {
    const { model, asked } = await opened(null);
    expect([model.count, model.reach, model.partial]).toEqual([MILLION, MILLION, false]);
    expect(model.boxHeight).toBe(BOX_MOST);
    asked.length = 0;
    model.moveTo(731_234 * ROW);
    await settle();
    expect(seen(model)).toEqual(Array.from({ length: 20 }, (_, index) => madeEntry(731_234 + index).id));
    expect(asked.filter(({ name }) => name === 'media.layout')).toHaveLength(1);
    expect(asked.filter(({ name }) => name === 'media.page')).toEqual([]);
    expect(model.top - model.base).toBeLessThan(BOX_MOST);
    model.close();
  });

  test('oldest first is the same list turned over', async () => {
    const { model } = await opened({ by: 'date', descending: false });
    expect(seen(model)[0]).toBe(madeEntry(MILLION - 1).id);
    model.moveTo(model.height);
    await settle();
    expect(seen(model).at(-1)).toBe(madeEntry(0).id);
    model.close();
  });

  test('what is seen does not move when newer items arrive', async () => {
    const { model } = await opened(null);
    model.moveTo(5000 * ROW + 17);
    await settle();
    model.focus = 5003;
    const before = seen(model);
    newer = 12;
    model.changed();
    await vi.advanceTimersByTimeAsync(1100);
    await settle();
    expect(model.count).toBe(MILLION + 12);
    expect(seen(model)).toEqual(before);
    expect([model.top, model.focus]).toEqual([5012 * ROW + 17, 5015]);
    model.close();
  });

  test('finds an item wherever it is', async () => {
    const { model } = await opened(null);
    expect(await model.locate(madeEntry(612_345))).toBe(612_345);
    expect(await model.locate({ ...madeEntry(3), id: 1 })).toBeNull();
    model.close();
  });

  test('tells who sent what is seen, once', async () => {
    const { model, asked } = await opened(null);
    const [first] = model.visible;
    expect(first?.entry && model.detailsOf(first.entry)?.senderName).toBe('Ada');
    const before = asked.filter(({ name }) => name === 'media.details').length;
    model.moveTo(ROW);
    await settle();
    const [last] = asked.filter(({ name }) => name === 'media.details').slice(before);
    expect(last === undefined ? 0 : (last.input as { refs: unknown[] }).refs.length).toBeLessThanOrEqual(2);
    model.close();
  });
});

describe('a list in another order', () => {
  const bySize = { by: 'size', descending: true } as const;

  test('says how far it was listed, and lists ahead of what is seen', async () => {
    const { model } = await opened(bySize);
    expect(model.count).toBe(MILLION);
    expect(model.partial).toBe(true);
    expect(model.reach).toBeGreaterThanOrEqual(400);
    expect(model.reach).toBeLessThan(2000);
    expect(seen(model)[0]).toBe(madeEntry(MILLION - 1).id);
    const before = model.reach;
    model.moveTo(model.height);
    await settle();
    expect(model.reach).toBeGreaterThan(before);
    expect(seen(model)).not.toContain(null);
    model.close();
  });

  test('keeps a bounded number of pages, and asks once more for those it goes back to', async () => {
    const { model, asked } = await opened(bySize);
    for (let page = 0; page < 60; page += 1) {
      model.moveTo(model.height);
      await settle();
    }
    expect(model.reach).toBeGreaterThan(12_000);
    expect(model.entry(0)).toBeNull();
    asked.length = 0;
    model.moveTo(0);
    await settle();
    expect(seen(model)[0]).toBe(madeEntry(MILLION - 1).id);
    expect(asked.filter(({ name }) => name === 'media.page')).toHaveLength(1);
    model.close();
  });

  test('does not wait for its count', async () => {
    const made = madeMillion(() => total);
    const held = Promise.withResolvers<undefined>();
    const bridge: Bridge = {
      ...made.bridge,
      call: async (name, input, options) => {
        if (name === 'media.counts') {
          await held.promise;
        }
        return made.bridge.call(name, input, options);
      },
    };
    const model = new ListModel({ bridge, still: () => Promise.resolve() }, EVERYTHING, bySize);
    model.resize(VIEWPORT);
    const started = model.start();
    await settle();
    expect([model.counts, seen(model)[0]]).toEqual([null, madeEntry(MILLION - 1).id]);
    held.resolve(undefined);
    await started;
    expect([model.count, seen(model)[0]]).toEqual([MILLION, madeEntry(MILLION - 1).id]);
    model.close();
  });

  test('is listed again after its count failed', async () => {
    const made = madeMillion(() => total);
    let fails = true;
    const bridge: Bridge = {
      ...made.bridge,
      call: async (name, input, options) =>
        name === 'media.counts' && fails ? err('busy', 'Not now.') : made.bridge.call(name, input, options),
    };
    const model = new ListModel({ bridge, still: () => Promise.resolve() }, EVERYTHING, bySize);
    model.resize(VIEWPORT);
    await model.start();
    expect(model.error?.code).toBe('busy');
    fails = false;
    model.retry();
    await settle();
    expect([model.error, model.count]).toEqual([null, MILLION]);
    model.close();
  });

  test('ends where the list ends', async () => {
    total = 450;
    const { model } = await opened(bySize);
    model.moveTo(model.height);
    await settle();
    expect([model.reach, model.partial]).toEqual([450, false]);
    model.close();
  });

  test('does not jump when the library changes: it waits to be asked', async () => {
    const { model, asked } = await opened(bySize);
    asked.length = 0;
    model.changed();
    await vi.advanceTimersByTimeAsync(5000);
    expect([model.outdated, asked.length]).toEqual([true, 0]);
    await model.start();
    expect(model.outdated).toBe(false);
    model.close();
  });
});
