import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ListedMessage } from '../../lib/model.ts';
import { generator } from '../../sandbox/random.ts';
import { blocksThatLie } from '../testing/recount.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';
import { rawOf } from './raw-blocks.ts';

let index: TestIndex;
let accountId: number;
let chatKey: number;
beforeEach(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  chatKey = saveSampleChat(index, accountId, 7);
});
afterEach(() => {
  index.close();
});

function apply(messages: readonly ListedMessage[], at = 1): void {
  const page = samplePage(messages);
  const place = { accountId, chatKey, runId: null, at, pass: 'media', cursor: null };
  index.write('applyPage', { ...place, page, range: null, detectGone: false });
}

const list = (raw: boolean) =>
  index.read('messageList', {
    accountId,
    chatIds: [],
    from: null,
    to: null,
    text: null,
    after: null,
    limit: 500,
    raw,
  }).rows;
const blocks = () => index.db.all<{ key: number; live: number }>('SELECT key, live FROM raw_block ORDER BY key');

test('each message gives back its JSON letter by letter, whatever stands in it', () => {
  const raws = [
    '{"id":1}',
    '{"a":"\\n[],\\"","b":[1,{"c":null}]}',
    '{"text":"\\ud800 é 日本 😀"}',
    '["a","b"]',
    '{"__proto__":1}',
  ];
  apply(raws.map((raw, at) => sampleMessage(9 - at, [], { raw })));
  expect(list(true).map(({ raw }) => raw)).toEqual(raws);
  expect(list(false)[0]).not.toHaveProperty('raw');
});

test('a page is one block, which takes a fifth of its text', () => {
  const random = generator(5);
  const signature = (): string => Array.from({ length: 22 }, () => Math.floor(random() * 36).toString(36)).join('');
  const raws = Array.from({ length: 100 }, (_, id) =>
    JSON.stringify({
      id,
      media: [1, 2].map((n) => ({
        id: id * 10 + n,
        type: 'photo',
        canView: true,
        convertedToVideo: false,
        hasCustomPreview: false,
        releaseForms: [],
        videoSources: { '240': null, '720': null },
        files: {
          full: { url: `https://cdn.example/${signature()}`, width: 800, height: 600, size: 0, sources: [] },
          preview: { url: `https://cdn.example/${signature()}`, width: 760, height: 760, size: 0, options: [] },
        },
      })),
      isMediaReady: true,
      isReportedByMe: false,
      canBePinned: true,
      isCouplePeopleMedia: false,
      responseType: 'message',
    }),
  );
  apply(raws.map((raw, id) => sampleMessage(id + 1, [], { raw })));
  expect(blocks()).toEqual([{ key: 1, live: 100 }]);
  const size = index.db.get<{ bytes: number; packed: number }>('SELECT bytes, length(body) AS packed FROM raw_block');
  expect(size?.bytes).toBe(raws.join(',\n').length + 2);
  expect((size?.packed ?? 0) / (size?.bytes ?? 1)).toBeLessThan(0.2);
});

test('a message that changes leaves its block, and the last one takes the block along', () => {
  apply([sampleMessage(2, [sampleMedia(20)]), sampleMessage(1, [])]);
  apply([sampleMessage(2, [sampleMedia(20, 'viewable', { link: 'b' })]), sampleMessage(1, [])], 2);
  expect(blocks()).toEqual([{ key: 1, live: 2 }]);
  apply([sampleMessage(2, [], { text: 'edited' })], 3);
  expect(blocks()).toEqual([
    { key: 1, live: 1 },
    { key: 2, live: 1 },
  ]);
  expect(list(true).map(({ raw }) => raw)).toEqual([
    sampleMessage(2, [], { text: 'edited' }).raw,
    sampleMessage(1, []).raw,
  ]);
  apply([sampleMessage(1, [], { text: 'edited too' })], 4);
  expect(blocks().map(({ live }) => live)).toEqual([1, 1]);
  expect(blocksThatLie(index.db)).toEqual([]);
});

test('a message that a page shows twice keeps the JSON shown last', () => {
  apply([sampleMessage(5, [], { text: 'one' }), sampleMessage(5, [], { text: 'two' })]);
  expect(list(true)[0]?.raw).toBe(sampleMessage(5, [], { text: 'two' }).raw);
  expect(blocks()).toEqual([{ key: 1, live: 1 }]);
});

test('a quiet page writes no block, and a damaged one is told', () => {
  apply([sampleMessage(1, [])]);
  apply([sampleMessage(1, [])], 2);
  expect(blocks()).toHaveLength(1);
  index.db.run("UPDATE raw_block SET body = x'00112233'");
  expect(() => rawOf(index.db, [1])).toThrow();
});
