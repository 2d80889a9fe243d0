import { expect, test } from 'vitest';
import { EVERYTHING } from '../../../../main/contract/shapes.ts';
import { memoryBridge } from '../../bridge/memory/memory-bridge.ts';
import { ConversationModel } from './conversation-model.svelte.ts';

test('what is removed leaves its message, which stays where it is', async () => {
  const bridge = memoryBridge({
    scenario: 'full',
    now: () => Date.UTC(2026, 10, 24, 14, 30),
    latency: 0,
    delay: () => Promise.resolve(),
  });
  const chats = await bridge.call('chats.list', { accountId: null, after: null, limit: 1 });
  const [chat] = chats.ok ? chats.value.rows : [];
  const model = new ConversationModel(bridge, { accountId: chat?.accountId ?? 0, chatId: chat?.id ?? 0 });
  await model.open({ at: 'newest' });
  await model.older();
  await model.older();
  const ids = model.rows.map(({ id }) => id);
  const carrying = model.rows.find(({ media }) => media.length > 0);
  const [entry] = carrying?.media ?? [];
  if (carrying === undefined || entry === undefined) {
    throw new Error('No message has media.');
  }
  await bridge.call('media.remove', {
    selection: {
      filter: EVERYTHING,
      spans: [],
      include: [{ accountId: entry.accountId, mediaId: entry.id }],
      exclude: [],
    },
  });
  await model.refresh();
  expect(ids.length).toBeGreaterThan(100);
  expect(model.rows.map(({ id }) => id)).toEqual(ids);
  expect(model.rows.find(({ id }) => id === carrying.id)?.media).toEqual(carrying.media.slice(1));
});
