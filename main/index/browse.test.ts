/** What browsing asks beside pages: layouts, sums of selections, labels. Held against the list itself. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAVOURITE, MEDIA_ORDERS, type MediaOrder, type MediaRef, type Span } from '../contract/browse-shapes.ts';
import {
  colourCode,
  cssColour,
  gridRatio,
  NO_COLOUR,
  ratioByte,
  ratioOf,
  UNKNOWN_RATIO,
} from '../contract/grid-shape.ts';
import { LEDGER_STATES, MEDIA_KINDS } from '../contract/model.ts';
import { EVERYTHING, MEDIA_SHAPES, type MediaEntry, type MediaFilter } from '../contract/shapes.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from './testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from './testing/sample-pages.ts';
import { type IndexReads, READS } from './reads.ts';
import { recordPlans } from './testing/record-plans.ts';
import { expectedItems, maintainedItems } from './testing/recount.ts';

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 30);
const SIZES = [
  [100, 150],
  [150, 100],
  [100, 100],
  [100, 104],
  [null, null],
] as const;

let index: TestIndex;
let accountId: number;

/** Chats 7 and 8 share every fifth media, sent at the same moment in both; three months; every third photo is stored. */
beforeAll(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  const runId = index.write('startRun', { accountId, kind: 'sync', at: 1, version: 'test', pid: 1 });
  for (const chatId of [7, 8]) {
    const chatKey = saveSampleChat(index, accountId, chatId, 60);
    const messages = Array.from({ length: 60 }, (_, position) => {
      const id = 60 - position;
      const shared = id % 5 === 0;
      const [width, height] = SIZES[id % 5] ?? SIZES[0];
      const facts = {
        kind: MEDIA_KINDS[id % 4] ?? 'photo',
        width,
        height,
        durationMs: id % 2 === 0 ? id * 1000 : null,
      };
      return sampleMessage(
        id,
        [
          sampleMedia(shared ? id : id + chatId * 1000, id % 4 === 3 ? 'locked' : 'viewable', facts),
          sampleMedia(id + chatId * 1000 + 500, 'viewable', facts),
        ],
        { senderId: id % 3 === 0 ? 1 : 7, text: ['red', 'blue'][id % 2] ?? '', createdAt: START + id * DAY },
      );
    });
    index.write('applyPage', {
      ...LISTED,
      accountId,
      chatKey,
      runId,
      at: 100,
      page: samplePage(messages),
      range: { hi: 60, lo: 0, nextCursor: null },
    });
  }
  const jobs = index.read('nextFiles', { accountId, chatKeys: [], lane: 'any', now: 1e15, exclude: [], limit: 500 });
  index.write('settleFiles', {
    runId,
    at: 500,
    results: jobs
      .filter(({ variant }, at) => variant === 'full' && at % 3 === 0)
      .map(({ fileId }) => ({
        fileId,
        outcome: 'stored' as const,
        sha256: fileId.toString(16).padStart(64, '0'),
        bytes: fileId * 10,
        mime: 'image/jpeg',
        ext: 'jpg',
        width: null,
        height: null,
      })),
  });
});
afterAll(() => {
  index.close();
});

const all = (filter: MediaFilter): MediaEntry[] => {
  const rows: MediaEntry[] = [];
  for (let after: string | null = null; ;) {
    const page: ReturnType<IndexReads['mediaEntries']> = index.read('mediaEntries', { filter, limit: 50, after });
    rows.push(...page.rows);
    if (page.next === null) {
      return rows;
    }
    after = page.next;
  }
};
const ref = (entry: MediaEntry): MediaRef => ({ accountId: entry.accountId, mediaId: entry.id });
const key = ({ sentAt, order }: MediaEntry) => ({ sentAt, order });

const limits = fc.record<Partial<MediaFilter>>(
  {
    accountId: fc.constantFrom(null, 1),
    chatIds: fc.constantFrom([], [7], [7, 8]),
    kinds: fc.subarray([...MEDIA_KINDS]),
    states: fc.subarray([...LEDGER_STATES]),
    from: fc.constantFrom(null, Date.UTC(2024, 1, 1), START + 9 * DAY),
    to: fc.constantFrom(null, Date.UTC(2024, 2, 1), START + 50 * DAY + 8),
    sender: fc.constantFrom(null, 'me', 'them'),
    text: fc.constantFrom(null, 'red'),
    minMs: fc.constantFrom(10_000, 30_000, 59_000),
    maxMs: fc.constant(50_000),
    minBytes: fc.constant(500),
    maxBytes: fc.constant(2000),
    shape: fc.constantFrom(...MEDIA_SHAPES),
    labels: fc.constantFrom([], [FAVOURITE]),
    noted: fc.boolean(),
  },
  { requiredKeys: [] },
);
const filterOf = (limit: Partial<MediaFilter>): MediaFilter => ({ ...EVERYTHING, ...limit });

