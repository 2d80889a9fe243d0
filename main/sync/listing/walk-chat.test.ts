import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedPage } from '../../lib/model.ts';
import { badItem, message, page } from '../testing/made.ts';
import { Cut, ModelIndex, ModelService, walkPorts, type Adversity } from '../testing/model-chat.ts';
import { walkChat, type WalkResult } from './walk-chat.ts';

const OPTIONS = { full: false, pageCap: 500 };
const honest = (): Adversity => 'none';

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 900 }), { maxLength: 60 });
const pageSize = fc.integer({ min: 1, max: 12 });
const adversity = fc.constantFrom<Adversity>(
  'none',
  'repeat',
  'empty',
  'noCursor',
  'stuckCursor',
  'overlap',
  'badItem',
  'namelessItem',
  'arrive',
);
const script = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant<Adversity>('none') }, adversity), {
  maxLength: 40,
});

/** Null when the walk was interrupted. */
async function walked(ports: Parameters<typeof walkChat>[0], options = OPTIONS): Promise<WalkResult | null> {
  try {
    return await walkChat(ports, options);
  } catch (error) {
    if (error instanceof Cut) {
      return null;
    }
    throw error;
  }
}

function lost(service: ModelService, index: ModelIndex): number[] {
  return service.ids.filter((id) => !index.listed.has(id));
}

describe('a walk of a chat', () => {
  test('lists every page once and says complete', async () => {
    await fc.assert(
      fc.asyncProperty(ids, pageSize, async (start, size) => {
        const service = new ModelService(start, size);
        const index = new ModelIndex();
        const ports = walkPorts(service, index, honest);
        expect(await walkChat(ports, OPTIONS)).toEqual({
          end: 'complete',
          pages: Math.max(1, Math.ceil(start.length / size)),
        });
        expect(lost(service, index)).toEqual([]);
      }),
    );
  });

  test('of a quiet chat costs exactly one request', async () => {
    await fc.assert(
      fc.asyncProperty(ids, pageSize, async (start, size) => {
        const service = new ModelService(start, size);
        const index = new ModelIndex();
        await walkChat(walkPorts(service, index, honest), OPTIONS);
        const again = walkPorts(service, index, honest);
        expect(await walkChat(again, OPTIONS)).toEqual({ end: 'complete', pages: 1 });
        expect(again.requests()).toBe(1);
      }),
    );
  });

  test('with full asks for every page again', async () => {
    const service = new ModelService([9, 8, 7, 6, 5, 4, 3, 2, 1], 2);
    const index = new ModelIndex();
    await walkChat(walkPorts(service, index, honest), OPTIONS);
    expect(await walkChat(walkPorts(service, index, honest), { ...OPTIONS, full: true })).toEqual({
      end: 'complete',
      pages: 5,
    });
  });

  test('with full that could not go on is not complete, however much was known before', async () => {
    const service = new ModelService([9, 8, 7, 6, 5, 4, 3, 2, 1], 2);
    const index = new ModelIndex();
    await walkChat(walkPorts(service, index, honest), OPTIONS);
    const cut = walkPorts(service, index, (request) => (request < 2 ? 'none' : 'repeat'));
    expect((await walkChat(cut, { ...OPTIONS, full: true })).end).toBe('cursor_used');
  });

  test('finds new messages above covered ground with the pages they fill and no more', async () => {
    const service = new ModelService([5, 4, 3, 2, 1], 3);
    const index = new ModelIndex();
    await walkChat(walkPorts(service, index, honest), OPTIONS);
    service.arrive(7);
    expect(await walkChat(walkPorts(service, index, honest), OPTIONS)).toEqual({ end: 'complete', pages: 3 });
    expect(lost(service, index)).toEqual([]);
  });
});

