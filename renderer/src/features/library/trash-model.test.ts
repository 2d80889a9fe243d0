import { expect, test } from 'vitest';
import { EVERYTHING } from '../../../../main/contract/shapes.ts';
import { memoryBridge } from '../../bridge/memory/memory-bridge.ts';
import { refOf, TrashModel } from './trash-model.svelte.ts';

const NOW = Date.UTC(2026, 10, 24, 14, 30);
const bridgeOf = () => memoryBridge({ scenario: 'full', now: () => NOW, latency: 0, delay: () => Promise.resolve() });

test('what was removed is listed with its size, chosen ones come back, the rest is deleted', async () => {
  const bridge = bridgeOf();
  const selection = {
    filter: { ...EVERYTHING, kinds: ['photo' as const], states: ['stored' as const] },
    spans: null,
    include: [],
    exclude: [],
  };
  const removed = await bridge.call('media.remove', { selection });
  const count = removed.ok ? removed.value.changed : 0;
  const model = new TrashModel(bridge, null);
  await model.load();
  expect(model.summary?.count).toBe(count);
  expect(model.rows).toHaveLength(100);
  await model.more();
  expect(model.rows).toHaveLength(200);

  const [first, second] = model.rows;
  if (first === undefined || second === undefined) {
    throw new Error('Nothing was listed.');
  }
  model.toggle(first);
  model.toggle(second);
  model.toggle(second);
  expect(model.chosenRefs).toEqual([refOf(first)]);
  expect(model.chosenBytes).toBe(first.entry.bytes);
  await bridge.call('trash.restore', { refs: model.chosenRefs });
  await model.load();
  expect(model.summary?.count).toBe(count - 1);
  expect(model.chosenRefs).toEqual([]);

  await bridge.call('trash.empty', { refs: null });
  await model.load();
  expect([model.summary?.count, model.rows.length, model.next]).toEqual([0, 0, null]);
});
