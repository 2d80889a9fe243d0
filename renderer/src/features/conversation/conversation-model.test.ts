import { expect, test } from 'vitest';
import { ok } from '../../../../main/contract/errors.ts';
import type { Message } from '../../../../main/contract/shapes.ts';
import { stubBridge } from '../../bridge/testing/stub-bridge.ts';
import { madeMedia } from '../../media/testing/made-media.ts';
import { ConversationModel } from './conversation-model.svelte.ts';

const CHAT = { accountId: 1, chatId: 7 };

test('what is removed leaves its message, which stays where it is', async () => {
  const { entries } = madeMedia();
  let messages: Message[] = Array.from({ length: 400 }, (_, index) => ({
    ...CHAT,
    id: index + 1,
    senderId: 7,
    senderName: 'Ada',
    fromMe: false,
    sentAt: index * 60_000,
    text: 'words',
    replyTo: null,
    media: entries.slice(index * 2, index * 2 + (index % 3)),
    goneAt: null,
    tip: false,
    removed: 0,
    inTrash: 0,
  }));
  const bridge = stubBridge({
    'messages.page': ({ anchor, limit }) => {
      const at = 'messageId' in anchor ? anchor.messageId : Infinity;
      const rows =
        anchor.at === 'newer'
          ? messages.filter(({ id }) => id > at).slice(0, limit)
          : messages.filter(({ id }) => id < at).slice(-limit);
      const [first, last] = [rows[0]?.id ?? 0, rows.at(-1)?.id ?? 0];
      return ok({ rows, hasOlder: first > 1, hasNewer: last < messages.length });
    },
  });
  const model = new ConversationModel(bridge, CHAT);
  await model.open({ at: 'newest' });
  await model.older();
  await model.older();
  const ids = model.rows.map(({ id }) => id);
  const carrying = model.rows.find(({ media }) => media.length > 0);
  if (carrying === undefined) {
    throw new Error('No message has media.');
  }
  messages = messages.map((message) =>
    message.id === carrying.id ? { ...message, media: message.media.slice(1) } : message,
  );
  await model.refresh();
  expect(ids.length).toBeGreaterThan(100);
  expect(model.rows.map(({ id }) => id)).toEqual(ids);
  expect(model.rows.find(({ id }) => id === carrying.id)?.media).toEqual(carrying.media.slice(1));
});
