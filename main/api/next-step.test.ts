import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jumpTo, nextStep, startWalk, type WalkedPage, type WalkState } from './next-step.ts';

const page = (ids: readonly number[], hasMore: boolean, nextCursor: string | null): WalkedPage => ({
  messages: ids.map((id) => ({ id })),
  bad: [],
  hasMore,
  nextCursor,
});

/** Walks to the end; gives every page that was shown and how it ended. */
function walk(
  answer: (cursor: string | null, call: number) => WalkedPage,
  pageCap: number,
  start: WalkState = startWalk(null),
) {
  let state = start;
  const pages: WalkedPage[] = [];
  for (;;) {
    const got = answer(state.cursor, pages.length);
    pages.push(got);
    const step = nextStep(state, got, pageCap);
    state = step.state;
    if (step.end !== 'more') {
      return { pages, step, state };
    }
  }
}

/** A service as documented: newest first, the cursor is the id of the last item. */
function honest(ids: readonly number[], size: number, options: { cursorMissing?: boolean; inclusive?: boolean } = {}) {
  return (cursor: string | null): WalkedPage => {
    const below =
      cursor === null
        ? ids
        : ids.filter((id) => (options.inclusive === true ? id <= Number(cursor) : id < Number(cursor)));
    const items = below.slice(0, size);
    const last = items.at(-1);
    return page(items, below.length > size, last === undefined || options.cursorMissing === true ? null : String(last));
  };
}

const someIds = fc
  .uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 300 })
  .map((ids) => ids.sort((a, b) => b - a));

describe('a walk through an honest service', () => {
  it('shows each message exactly once and ends at the start', () => {
    fc.assert(
      fc.property(someIds, fc.integer({ min: 1, max: 50 }), fc.boolean(), (ids, size, cursorMissing) => {
        const { pages, step } = walk(honest(ids, size, { cursorMissing }), 1000);
        expect(step.end).toBe('start');
        expect(pages.flatMap((shown) => shown.messages.map((message) => message.id))).toEqual(ids);
      }),
    );
  });

  it('misses nothing when the cursor is inclusive, and counts what came twice', () => {
    fc.assert(
      fc.property(someIds, fc.integer({ min: 2, max: 50 }), (ids, size) => {
        const { pages, step } = walk(honest(ids, size, { inclusive: true }), 1000);
        expect(step.end).toBe('start');
        expect(new Set(pages.flatMap((shown) => shown.messages.map((message) => message.id)))).toEqual(new Set(ids));
      }),
    );
  });

  it('goes on below a jump', () => {
    const ids = Array.from({ length: 100 }, (_, index) => 1000 - index);
    const first = nextStep(startWalk(null), honest(ids, 10)(null));
    const { pages } = walk(honest(ids, 10), 1000, jumpTo(first.state, '920'));
    expect(pages[0]?.messages[0]?.id).toBe(919);
    expect(pages.at(-1)?.messages.at(-1)?.id).toBe(901);
  });
});

const anyPage: fc.Arbitrary<WalkedPage> = fc.record({
  messages: fc.array(fc.record({ id: fc.integer({ min: 1, max: 12 }) }), { maxLength: 4 }),
  bad: fc.array(fc.record({ messageId: fc.option(fc.integer({ min: 1, max: 12 })) }), { maxLength: 2 }),
  hasMore: fc.boolean(),
  nextCursor: fc.option(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 12 }).map(String))),
});

describe('a walk through an adversarial service', () => {
  it('ends within the page cap whatever the pages are', () => {
    fc.assert(
      fc.property(
        fc.array(anyPage, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (script, cap) => {
          const { pages } = walk((_cursor, call) => script[call % script.length] ?? page([], false, null), cap);
          expect(pages.length).toBeLessThanOrEqual(cap);
        },
      ),
    );
  });

  it('ends after few pages when the service goes round in a small set of messages under ever new cursors', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }), {
          minLength: 1,
          maxLength: 10,
        }),
        (loop) => {
          const { pages, step } = walk(
            (_cursor, call) => page(loop[call % loop.length] ?? [], true, `c${call}`),
            100_000,
          );
          expect(step.reason).toBe('nothing_new');
          expect(pages.length).toBeLessThan(100);
        },
      ),
    );
  });

  it('never asks twice with one of the last cursors', () => {
    fc.assert(
      fc.property(fc.array(anyPage, { minLength: 1, maxLength: 60 }), (script) => {
        const asked: (string | null)[] = [];
        walk((cursor, call) => {
          asked.push(cursor);
          return script[call % script.length] ?? page([], false, null);
        }, 60);
        expect(new Set(asked).size).toBe(asked.length);
      }),
    );
  });

  it('keeps a memory that does not grow with the walk', () => {
    let low = 1_000_000;
    const { state } = walk((_cursor, call) => {
      low -= 10;
      return page(
        Array.from({ length: 10 }, (_, index) => low + 9 - index),
        true,
        `c${call}`,
      );
    }, 2000);
    expect(state.pages).toBe(2000);
    expect(state.recentCursors.length).toBeLessThanOrEqual(64);
    expect(state.recentIds.length).toBeLessThanOrEqual(4);
  });
});

describe('the single guards', () => {
  it('takes the oldest id, also of an item that could not be read, where the cursor is missing', () => {
    const step = nextStep(startWalk(null), {
      ...page([9, 8], true, null),
      bad: [{ messageId: 7 }, { messageId: null }],
    });
    expect(step).toMatchObject({ end: 'more', nextCursor: '7', fallback: true });
  });

  it('takes the oldest id where the cursor does not move but the page was new', () => {
    const step = nextStep({ ...startWalk('10') }, page([9, 8], true, '10'));
    expect(step).toMatchObject({ end: 'more', nextCursor: '8', fallback: true });
  });

  it('is stuck where the cursor does not move and nothing is new', () => {
    const first = nextStep(startWalk('10'), page([9, 8], true, '10'));
    const second = nextStep(first.state, page([9, 8], true, '8'));
    expect(second).toMatchObject({ end: 'stuck', reason: 'cursor_used', nextCursor: null, repeated: 2 });
  });

  it('follows an empty page whose cursor moves, five times in a row at most', () => {
    let state = startWalk(null);
    const ends = Array.from({ length: 6 }, (_, index) => {
      const step = nextStep(state, page([], true, `c${index}`));
      state = step.state;
      return step.reason ?? step.end;
    });
    expect(ends).toEqual(['more', 'more', 'more', 'more', 'more', 'empty_pages']);
  });

  it('is stuck at once on an empty page without a cursor', () => {
    expect(nextStep(startWalk(null), page([], true, null))).toMatchObject({ end: 'stuck', reason: 'cursor_missing' });
  });

  it('allows two pages without anything new', () => {
    let state = nextStep(startWalk(null), page([9, 8], true, 'a')).state;
    const ends = ['b', 'c', 'd'].map((cursor) => {
      const step = nextStep(state, page([9, 8], true, cursor));
      state = step.state;
      return step.reason ?? step.end;
    });
    expect(ends).toEqual(['more', 'more', 'nothing_new']);
  });

  it('believes the service that there is no more, even with a cursor', () => {
    expect(nextStep(startWalk(null), page([9], false, '9'))).toMatchObject({ end: 'start', nextCursor: null });
  });
});
