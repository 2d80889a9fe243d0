/** Words inside of scripts without spaces, and emoji: found by search and text filter, marked where they stand. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { indexedText, markedText, shownText, unsearchableIn } from '../../contract/search-text.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

const TEXTS = [
  '明日東京に行く写真',
  'สวัสดีครับ ยินดีต้อนรับ',
  'hello 😀 world',
  'great 👍🏽 :)',
  'from 🇯🇵 with ❤️',
  '서울에서 만나요',
  'カメラを買った iPhone14',
  'family 👨‍👩‍👧 Rédaction',
  // As a Mac may send it: letters and their marks apart.
  'がぎぐ'.normalize('NFD'),
  'အမြဲတမ်း ချစ်တယ်',
];

let index: TestIndex;
let accountId: number;
let chatKey: number;
beforeAll(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  chatKey = saveSampleChat(index, accountId, 7);
  list(TEXTS);
});
afterAll(() => {
  index.close();
});

function list(texts: readonly string[]): void {
  index.write('applyPage', {
    ...LISTED,
    accountId,
    chatKey,
    page: samplePage(texts.map((text, at) => sampleMessage(at + 1, [sampleMedia(100 + at)], { text })).toReversed()),
  });
}

const inBrackets = (parts: readonly { readonly text: string; readonly hit: boolean }[]): string =>
  parts.map((part) => (part.hit ? `[${part.text}]` : part.text)).join('');

/** The found messages with what is marked in each, in brackets. */
function found(text: string): string[] {
  const { hits } = index.read('messageHits', { text, accountId, chatId: null, after: null, limit: 50 });
  const listed = index.read('media', { ...EVERYTHING, text, limit: 50, after: null }).rows;
  expect(listed.map(({ messageId }) => messageId)).toEqual(hits.map(({ messageId }) => messageId));
  const inChat = index.read('chatHits', { text, accountId, chatId: 7 });
  expect(inChat).toEqual({ ids: hits.map(({ messageId }) => messageId), more: false });
  const texts = hits.map(({ parts }) => parts.map((part) => part.text).join(''));
  const marked = hits.map(({ parts }) => inBrackets(parts));
  // A whole text is marked as the full text marks its snippet.
  expect(texts.map((each) => inBrackets(markedText(each, text)).normalize('NFC'))).toEqual(
    marked.map((each) => each.normalize('NFC')),
  );
  return marked;
}

test.each([
  ['東京', '明日[東京]に行く写真'],
  ['写真 東京', '明日[東京]に行く[写真]'],
  ['に行く', '明日東京[に行く]写真'],
  ['日', '明[日]東京に行く写真'],
  ['ยินดี', 'สวัสดีครับ [ยินดี]ต้อนรับ'],
  ['ต้อนรับ', 'สวัสดีครับ ยินดี[ต้อนรับ]'],
  ['😀', 'hello [😀] world'],
  ['hello😀', '[hello] [😀] world'],
  ['👍', 'great [👍🏽] :)'],
  ['great :)', '[great] 👍🏽 :)'],
  ['🇯🇵', 'from [🇯🇵] with ❤️'],
  ['❤', 'from 🇯🇵 with [❤️]'],
  ['만나', '서울에서 [만나]요'],
  ['カメラ', '[カメラ]を買った iPhone14'],
  ['iphone', 'カメラを買った [iPhone14]'],
  ['redac', 'family 👨‍👩‍👧 [Rédaction]'],
  ['👨‍👩‍👧', 'family [👨‍👩‍👧] Rédaction'],
  ['ぎぐ', 'が[ぎぐ]'],
  ['ချစ်', 'အမြဲတမ်း [ချစ်]တယ်'],
])('%s is found and marked', (text, marked) => {
  expect(found(text)).toEqual([marked]);
});

test.each(['京都', '京東', '😁', '🇫🇷', 'phone', ':)'])('%s is found nowhere', (text) => {
  expect(found(text)).toEqual([]);
});

test('what cannot be searched is told', () => {
  expect(unsearchableIn('東京 :) 👍 ... a-b')).toEqual([':)', '...']);
  expect(unsearchableIn('  ')).toEqual([]);
});

test('an edited message is found by its new words alone, and the full text stays in step', () => {
  list(['大阪の夜 🌙', ...TEXTS.slice(1)]);
  expect(found('東京')).toEqual([]);
  expect(found('大阪 🌙')).toEqual(['[大阪]の夜 [🌙]']);
  list(['plain', ...TEXTS.slice(1)]);
  expect(found('大阪')).toEqual([]);
  expect(
    index.db.all('SELECT text FROM message_words WHERE message_key = (SELECT min(key) FROM message WHERE id = 1)'),
  ).toEqual([]);
  list(TEXTS);
  index.db.run("INSERT INTO message_fts (message_fts, rank) VALUES ('integrity-check', 1)");
});

test('any text comes back from the index as it was, composed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      // A text of the index's own signs would be read as one; nobody writes them.
      fc.pre(shownText(text) === text);
      expect(shownText(indexedText(text)).normalize('NFC')).toBe(text.normalize('NFC'));
    }),
  );
});
