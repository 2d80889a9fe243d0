import { expect, test } from 'vitest';
import type { CallOutput } from '../../../../main/app/calls.ts';
import { ok } from '../../../../main/contract/errors.ts';
import { EVERYTHING } from '../../../../main/contract/shapes.ts';
import { Overtaking, stubBridge } from '../../bridge/testing/stub-bridge.ts';
import { madeMedia } from '../../media/testing/made-media.ts';
import { ViewerModel } from './viewer-model.svelte.ts';

const { entries } = madeMedia();
const [entry] = entries;
if (entry === undefined) {
  throw new Error('There is no media.');
}
const REF = { accountId: entry.accountId, mediaId: entry.id };
const itemWith = (labels: readonly number[]): CallOutput<'media.item'> => ({
  entry,
  files: [],
  history: [],
  messages: [],
  chats: 1,
  copies: [],
  labels,
  note: null,
});

test('of two answers for one item the later question counts', async () => {
  const answers = new Overtaking((question) => itemWith([question]));
  const bridge = stubBridge({
    'media.item': answers.answer,
    'media.around': () => ok({ rows: [entry], index: 0, position: 0 }),
  });
  const model = new ViewerModel(bridge, EVERYTHING, () => Promise.resolve(null));
  await answers.until(model.open(REF));
  await answers.until(Promise.all([model.reload(), model.reload()]));
  expect(model.item?.labels).toEqual([answers.asked - 1]);
});

test('an item that was removed does not come back with an answer that was under way', async () => {
  const answers = new Overtaking(() => itemWith([]));
  const bridge = stubBridge({
    'media.item': answers.answer,
    'media.around': () => ok({ rows: [entry], index: 0, position: 0 }),
  });
  const model = new ViewerModel(bridge, EVERYTHING, () => Promise.resolve(null));
  await answers.until(model.open(REF));
  const reloaded = model.reload();
  model.forget(entry);
  await answers.until(reloaded);
  await model.reload();
  expect(model.rows).toEqual([]);
});
