import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cursorId, pageRange, type ProvenRange } from './page-range.ts';
import { badItem, page } from '../testing/made.ts';

describe('the range that a page proves', () => {
  const more = { hasMore: true } as const;
  test.each<[string, number | null, ReturnType<typeof page>, ProvenRange | null]>([
    ['newest page with more', null, page([9, 7], { ...more, nextCursor: '7' }), { hi: 9, lo: 7, nextCursor: '7' }],
    ['newest page, the only one', null, page([9, 7]), { hi: 9, lo: 0, nextCursor: null }],
    ['page below known ground', 20, page([9, 7], { ...more, nextCursor: '7' }), { hi: 19, lo: 7, nextCursor: '7' }],
    ['last page', 20, page([9, 7]), { hi: 19, lo: 0, nextCursor: null }],
    ['overlap with known ground', 9, page([12, 9, 7], { ...more, nextCursor: '7' }), { hi: 8, lo: 7, nextCursor: '7' }],
    ['ids out of order', null, page([7, 12, 9], { ...more, nextCursor: '7' }), { hi: 12, lo: 7, nextCursor: '7' }],
    ['no cursor: the oldest id stands in', null, page([9, 7], more), { hi: 9, lo: 7, nextCursor: '7' }],
    ['cursor above the oldest id', null, page([9, 7], { ...more, nextCursor: '9' }), { hi: 9, lo: 7, nextCursor: '7' }],
    [
      'cursor below it is no proof',
      null,
      page([9, 7], { ...more, nextCursor: '2' }),
      { hi: 9, lo: 7, nextCursor: '2' },
    ],
    ['cursor that is no number', null, page([9, 7], { ...more, nextCursor: 'x' }), { hi: 9, lo: 7, nextCursor: 'x' }],
    ['empty chat', null, page([]), { hi: 0, lo: 0, nextCursor: null }],
    ['nothing below', 20, page([]), { hi: 19, lo: 0, nextCursor: null }],
    ['nothing below the lowest id there can be', 0, page([]), { hi: 0, lo: 0, nextCursor: null }],
    ['empty although more is promised', 20, page([], { ...more, nextCursor: '7' }), null],
    ['only what is known, more promised', 7, page([9, 7], { ...more, nextCursor: '7' }), null],
    ['only what is known, said to be the last', 7, page([9, 7]), null],
    ['an unreadable item', null, page([9, 7], { bad: [badItem(8)] }), null],
    ['an unreadable item without an id', 20, page([9], { bad: [badItem(null)] }), null],
  ])('%s', (_name, above, listed, expected) => {
    expect(pageRange(above, listed)).toEqual(expected);
  });
});

test('a cursor counts as an id only when it is a plain whole number', () => {
  expect(['7', '0', '9007199254740991'].map(cursorId)).toEqual([7, 0, 9007199254740991]);
  expect([null, '', '-1', '1.5', '0x10', ' 7', 'abc', '9007199254740993', '12345678901234567'].map(cursorId)).toEqual(
    Array(9).fill(null),
  );
});

test('the claims of a walk never contain an id that exists and was not listed, whatever arrives meanwhile', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 60 });
  const style = fc.constantFrom<'oldest' | 'below' | 'above' | 'missing' | 'opaque'>(
    'oldest',
    'below',
    'above',
    'missing',
    'opaque',
  );
  fc.assert(
    fc.property(
      ids,
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.record({ style, arrivals: fc.integer({ min: 0, max: 12 }) }), { minLength: 1, maxLength: 12 }),
      (start, size, script) => {
        const chat = [...start].sort((a, b) => b - a);
        const listed = new Set<number>();
        const claims: ProvenRange[] = [];
        let below = Number.POSITIVE_INFINITY;
        let above: number | null = null;
        for (let step = 0; step < 200; step += 1) {
          const turn = script[step % script.length] ?? { style: 'oldest', arrivals: 0 };
          const older = chat.filter((id) => id < below);
          const here = older.slice(0, size);
          const [oldest, next] = [here.at(-1) ?? 0, older[size]];
          const hasMore = next !== undefined;
          const cursors = { oldest: String(oldest), below: String((next ?? 0) + 1), above: String(here[0]) };
          const cursor = turn.style === 'missing' ? null : turn.style === 'opaque' ? 'p' : cursors[turn.style];
          const range = pageRange(above, page(here, { hasMore, nextCursor: hasMore ? cursor : null }));
          for (const id of here) {
            listed.add(id);
          }
          if (range !== null) {
            claims.push(range);
            above = range.lo;
          }
          for (const [index, id] of chat.entries()) {
            const claimed = claims.some((claim) => claim.lo <= id && id <= claim.hi);
            expect(claimed && !listed.has(id), `id ${id} at place ${index}`).toBe(false);
          }
          if (!hasMore) {
            break;
          }
          below = turn.style === 'below' ? next + 1 : oldest;
          for (let added = 0; added < turn.arrivals; added += 1) {
            chat.unshift((chat[0] ?? 0) + 1 + (added % 2));
          }
        }
        expect(start.filter((id) => !claims.some((claim) => claim.lo <= id && id <= claim.hi))).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