describe('complete', () => {
  test('is only said when every id that existed when the newest page was asked for is listed', async () => {
    await fc.assert(
      fc.asyncProperty(ids, pageSize, fc.array(script, { minLength: 1, maxLength: 4 }), async (start, size, walks) => {
        const service = new ModelService(start, size);
        const index = new ModelIndex();
        for (const faults of walks) {
          const ports = walkPorts(service, index, (request) => faults[request] ?? 'none');
          const result = await walked(ports);
          if (result?.end === 'complete') {
            expect(ports.newestAsked().filter((id) => !index.listed.has(id))).toEqual([]);
          }
          const claimedYetUnlisted = service.ids.filter(
            (id) => !index.listed.has(id) && index.claimed.some((claim) => claim.lo <= id && id <= claim.hi),
          );
          expect(claimedYetUnlisted).toEqual([]);
          // What is not sent yet cannot be listed: a claim over it would hide it when it comes.
          expect(index.claimed.filter(({ hi }) => hi > (service.ids[0] ?? 0))).toEqual([]);
          service.arrive(faults.length % 5);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is not said over a fault that stays', async () => {
    await fc.assert(
      fc.asyncProperty(ids, pageSize, adversity, async (start, size, stays) => {
        const service = new ModelService(start, size);
        const index = new ModelIndex();
        const ports = walkPorts(service, index, () => stays);
        const result = await walkChat(ports, OPTIONS);
        if (result.end === 'complete') {
          expect(ports.newestAsked().filter((id) => !index.listed.has(id))).toEqual([]);
        }
        expect(result.pages).toBeLessThanOrEqual(6 * start.length + 12);
      }),
    );
  });

  test('is not claimed over ids that no message has yet, when a cursor leads above them all', async () => {
    for (const first of [[], ['badItem']] as const) {
      const service = new ModelService([1, 2], 1);
      const index = new ModelIndex();
      const script: Adversity[] = [...first, 'stuckCursor', 'stuckCursor', 'repeat'];
      await walked(walkPorts(service, index, (request) => script[request] ?? 'none'));
      service.arrive(4);
      await walked(walkPorts(service, index, honest));
      expect(lost(service, index)).toEqual([]);
    }
  });

  test('is not said when new messages lie on a newest page that cannot be read', async () => {
    const service = new ModelService([5, 4, 3, 2, 1], 2);
    const index = new ModelIndex();
    await walkChat(walkPorts(service, index, honest), OPTIONS);
    service.arrive(1);
    const spoilt = walkPorts(service, index, (request) => (request === 0 || request === 2 ? 'badItem' : 'none'));
    expect((await walkChat(spoilt, OPTIONS)).end).toBe('gaps');
    expect(lost(service, index)).toHaveLength(1);
    expect(await walkChat(walkPorts(service, index, honest), OPTIONS)).toEqual({ end: 'complete', pages: 1 });
    expect(lost(service, index)).toEqual([]);
  });
});

describe('faults', () => {
  test('that have passed heal within three walks', async () => {
    const cuttable = fc.oneof({ weight: 6, arbitrary: adversity }, fc.constantFrom<Adversity>('cut', 'kill', 'none'));
    await fc.assert(
      fc.asyncProperty(
        ids,
        pageSize,
        fc.tuple(fc.array(cuttable, { maxLength: 50 }), fc.array(cuttable, { maxLength: 50 })),
        async (start, size, faulty) => {
          const service = new ModelService(start, size);
          const index = new ModelIndex();
          for (const faults of faulty) {
            await walked(walkPorts(service, index, (request) => faults[request] ?? 'none'));
          }
          expect((await walked(walkPorts(service, index, honest)))?.end).toBe('complete');
          expect(lost(service, index)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each<Adversity>(['badItem', 'namelessItem', 'repeat', 'empty'])(
    '%s on one page heals in the same walk',
    async (fault) => {
      for (let at = 0; at < 5; at += 1) {
        const service = new ModelService([9, 8, 7, 6, 5, 4, 3, 2, 1], 2);
        const index = new ModelIndex();
        const ports = walkPorts(service, index, (request) => (request === at ? fault : 'none'));
        expect((await walkChat(ports, OPTIONS)).end).toBe('complete');
        expect(lost(service, index)).toEqual([]);
      }
    },
  );

  test('two gaps that one way down closes are not asked for twice', async () => {
    const service = new ModelService([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 2);
    const index = new ModelIndex();
    index.apply(page([12, 11]), { hi: 12, lo: 11, nextCursor: '11' });
    index.apply(page([8, 7]), { hi: 8, lo: 7, nextCursor: '7' });
    index.apply(page([4, 3]), { hi: 4, lo: 3, nextCursor: '3' });
    expect(await walkChat(walkPorts(service, index, honest), OPTIONS)).toEqual({ end: 'complete', pages: 4 });
  });
});

test('interrupted at any page and continued, a walk asks for two pages more for each interruption at most', async () => {
  await fc.assert(
    fc.asyncProperty(
      ids,
      pageSize,
      fc.array(fc.tuple(fc.nat({ max: 8 }), fc.constantFrom<Adversity>('cut', 'kill')), { maxLength: 8 }),
      async (start, size, cuts) => {
        const service = new ModelService(start, size);
        const index = new ModelIndex();
        let asked = 0;
        let interruptions = 0;
        for (const [at, kind] of cuts) {
          const ports = walkPorts(service, index, (request) => (request === at ? kind : 'none'));
          const result = await walked(ports);
          asked += ports.requests();
          if (result !== null) {
            return;
          }
          interruptions += 1;
        }
        const last = walkPorts(service, index, honest);
        expect((await walked(last))?.end).toBe('complete');
        expect(lost(service, index)).toEqual([]);
        expect(asked + last.requests()).toBeLessThanOrEqual(
          Math.max(1, Math.ceil(start.length / size)) + 2 * interruptions,
        );
      },
    ),
    { numRuns: 300 },
  );
});

describe('against any service', () => {
  const anyCursor = fc.option(fc.oneof(fc.nat({ max: 60 }).map(String), fc.string({ maxLength: 3 })), { nil: null });
  const anyPage: fc.Arbitrary<ListedPage> = fc.record({
    messages: fc.array(fc.integer({ min: 1, max: 60 }).map(message), { maxLength: 6 }),
    bad: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      fc.array(fc.option(fc.nat({ max: 60 }), { nil: null }).map(badItem), { maxLength: 2 }),
    ),
    hasMore: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
    nextCursor: anyCursor,
  });

  test('a walk ends within its cap of pages, and claims only ranges that the index takes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyPage, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 80 }),
        fc.boolean(),
        async (pages, pageCap, full) => {
          const index = new ModelIndex();
          let asked = 0;
          const result = await walkChat(
            {
              fetchPage: (): Promise<ListedPage> => {
                asked += 1;
                return Promise.resolve(pages[(asked - 1) % pages.length] ?? page([]));
              },
              applyPage: (_cursor, listed, range) => Promise.resolve(index.apply(listed, range)),
              coverage: () => Promise.resolve([...index.ranges]),
            },
            { full, pageCap },
          );
          expect(result.pages).toBe(asked);
          expect(asked).toBeLessThanOrEqual(pageCap);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('cursors that lead back above covered ground are not followed round and round', async () => {
    const index = new ModelIndex();
    index.apply(page([]), { hi: 50, lo: 20, nextCursor: '20' });
    let asked = 0;
    const result = await walkChat(
      {
        fetchPage: () => {
          asked += 1;
          const top = page([60, 45], { hasMore: true, nextCursor: '45' });
          return Promise.resolve(
            asked % 2 === 1 ? top : page([19 - asked], { hasMore: true, nextCursor: String(60 + asked) }),
          );
        },
        applyPage: (_cursor, listed, range) => Promise.resolve(index.apply(listed, range)),
        coverage: () => Promise.resolve([...index.ranges]),
      },
      { full: false, pageCap: 10_000 },
    );
    expect(result.end).not.toBe('page_cap');
    expect(asked).toBeLessThan(300);
  });
});
