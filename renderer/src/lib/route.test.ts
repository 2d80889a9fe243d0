import { CHANGE_GROUP_NAMES } from '../../../main/contract/shapes.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MEDIA_ORDERS } from '../../../main/contract/browse-shapes.ts';
import { LEDGER_STATES, MEDIA_KINDS, TRADES } from '../../../main/contract/model.ts';
import { MEDIA_SHAPES } from '../../../main/contract/shapes.ts';
import {
  fromMediaFilter,
  isFiltered,
  LENGTH_RANGES,
  NO_FILTER,
  SIZE_RANGES,
  startOfDay,
  toMediaFilter,
  type Filter,
} from './filter.ts';
import {
  ALL_MEDIA,
  formatRoute,
  MEDIA_VIEWS,
  parseRoute,
  SETTINGS_SECTIONS,
  SETUP_STEPS,
  TRASH,
  type Route,
} from './route.ts';

const ids = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const day = fc
  .date({ min: new Date('2016-01-02T12:00:00Z'), max: new Date('2099-12-30T12:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const words = fc
  .string({ minLength: 1, maxLength: 60 })
  .filter((text) => text.trim() === text && text !== '' && text.isWellFormed());
const filter: fc.Arbitrary<Filter> = fc.record({
  chatIds: fc.uniqueArray(ids, { maxLength: 4 }),
  kinds: fc.subarray([...MEDIA_KINDS]),
  states: fc.subarray([...LEDGER_STATES]),
  sender: fc.constantFrom('me' as const, 'them' as const, null),
  from: fc.option(day),
  to: fc.option(day),
  text: fc.option(words),
  labels: fc.uniqueArray(ids, { maxLength: 3 }),
  noted: fc.boolean(),
  length: fc.constantFrom(null, ...LENGTH_RANGES),
  size: fc.constantFrom(null, ...SIZE_RANGES),
  shape: fc.constantFrom(null, ...MEDIA_SHAPES),
  trades: fc.subarray([...TRADES]),
  notSentTo: fc.uniqueArray(ids, { maxLength: 3 }),
});
const chat = fc.record({ accountId: ids, chatId: ids });
const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.record({
    place: fc.constant('media' as const),
    chat: fc.option(chat),
    filter,
    item: fc.option(fc.record({ accountId: ids, mediaId: ids })),
    month: fc.option(day.map((text) => text.slice(0, 7))),
    view: fc.constantFrom(...MEDIA_VIEWS),
    order: fc.option(fc.record({ by: fc.constantFrom(...MEDIA_ORDERS), descending: fc.boolean() })),
  }),
  fc.record({
    place: fc.constant('conversation' as const),
    chat,
    messageId: fc.option(ids),
    find: fc.option(fc.oneof(words, fc.constant(''))),
  }),
  fc.record({ place: fc.constant('search' as const), text: words, chat: fc.option(chat) }),
  fc.record({
    place: fc.constant('changes' as const),
    groups: fc.subarray([...CHANGE_GROUP_NAMES]),
    chatId: fc.option(ids),
    runId: fc.option(ids),
    from: fc.option(day),
    to: fc.option(day),
  }),
  fc.constantFrom<Route>({ place: 'activity' }, { place: 'library' }, TRASH),
  fc.record({ place: fc.constant('trash' as const), chat, messageId: fc.option(ids) }),
  fc.record({ place: fc.constant('settings' as const), section: fc.constantFrom(...SETTINGS_SECTIONS) }),
  fc.record({ place: fc.constant('setup' as const), step: fc.constantFrom(...SETUP_STEPS) }),
);

test('a filter comes back from what the app was asked', () => {
  fc.assert(
    fc.property(filter, fc.option(ids), (shown, accountId) => {
      expect(fromMediaFilter(toMediaFilter(shown, accountId, null))).toEqual(shown);
    }),
  );
});

describe('places as addresses', () => {
  test('every place, filter and opened item comes back from its address', () => {
    fc.assert(
      fc.property(routes, (route) => {
        expect(parseRoute(formatRoute(route))).toEqual(route);
      }),
    );
  });

  test('no address breaks the app: what is no place is all media', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof formatRoute(parseRoute(`#/${text}`)) === 'string'));
    for (const hash of [
      '',
      '#',
      '#/',
      '#/nowhere',
      '#/chat/x/y/media',
      '#/media?item=..%2F..&month=soon&since=never&kind=poem',
    ]) {
      expect(parseRoute(hash)).toEqual(ALL_MEDIA);
    }
  });

  test('addresses can be read by a person', () => {
    expect(
      formatRoute({
        ...ALL_MEDIA,
        chat: { accountId: 1, chatId: 42 },
        filter: { ...NO_FILTER, kinds: ['photo', 'video'], from: '2026-01-01' },
      }),
    ).toBe('#/chat/1/42/media?kind=photo,video&since=2026-01-01');
  });
});

describe('filters', () => {
  test('the last day of a span is inside', () => {
    const wanted = toMediaFilter({ ...NO_FILTER, from: '2026-03-28', to: '2026-03-29' }, 1, null);
    expect(wanted.from).toBe(new Date(2026, 2, 28).getTime());
    expect(wanted.to).toBe(new Date(2026, 2, 30).getTime());
  });

  test("a chat's place wins over chosen chats", () => {
    expect(toMediaFilter({ ...NO_FILTER, chatIds: [7] }, 1, 42).chatIds).toEqual([42]);
  });

  test('days that are none are null', () => {
    expect([startOfDay(null), startOfDay(''), startOfDay('2026-1-1'), startOfDay('tomorrow')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test('lengths and sizes are ranges, the last one open', () => {
    expect(toMediaFilter({ ...NO_FILTER, length: '1m-5m', size: 'over-100mb' }, 1, null)).toMatchObject({
      minMs: 60_000,
      maxMs: 300_000,
      minBytes: 100_000_000,
    });
    expect(toMediaFilter({ ...NO_FILTER, size: 'over-100mb' }, 1, null)).not.toHaveProperty('maxBytes');
    expect(toMediaFilter(NO_FILTER, 1, null)).not.toHaveProperty('labels');
  });

  test('nothing chosen is no filter', () => {
    expect([isFiltered(NO_FILTER), isFiltered({ ...NO_FILTER, sender: 'me' })]).toEqual([false, true]);
  });
});
