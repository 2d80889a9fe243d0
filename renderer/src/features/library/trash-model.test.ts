import { expect, test } from 'vitest';
import { ok } from '../../../../main/contract/errors.ts';
import type { TrashEntry } from '../../../../main/contract/shapes.ts';
import { stubBridge } from '../../bridge/testing/stub-bridge.ts';
import { madeMedia, NOW } from '../../media/testing/made-media.ts';
import { refOf, TrashModel } from './trash-model.svelte.ts';

test('what was removed is listed with its size, chosen ones come back, the rest is deleted', async () => {
  let trash: TrashEntry[] = madeMedia()
    .entries.slice(0, 250)
    .map((entry) => ({ entry, removedAt: NOW }));
  const bridge = stubBridge({
    'trash.summary': () => ok({ count: trash.length, bytes: 1000 }),
    'trash.page': ({ after, limit }) => {
      const end = Number(after ?? 0) + limit;
      return ok({ rows: trash.slice(end - limit, end), next: end < trash.length ? String(end) : null });
    },
  });
  const model = new TrashModel(bridge, null);
  await model.load();
  expect(model.summary).toEqual({ count: 250, bytes: 1000 });
  expect(model.list.rows).toHaveLength(100);
  await model.list.more();
  expect(model.list.rows).toHaveLength(200);

  const [first, second] = model.list.rows;
  if (first === undefined || second === undefined) {
    throw new Error('Nothing was listed.');
  }
  model.toggle(first);
  model.toggle(second);
  model.toggle(second);
  expect(model.chosenRefs).toEqual([refOf(first)]);
  expect(model.chosenBytes).toBe(first.entry.bytes);
  trash = trash.slice(1);
  await model.load();
  expect(model.summary?.count).toBe(249);
  expect(model.chosenRefs).toEqual([]);

  trash = [];
  await model.load();
  expect([model.summary?.count, model.list.rows.length, model.list.next]).toEqual([0, 0, null]);
});

test('a second press for the same page lists it once, and a change keeps what was listed', async () => {
  const trash: TrashEntry[] = madeMedia()
    .entries.slice(0, 250)
    .map((entry) => ({ entry, removedAt: NOW }));
  const bridge = stubBridge({
    'trash.summary': () => ok({ count: trash.length, bytes: 1000 }),
    'trash.page': ({ after, limit }) => {
      const end = Number(after ?? 0) + limit;
      return ok({ rows: trash.slice(end - limit, end), next: end < trash.length ? String(end) : null });
    },
  });
  const model = new TrashModel(bridge, null);
  await model.load();
  await Promise.all([model.list.more(), model.list.more()]);
  expect(model.list.rows).toHaveLength(200);
  await model.load();
  expect(model.list.rows).toHaveLength(200);
});
