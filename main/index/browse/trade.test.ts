/** Terms of messages, and what chats have not got: lists and counts say what the messages themselves say. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TRADES, type Trade } from '../../contract/model.ts';
import { EVERYTHING, type MediaFilter } from '../../contract/shapes.ts';
import type { MessageFlags } from '../../lib/model.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { expectedItems, maintainedItems } from '../testing/recount.ts';
import { LISTED, NO_FLAGS, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

let index: TestIndex;
let accountId: number;
let chats: ReadonlyMap<number, number>;
beforeEach(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  chats = new Map([7, 8, 9].map((id) => [id, saveSampleChat(index, accountId, id)]));
});
afterEach(() => {
  index.close();
});

type Sent = readonly [id: number, media: readonly number[], flags: Partial<MessageFlags>];
let at = 0;
function list(chatId: number, messages: readonly Sent[]): void {
  at += 1000;
  index.write('applyPage', {
    ...LISTED,
    accountId,
    chatKey: chats.get(chatId) ?? 0,
    at,
    page: samplePage(
      messages.map(([id, media, flags]) =>
        sampleMessage(
          id,
          media.map((each) => sampleMedia(each)),
          { flags: { ...NO_FLAGS, ...flags } },
        ),
      ),
    ),
  });
}
const FREE = { isFree: true, isOpened: true };
const OFFERED = { isFree: false, isOpened: false, canPurchase: true, canPurchaseReason: '', price: 12.5 };
const BOUGHT = { isFree: false, isOpened: true, canPurchase: false, canPurchaseReason: 'opened', price: 12.5 };

const found = (filter: Partial<MediaFilter>): number[] =>
  index
    .read('mediaEntries', { filter: { ...EVERYTHING, ...filter }, limit: 200, after: null })
    .rows.map(({ id }) => id)
    .sort((a, b) => a - b);
const counted = (filter: Partial<MediaFilter>, timeZone = 'UTC'): number =>
  index.read('mediaCounts', { filter: { ...EVERYTHING, ...filter }, timeZone }).count;

test('each term finds its items, in all chats and in one, and the counts agree', () => {
  list(7, [
    [1, [11], FREE],
    [2, [21, 22], OFFERED],
    [3, [31], BOUGHT],
    [4, [41], { isTip: true, isFree: true, isOpened: true }],
    [5, [51], {}],
    [6, [61], { canPurchaseReason: 'opened' }],
  ]);
  const by: Readonly<Record<Trade, readonly number[]>> = {
    free: [11, 41],
    offered: [21, 22],
    bought: [31, 61],
    tip: [41],
    unopened: [21, 22],
  };
  for (const trade of TRADES) {
    for (const chatIds of [[], [7]]) {
      expect(found({ trades: [trade], chatIds })).toEqual(by[trade]);
      expect(counted({ trades: [trade], chatIds }, 'Asia/Kolkata')).toBe(by[trade].length);
    }
  }
  expect(found({ trades: ['tip', 'bought'] })).toEqual([31, 41, 61]);
  expect(found({ trades: [] })).toHaveLength(7);
});

test('a purchase moves the item, is told once in the history with its price, and opening tells nothing', () => {
  list(7, [[2, [21], OFFERED]]);
  list(7, [[2, [21], BOUGHT]]);
  list(7, [[2, [21], BOUGHT]]);
  list(7, [[3, [31], { isFree: true, isOpened: false }]]);
  list(7, [[3, [31], FREE]]);
  expect([found({ trades: ['offered'] }), found({ trades: ['bought'] }), found({ trades: ['unopened'] })]).toEqual([
    [],
    [21],
    [],
  ]);
  expect(index.read('changes', { sinceRun: null, sinceAt: null, after: null, limit: 100 })).toMatchObject([
    { field: 'message.bought', chatId: 7, messageId: 2, before: null, after: '12.50' },
  ]);
  expect(maintainedItems(index.db)).toEqual(expectedItems(index.db));
});

test('the panel says the terms of each message that carries an item; no price is none, and 0 is 0', () => {
  list(7, [[1, [11], { ...OFFERED, price: null }]]);
  list(8, [[2, [11], { ...BOUGHT, price: 0 }]]);
  const item = index.read('mediaItem', { accountId, mediaId: 11 });
  expect(item?.messages.map(({ chatId, state, terms }) => [chatId, state, terms])).toEqual([
    [8, 'viewable', { trades: ['bought'], price: '0.00' }],
    [7, 'viewable', { trades: ['offered', 'unopened'], price: null }],
  ]);
});

test('what has not been sent to some chats is what no message of theirs carries', () => {
  list(7, [
    [1, [11, 12], FREE],
    [2, [13], FREE],
  ]);
  list(8, [[3, [11, 14], FREE]]);
  list(9, [[4, [12], FREE]]);
  const cases: readonly (readonly [readonly number[], readonly number[]])[] = [
    [[7], [14]],
    [[8], [12, 13]],
    [[8, 9], [13]],
    [[7, 8], []],
  ];
  for (const [notSentTo, wanted] of cases) {
    expect(found({ notSentTo })).toEqual(wanted);
    for (const zone of ['UTC', 'America/Los_Angeles']) {
      expect(counted({ notSentTo }, zone)).toBe(wanted.length);
    }
  }
  expect(found({ notSentTo: [8], chatIds: [7], trades: ['free'] })).toEqual([12, 13]);
  expect(counted({ notSentTo: [8], chatIds: [7], trades: ['free'] })).toBe(2);
});

test('whatever the service says and takes back, the rows and counts are those of the slow truth', () => {
  const flag = fc.constantFrom(null, true, false);
  const sent = fc.tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
    fc.record({
      isFree: flag,
      isTip: flag,
      isOpened: flag,
      canPurchase: flag,
      canPurchaseReason: fc.constantFrom(null, '', 'opened'),
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(7, 8), sent), { maxLength: 8 }), (pages) => {
      for (const [chatId, message] of pages) {
        list(chatId, [message]);
      }
      expect(maintainedItems(index.db)).toEqual(expectedItems(index.db));
    }),
    { numRuns: 60 },
  );
});