describe('limits that only the media row tells', () => {
  const listed = (limit: Partial<MediaFilter>): MediaEntry[] => all(filterOf(limit));

  test('length, size and shape', () => {
    const everything = listed({});
    expect(listed({ minMs: 10_000, maxMs: 30_000 })).toEqual(
      everything.filter(({ durationMs: ms }) => ms !== null && ms >= 10_000 && ms < 30_000),
    );
    expect(listed({ maxBytes: 2000 })).toEqual(everything.filter(({ bytes }) => bytes !== null && bytes < 2000));
    const shapes = MEDIA_SHAPES.map((shape) => listed({ shape }));
    expect(shapes[0]?.every(({ width, height }) => (height ?? 0) > (width ?? 0))).toBe(true);
    expect(shapes[2]?.some(({ height }) => height === 104)).toBe(true);
    expect(shapes.flat()).toHaveLength(everything.filter(({ width }) => width !== null).length);
  });

  test('are counted as they are listed', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        const filter = filterOf(limit);
        const { count, buckets } = index.read('mediaCounts', { filter, timeZone: 'UTC' });
        expect(count).toBe(all(filter).length);
        expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(count);
      }),
      { numRuns: 60 },
    );
  });
});

describe('details of listed items', () => {
  test('are those of the chat they are listed in, in the order asked for', () => {
    const rows = all({ ...EVERYTHING, accountId }).slice(0, 120);
    const refs = rows.map(({ accountId: of, id, chatId }) => ({ accountId: of, mediaId: id, chatId }));
    const details = index.read('mediaDetails', { refs });
    expect(details.map(({ mediaId, chatId }) => [mediaId, chatId])).toEqual(rows.map(({ id, chatId }) => [id, chatId]));
    for (const [place, row] of rows.entries()) {
      const detail = details[place];
      expect(detail?.words).toBe(['red', 'blue'][row.messageId % 2]);
      expect(detail?.fromMe).toBe(row.messageId % 3 === 0);
      expect(detail?.sha256 === null).toBe(row.bytes === null);
    }
    const item = index.read('mediaItem', { accountId, mediaId: rows[0]?.id ?? 0 });
    expect(details[0]?.sha256).toBe(item?.files.find(({ variant }) => variant === 'full')?.sha256 ?? null);
  });

  test('leave out what is not listed there', () => {
    expect(index.read('mediaDetails', { refs: [{ accountId, mediaId: 999_999, chatId: 7 }] })).toEqual([]);
  });
});

describe('a list in another order', () => {
  const orders = fc.record({ by: fc.constantFrom(...MEDIA_ORDERS), descending: fc.boolean() });
  const paged = (filter: MediaFilter, order: MediaOrder, limit: number): MediaEntry[] => {
    const rows: MediaEntry[] = [];
    for (let after: string | null = null; ;) {
      const page: ReturnType<IndexReads['mediaEntries']> = index.read('mediaEntries', { filter, order, limit, after });
      rows.push(...page.rows);
      if (page.next === null) {
        return rows;
      }
      after = page.next;
    }
  };
  const place = ({ chatId, id }: MediaEntry): string => `${String(chatId)} ${String(id)}`;

  test('has the same rows, whatever the size of its pages', () => {
    fc.assert(
      fc.property(limits, orders, fc.integer({ min: 3, max: 60 }), (limit, order, size) => {
        const filter = filterOf(limit);
        const rows = paged(filter, order, size);
        expect(rows.map(place)).toEqual(paged(filter, order, 500).map(place));
        expect(rows.map(place).sort()).toEqual(all(filter).map(place).sort());
      }),
      { numRuns: 120 },
    );
  });

  test('is in that order, what has no value last', () => {
    const valueOf: Readonly<Record<MediaOrder['by'], (row: MediaEntry) => number | null>> = {
      date: (row) => row.sentAt,
      size: (row) => row.bytes,
      length: (row) => row.durationMs,
      chat: (row) => row.chatId,
      kind: (row) => MEDIA_KINDS.indexOf(row.kind),
      state: (row) => LEDGER_STATES.indexOf(row.state),
    };
    fc.assert(
      fc.property(limits, orders, (limit, order) => {
        const values = paged(filterOf(limit), order, 40).map(valueOf[order.by]);
        const known = values.filter((value) => value !== null);
        expect(values.slice(known.length).every((value) => value === null)).toBe(true);
        expect(known).toEqual(known.toSorted((a, b) => (order.descending ? b - a : a - b)));
      }),
      { numRuns: 120 },
    );
  });

  test('by date upwards is the list read from its end', () => {
    expect(paged(EVERYTHING, { by: 'date', descending: false }, 9)).toEqual(all(EVERYTHING).reverse());
  });

  test('a damaged place starts anew', () => {
    const order = { by: 'size', descending: true } as const;
    const first = index.read('mediaEntries', { filter: EVERYTHING, order, limit: 5, after: null });
    for (const after of ['', '...', 'a.b', "1.2.3.4'", '1.2.3.x.5']) {
      expect(index.read('mediaEntries', { filter: EVERYTHING, order, limit: 5, after })).toEqual(first);
    }
  });
});

