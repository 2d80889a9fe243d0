import { afterAll, beforeAll, expect, test } from 'vitest';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

let index: TestIndex;
let accountId: number;
beforeAll(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  for (const [chatId, first] of [
    [7, 1],
    [8, 1001],
  ] as const) {
    index.write('applyPage', {
      ...LISTED,
      accountId,
      chatKey: saveSampleChat(index, accountId, chatId),
      page: samplePage([
        sampleMessage(first + 2, [sampleMedia(first + 2)], { text: 'A caption about the light' }),
        sampleMessage(first + 1, [sampleMedia(first + 1)], { text: 'Dark' }),
        sampleMessage(first, [], { text: 'Lights out, words alone' }),
      ]),
    });
  }
});
afterAll(() => {
  index.close();
});

const find = (text: string, chatId = 7) => index.read('chatHits', { accountId, chatId, text });

test('captions and messages of words alone are found in their chat, newest first', () => {
  expect(find('light')).toEqual({ ids: [3, 1], more: false });
  expect(find('light', 8)).toEqual({ ids: [1003, 1001], more: false });
});

test('no hit, nothing to look for and an unknown chat are told apart', () => {
  expect(find('harbour')).toEqual({ ids: [], more: false });
  expect(find(' :) ')).toEqual({ ids: [], more: false });
  expect(find('light', 9)).toBeNull();
});

test('no more hits than a person steps through are listed, and that there are more is told', () => {
  const { db } = index;
  const key = saveSampleChat(index, accountId, 10);
  db.run(
    `INSERT INTO message (chat_key, id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
     SELECT ?, i, i, 1, 'lantern', 0, 0, 0, 1, 0 FROM n`,
    key,
  );
  db.run("INSERT INTO message_fts (message_fts) VALUES ('rebuild')");
  const hits = find('lantern', 10);
  expect(hits?.ids.length).toBe(10_000);
  expect(hits?.ids[0]).toBe(10_001);
  expect(hits?.more).toBe(true);
});
