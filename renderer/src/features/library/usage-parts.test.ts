import { expect, test } from 'vitest';
import type { ChatUsage } from '../../../../main/contract/shapes.ts';
import { usageParts } from './usage-parts.ts';

const none = { files: 0, bytes: 0 };
const chat = (chatId: number, bytes: number): ChatUsage => ({
  accountId: 1,
  chatId,
  name: null,
  bytes,
  kinds: { photo: { files: 1, bytes }, video: none, gif: none, audio: none, other: none },
});
const total = { photo: none, video: none, gif: none, audio: none, other: none };
const shape = (parts: ReturnType<typeof usageParts>): unknown =>
  parts.map(({ chat: of, chats, bytes }) => [of?.chatId ?? 'rest', chats, bytes]);

test('few chats are all there, and none that has nothing', () => {
  const chats = [chat(1, 9), chat(2, 5), chat(3, 0)];
  expect(shape(usageParts({ chats, rest: null, total }, 2))).toEqual([
    [1, 1, 9],
    [2, 1, 5],
  ]);
});

test('small ones stand together, at the place of their size, so that nothing is left out', () => {
  const chats = [chat(1, 9), chat(2, 5), chat(3, 4), chat(4, 3)];
  const parts = usageParts({ chats, rest: null, total }, 3);
  expect(shape(parts)).toEqual([
    [1, 1, 9],
    ['rest', 2, 7],
    [2, 1, 5],
  ]);
  expect(parts[1]?.kinds.photo).toEqual({ files: 2, bytes: 7 });
  expect(shape(usageParts({ chats, rest: chat(0, 2), total }, 9))).toEqual([
    [1, 1, 9],
    [2, 1, 5],
    [3, 1, 4],
    [4, 1, 3],
    ['rest', null, 2],
  ]);
});