describe('the layout of a month', () => {
  test('has a byte of day and shape for each row of the list, in its order and its pages', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        const filter = filterOf(limit);
        for (const bucket of index.read('mediaCounts', { filter, timeZone: 'UTC' }).buckets) {
          const { from, to } = bucket;
          const layout = index.read('mediaLayout', { filter, timeZone: 'UTC', from, to, after: null });
          const inside = {
            ...filter,
            from: Math.max(from, filter.from ?? 0),
            to: Math.min(to, filter.to ?? Number.MAX_SAFE_INTEGER),
          };
          const rows = all(inside);
          expect([...Buffer.from(layout.days, 'base64')]).toEqual(
            rows.map(({ sentAt }) => Math.floor((sentAt - from) / DAY)),
          );
          expect([...Buffer.from(layout.ratios, 'base64')]).toEqual(
            rows.map(({ width, height }) => ratioByte(width, height)),
          );
          expect(layout.next).toBeNull();
          const paged = layout.pages.flatMap(
            ({ after }) => index.read('mediaEntries', { filter: inside, limit: 200, after }).rows,
          );
          expect(paged).toEqual(rows);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('brings the pages that hold what is looked at, as the list has them', () => {
    fc.assert(
      fc.property(limits, fc.nat(), fc.nat(500), (limit, from, length) => {
        const filter = filterOf(limit);
        for (const bucket of index.read('mediaCounts', { filter, timeZone: 'UTC' }).buckets) {
          const first = from % (bucket.count + 1);
          const near = { first, end: first + length };
          const layout = index.read('mediaLayout', {
            filter,
            timeZone: 'UTC',
            from: bucket.from,
            to: bucket.to,
            after: null,
            near,
          });
          const { near: _, ...rest } = index.read('mediaLayout', {
            filter,
            timeZone: 'UTC',
            from: bucket.from,
            to: bucket.to,
            after: null,
          });
          expect(layout).toEqual({ ...rest, near: layout.near });
          const inside = {
            ...filter,
            from: Math.max(bucket.from, filter.from ?? 0),
            to: Math.min(bucket.to, filter.to ?? Number.MAX_SAFE_INTEGER),
          };
          const touched = layout.pages.filter(
            (page, number) => page.first < near.end && (layout.pages[number + 1]?.first ?? bucket.count) > near.first,
          );
          expect(layout.near).toEqual(
            touched.slice(0, 3).map((page) => ({
              first: page.first,
              rows: index.read('mediaEntries', { filter: inside, limit: 200, after: page.after }).rows,
            })),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  test('walks one index and does not sort', () => {
    const input = { filter: EVERYTHING, timeZone: 'UTC', from: START, to: START + 9 * DAY, after: null };
    expect(recordPlans(index.db, (db) => READS.mediaLayout(db, input)).map(({ steps }) => steps)).toEqual([
      ['SEARCH i USING COVERING INDEX item_lead (sent_at>? AND sent_at<?)'],
    ]);
  });
});

test('black is a colour, white is the brightest, and both survive their code', () => {
  expect(colourCode(0, 0, 0)).not.toBe(NO_COLOUR);
  expect(cssColour(colourCode(255, 255, 255))).toBe('rgb(255 255 255)');
  expect(cssColour(colourCode(255, 0, 0))).toBe('rgb(255 0 0)');
  expect(cssColour(NO_COLOUR)).toBeNull();
});

test('a shape survives its byte', () => {
  fc.assert(
    fc.property(fc.nat(9000), fc.nat(9000), (width, height) => {
      expect(Math.abs(ratioOf(ratioByte(width, height)) - gridRatio(width, height))).toBeLessThan(0.003);
    }),
  );
  expect(ratioOf(ratioByte(null, 5))).toBe(UNKNOWN_RATIO);
});

test('the cover of a span is one of its stored pictures that match, a favourite before newer ones', () => {
  const [old] = all(filterOf({ kinds: ['photo'], states: ['stored'] }))
    .filter(({ thumb }) => thumb)
    .slice(-1);
  const mark = (on: boolean): unknown =>
    index.write('applyLabel', {
      labelId: FAVOURITE,
      selection: { filter: EVERYTHING, spans: [], include: old === undefined ? [] : [ref(old)], exclude: [] },
      on,
      at: 900,
    });
  mark(true);
  fc.assert(
    fc.property(limits, (limit) => {
      const filter = filterOf(limit);
      const spans = index.read('mediaCounts', { filter, timeZone: 'UTC' }).buckets;
      const covers = index.read('mediaCovers', { filter, spans });
      expect(covers).toHaveLength(spans.length);
      const rows = all(filter);
      covers.forEach((cover, at) => {
        const { from = 0, to = 0 } = spans[at] ?? {};
        const drawn = rows.filter(
          (row) => row.thumb && row.state === 'stored' && row.sentAt >= from && row.sentAt < to,
        );
        const photos = drawn.filter(({ kind }) => kind === 'photo');
        expect(drawn.length > 0 || cover === null).toBe(true);
        if (photos.length > 0) {
          expect(drawn.map(({ id }) => id)).toContain(cover?.id);
          expect(drawn.some(({ favourite }) => favourite) && (limit.labels ?? []).length === 0).toBe(
            cover?.favourite === true && (limit.labels ?? []).length === 0,
          );
        }
      });
    }),
  );
  mark(false);
});

describe('selections', () => {
  const sumOf = (rows: readonly MediaEntry[]) => ({
    count: rows.length,
    bytes: rows.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
  });

  test('any spans with exceptions count what they hold', () => {
    fc.assert(
      fc.property(limits, fc.array(fc.nat(240), { maxLength: 6 }), fc.nat(240), (limit, cuts, pick) => {
        const filter = filterOf({ ...limit, chatIds: limit.chatIds?.slice(0, 1) ?? [] });
        const rows = all(filter);
        const ends = [...new Set(cuts.map((cut) => cut % Math.max(1, rows.length)))].sort((a, b) => a - b);
        const spans: Span[] = [];
        const inside = new Set<number>();
        for (let at = 0; at + 1 < ends.length; at += 2) {
          const [newest, oldest] = [rows[ends[at] ?? 0], rows[ends[at + 1] ?? 0]];
          if (newest !== undefined && oldest !== undefined) {
            spans.push({ newest: key(newest), oldest: key(oldest) });
            for (let row = ends[at] ?? 0; row <= (ends[at + 1] ?? 0); row += 1) {
              inside.add(row);
            }
          }
        }
        const one = rows[pick % Math.max(1, rows.length)];
        const isIn = inside.has(pick % Math.max(1, rows.length));
        const summary = index.read('selectionSummary', {
          selection: {
            filter,
            spans,
            include: one === undefined || isIn ? [] : [ref(one)],
            exclude: one === undefined || !isIn ? [] : [ref(one)],
          },
        });
        const wanted = rows.filter((row, at) => (row === one ? !isIn : inside.has(at)));
        expect(summary).toMatchObject(sumOf(wanted));
        expect(summary.states.stored).toBe(wanted.filter(({ state }) => state === 'stored').length);
      }),
      { numRuns: 60 },
    );
  });

  test('everything that matches needs no spans', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        const filter = filterOf({ ...limit, chatIds: limit.chatIds?.slice(0, 1) ?? [] });
        const summary = index.read('selectionSummary', {
          selection: { filter, spans: null, include: [], exclude: [] },
        });
        expect(summary).toMatchObject(sumOf(all(filter)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('labels', () => {
  const EMPTY = { filter: EVERYTHING, spans: [], include: [], exclude: [] };
  const marked = (labels: readonly number[]): number[] => all(filterOf({ labels })).map(({ id }) => id);

  test('are put on a selection, listed, counted, and taken back exactly', () => {
    const rows = all(filterOf({ kinds: ['photo'] }));
    const [first, second, third] = rows;
    if (first === undefined || second === undefined || third === undefined) {
      throw new Error('too few photos');
    }
    index.write('applyLabel', { selection: { ...EMPTY, include: [ref(first)] }, labelId: FAVOURITE, on: true, at: 1 });
    const change = index.write('applyLabel', {
      selection: { filter: filterOf({ kinds: ['photo'] }), spans: null, include: [], exclude: [ref(third)] },
      labelId: FAVOURITE,
      on: true,
      at: 2,
    });
    expect(change?.changed).toBe(rows.length - 2);
    expect(marked([FAVOURITE])).toEqual(rows.filter((row) => row !== third).map(({ id }) => id));
    expect(index.read('labels', {}).favourites).toBe(rows.length - 1);
    expect(all(EVERYTHING).filter(({ favourite }) => favourite)).toHaveLength(rows.length - 1);
    expect(index.read('mediaItem', ref(first))?.labels).toEqual([FAVOURITE]);
    expect(index.write('undoLabel', { undo: change?.undo ?? 0, at: 3 })).toBe(true);
    expect(marked([FAVOURITE])).toEqual([first.id]);
    expect(index.write('undoLabel', { undo: change?.undo ?? 0, at: 3 })).toBe(false);
  });

  test('that change nothing leave nothing to take back', () => {
    expect(index.write('applyLabel', { selection: EMPTY, labelId: FAVOURITE, on: false, at: 1 })).toEqual({
      changed: 0,
      undo: null,
    });
    expect(index.write('applyLabel', { selection: EMPTY, labelId: 999, on: true, at: 1 })).toBeNull();
  });

  test('have one name each, in any case; a removed one comes back with its media', () => {
    const print = index.write('saveLabel', { id: null, name: 'Print', at: 1 })?.id ?? 0;
    expect(index.write('saveLabel', { id: null, name: ' PRINT ', at: 1 })?.id).toBe(print);
    const [first] = all(EVERYTHING);
    if (first === undefined) {
      throw new Error('nothing listed');
    }
    index.write('applyLabel', { selection: { ...EMPTY, include: [ref(first)] }, labelId: print, on: true, at: 1 });
    expect(index.read('labels', {}).labels).toEqual([{ id: print, name: 'Print', count: 1 }]);
    expect(index.write('removeLabel', { id: print, at: 1 })).toBe(true);
    expect(index.read('labels', {}).labels).toEqual([]);
    expect(index.write('restoreLabel', { id: print })).toBe(true);
    expect(marked([print])).toEqual([first.id]);
    expect(index.write('removeLabel', { id: FAVOURITE, at: 1 })).toBe(false);
    index.write('removeLabel', { id: print, at: 2 });
    expect(index.write('saveLabel', { id: null, name: 'print', at: 3 })?.id).not.toBe(print);
    expect(index.write('restoreLabel', { id: print })).toBe(false);
    expect(maintainedItems(index.db)).toEqual(expectedItems(index.db));
  });

  test('old changes are forgotten, the last ones are not', () => {
    const rows = all(EVERYTHING).slice(0, 60);
    const undos = rows.map(
      (row) =>
        index.write('applyLabel', {
          selection: { ...EMPTY, include: [ref(row)] },
          labelId: FAVOURITE,
          on: !row.favourite,
          at: 1,
        })?.undo ?? 0,
    );
    expect(index.write('undoLabel', { undo: undos[0] ?? 0, at: 2 })).toBe(false);
    expect(index.write('undoLabel', { undo: undos.at(-1) ?? 0, at: 2 })).toBe(true);
  });

  test('notes are words on an item, found by a filter', () => {
    const [, second] = all(EVERYTHING);
    if (second === undefined) {
      throw new Error('nothing listed');
    }
    expect(index.write('setNote', { ...ref(second), text: ' for the wall ', at: 1 })).toBe(true);
    expect(index.read('mediaItem', ref(second))?.note).toBe('for the wall');
    expect(all(filterOf({ noted: true })).map(({ id }) => id)).toEqual([second.id]);
    index.write('setNote', { ...ref(second), text: '', at: 2 });
    expect(all(filterOf({ noted: true }))).toEqual([]);
    expect(index.write('setNote', { accountId, mediaId: 123_456, text: 'x', at: 1 })).toBe(false);
  });
});
