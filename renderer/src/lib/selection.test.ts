import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../main/contract/shapes.ts';
import {
  ALL,
  between,
  compareKeys,
  isAll,
  isSelected,
  NOTHING,
  readSelection,
  spanOfTime,
  stateOf,
  toggled,
  toMediaSelection,
  withSpan,
  type Item,
  type Selection,
} from './selection.ts';

/** Forty items, several to a moment, newest first. */
const list: readonly Item[] = Array.from({ length: 40 }, (_, index) => ({
  accountId: 1,
  mediaId: 1000 - index,
  sentAt: 500 - Math.floor(index / 3) * 10,
  order: 90 - index,
})).sort(compareKeys);
const item = (index: number): Item => list[index % list.length] ?? { accountId: 1, mediaId: 1, sentAt: 1, order: 1 };

type Step = { readonly at: number; readonly to: number; readonly what: 'toggle' | 'on' | 'off' };
const steps = fc.array(
  fc.record<Step>({ at: fc.nat(39), to: fc.nat(39), what: fc.constantFrom('toggle', 'on', 'off') }),
  { maxLength: 12 },
);

/** The same steps over a plain set of places. */
function walked(start: 'all' | 'nothing', all: readonly Step[]): { selection: Selection; set: Set<number> } {
  let selection = start === 'all' ? ALL : NOTHING;
  const set = new Set(start === 'all' ? list.keys() : []);
  for (const { at, to, what } of all) {
    if (what === 'toggle') {
      selection = toggled(selection, item(at));
      if (!set.delete(at)) {
        set.add(at);
      }
      continue;
    }
    selection = withSpan(selection, between(item(at), item(to)), what === 'on');
    for (let index = Math.min(at, to); index <= Math.max(at, to); index += 1) {
      if (what === 'on') {
        set.add(index);
      } else {
        set.delete(index);
      }
    }
  }
  return { selection, set };
}

describe('a selection', () => {
  test('holds exactly what a list of the same steps would hold', () => {
    fc.assert(
      fc.property(fc.constantFrom('all', 'nothing'), steps, (start, all) => {
        const { selection, set } = walked(start, all);
        expect(list.flatMap((each, index) => (isSelected(selection, each) ? [index] : []))).toEqual(
          [...set].sort((a, b) => a - b),
        );
      }),
    );
  });

  test('never has overlapping spans, nor an exception on the wrong side', () => {
    fc.assert(
      fc.property(fc.constantFrom('all', 'nothing'), steps, (start, all) => {
        const { spans, include, exclude } = walked(start, all).selection;
        for (const [index, span] of spans.entries()) {
          expect(compareKeys(span.newest, span.oldest)).toBeLessThanOrEqual(0);
          const next = spans[index + 1];
          if (next !== undefined) {
            expect(compareKeys(span.oldest, next.newest)).toBeLessThan(0);
          }
        }
        const inside = (each: Item): boolean => isSelected({ spans, include: [], exclude: [] }, each);
        expect(include.some(inside)).toBe(false);
        expect(exclude.every(inside)).toBe(true);
      }),
    );
  });

  test('comes back from the text it is kept as', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { selection } = walked('nothing', all);
        expect(readSelection(JSON.stringify(selection))).toEqual(selection);
      }),
    );
    for (const text of [
      null,
      '',
      '{}',
      '[]',
      '{"spans":[{}],"include":[],"exclude":[]}',
      '{"spans":1,"include":[],"exclude":[]}',
    ]) {
      expect(readSelection(text)).toEqual(NOTHING);
    }
  });

  test('of everything asks for no spans', () => {
    expect(toMediaSelection(toggled(ALL, item(3)), EVERYTHING)).toEqual({
      filter: EVERYTHING,
      spans: null,
      include: [],
      exclude: [{ accountId: 1, mediaId: item(3).mediaId }],
    });
    expect(isAll(withSpan(ALL, between(item(1), item(2)), false))).toBe(false);
  });
});

test('a day is chosen whole, in part or not at all', () => {
  const day = spanOfTime(480, 501);
  const whole = withSpan(NOTHING, day, true);
  expect(stateOf(NOTHING, day)).toBe('off');
  expect(stateOf(whole, day)).toBe('on');
  expect(stateOf(ALL, day)).toBe('on');
  expect(stateOf(toggled(whole, item(1)), day)).toBe('some');
  expect(stateOf(toggled(NOTHING, item(1)), day)).toBe('some');
  expect(stateOf(withSpan(NOTHING, spanOfTime(0, 480), true), day)).toBe('off');
  expect(stateOf(withSpan(NOTHING, spanOfTime(490, 600), true), day)).toBe('some');
});
