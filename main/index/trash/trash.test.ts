import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FAVOURITE, type MediaSelection } from '../../contract/browse-shapes.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { expectedItems, maintainedItems, queueContradictions, removedThatAct } from '../testing/recount.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

const SHA = (digit: number): string => String(digit).repeat(64);
const ALL: MediaSelection = { filter: EVERYTHING, spans: null, include: [], exclude: [] };

let index: TestIndex;
let accountId: number;
let chatKey: number;

/** Twelve messages with two media each; media 1 to 24. */
const messages = Array.from({ length: 12 }, (_, position) => {
  const id = 12 - position;
  return sampleMessage(id, [sampleMedia(id * 2 - 1), sampleMedia(id * 2, id % 6 === 0 ? 'locked' : 'viewable')], {
    text: id % 2 === 0 ? 'even words' : 'odd words',
  });
});

const list = (at: number): ReturnType<typeof apply> => apply(at, messages);
function apply(at: number, listed: typeof messages) {
  return index.write('applyPage', {
    ...LISTED,
    accountId,
    chatKey,
    at,
    page: samplePage(listed),
    range: { hi: 12, lo: 0, nextCursor: null },
    detectGone: true,
  });
}
const jobs = () =>
  index.read('nextFiles', { accountId, chatKeys: [], lane: 'any', now: 1e15, exclude: [], limit: 500 });
const ref = (mediaId: number) => ({ accountId, mediaId });
const named = (...ids: number[]): MediaSelection => ({ ...ALL, spans: [], include: ids.map(ref) });

/** Removes in slices as the app does. */
function remove(selection: MediaSelection, limit = 5, at = 50): { changed: number; removal: number } {
  const removal = index.write('beginRemoval', { at });
  let changed = 0;
  for (let after: string | null = null; ;) {
    const slice: { changed: number; next: string | null } = index.write('removeMedia', {
      removal,
      selection,
      after,
      limit,
      at,
    });
    changed += slice.changed;
    after = slice.next;
    if (after === null) {
      return { changed, removal };
    }
  }
}
function store(ids: readonly number[], shaOf: (mediaId: number) => string): void {
  index.write('settleFiles', {
    runId: null,
    at: 20,
    results: jobs()
      .filter(({ mediaId, variant }) => variant === 'full' && ids.includes(mediaId))
      .map(({ fileId, mediaId }) => ({
        fileId,
        outcome: 'stored' as const,
        sha256: shaOf(mediaId),
        bytes: 100,
        mime: 'image/jpeg',
        ext: 'jpg',
        width: 3,
        height: 2,
      })),
  });
}
const listed = (): number[] =>
  index
    .read('mediaEntries', { filter: EVERYTHING, limit: 200, after: null })
    .rows.map(({ id }) => id)
    .sort((a, b) => a - b);
const ids = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const sound = (): void => {
  expect(maintainedItems(index.db)).toEqual(expectedItems(index.db));
  expect(queueContradictions(index.db)).toEqual([]);
  expect(removedThatAct(index.db)).toEqual([]);
  expect(index.read('integrity', {})).toEqual([]);
};

beforeEach(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  chatKey = saveSampleChat(index, accountId, 7, 12);
  list(10);
});
afterEach(() => {
  sound();
  index.close();
});

describe('a removal', () => {
  test('takes what the selection holds out of every list, count, tally and search, and nothing else', () => {
    index.write('applyLabel', { selection: named(1, 2, 3), labelId: FAVOURITE, on: true, at: 1 });
    store(ids(1, 4), SHA);
    expect(remove({ ...named(1, 2, 24), exclude: [] })).toMatchObject({ changed: 3 });
    expect(listed()).toEqual(ids(3, 23));
    expect(index.read('mediaCounts', { filter: EVERYTHING, timeZone: 'UTC' })).toMatchObject({ count: 21, of: 21 });
    expect(index.read('labels', {}).favourites).toBe(1);
    expect(index.read('selectionSummary', { selection: ALL }).count).toBe(21);
    expect(index.read('mediaItem', ref(1))).toBeNull();
    expect(index.read('fileToName', ref(1))).toBeNull();
    expect(
      index.read('messagesPage', { accountId, chatId: 7, anchor: { at: 'newest' }, limit: 100 })?.rows[0]?.media,
    ).toEqual([]);
    const { hits } = index.read('messageHits', {
      text: 'odd',
      accountId: null,
      chatId: null,
      after: null,
      limit: 100,
      whole: true,
    });
    expect(hits.at(-1)).toMatchObject({ messageId: 1, mediaCount: 0, media: [], whole: { mediaIds: [] } });
    const ledger = index.read('ledgerRows', { accountId: null, chatId: null });
    expect(ledger).toMatchObject({
      removed: 3,
      total: { listed: 21, stored: 2 },
      chats: [{ removed: 3, media: { listed: 21 } }],
    });
  });

  test('of a whole query goes slice by slice, and leaves what is excluded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.uniqueArray(fc.integer({ min: 1, max: 24 })), (limit, kept) => {
        const { changed, removal } = remove({ ...ALL, exclude: kept.map(ref) }, limit);
        expect(changed).toBe(24 - kept.length);
        expect(listed()).toEqual(kept.toSorted((a, b) => a - b));
        sound();
        expect(index.write('restoreMedia', { which: { removal }, limit: 500, at: 60 })).toEqual({
          restored: changed,
          more: false,
        });
        expect(listed()).toEqual(ids(1, 24));
      }),
      { numRuns: 25 },
    );
  });

  test('is kept in the history, with when', () => {
    remove(named(5), 5, 77);
    const changes = index.read('changes', { sinceRun: null, sinceAt: null, after: null, limit: 500 });
    expect(changes).toMatchObject([{ field: 'media.removed', mediaId: 5, at: 77 }]);
  });

  test('twice is a removal once', () => {
    expect(remove(named(5)).changed).toBe(1);
    expect(remove(named(5)).changed).toBe(0);
    expect(index.read('trashSummary', {})).toEqual({ count: 1, bytes: 0 });
  });
});

describe('a later sync', () => {
  test('neither brings removed media back nor fetches them', () => {
    store([1], SHA);
    remove(named(1, 2, 3));
    expect(jobs().some(({ mediaId }) => mediaId <= 3)).toBe(false);
    expect(list(100).filesWanted).toBe(0);
    apply(110, [sampleMessage(13, [sampleMedia(2, 'viewable', { link: 'b' }), sampleMedia(99)]), ...messages]);
    index.write('reopenFailed', { accountId, chatKeys: [], now: 1e9, all: true });
    expect(jobs().some(({ mediaId }) => mediaId <= 3)).toBe(false);
    expect(listed()).toEqual([...ids(4, 24), 99]);
  });

  test('that was fetching one keeps its bytes in the trash, and its failure changes nothing', () => {
    const before = jobs().filter(({ variant }) => variant === 'full');
    const job = (mediaId: number) => before.find((one) => one.mediaId === mediaId)?.fileId ?? 0;
    remove(named(1, 3));
    index.write('settleFiles', {
      runId: null,
      at: 60,
      results: [
        {
          fileId: job(1),
          outcome: 'stored',
          sha256: SHA(1),
          bytes: 100,
          mime: 'image/jpeg',
          ext: 'jpg',
          width: 1,
          height: 1,
        },
        { fileId: job(3), outcome: 'failed', error: 'http_500', retryAt: 99, bytesDone: 0, totalBytes: null },
      ],
    });
    expect(index.read('trashSummary', {})).toEqual({ count: 2, bytes: 100 });
    expect(index.read('mediaFiles', ref(1)).full).toMatchObject({ sha256: SHA(1) });
  });

  test('does not fetch what a check found damaged in the trash', () => {
    store([1], SHA);
    remove(named(1));
    index.write('forgetBlobs', { at: 70, runId: null, sha256: [SHA(1)] });
    expect(jobs().some(({ mediaId }) => mediaId === 1)).toBe(false);
  });
});

describe('what comes back', () => {
  test('is where it was, and what it lacks is fetched', () => {
    store([1], SHA);
    const before = maintainedItems(index.db);
    const wanted = jobs().map(({ fileId }) => fileId);
    remove(ALL);
    expect(index.write('restoreMedia', { which: { all: true }, limit: 10, at: 60 })).toEqual({
      restored: 10,
      more: true,
    });
    expect(index.write('restoreMedia', { which: { all: true }, limit: 50, at: 60 })).toEqual({
      restored: 14,
      more: false,
    });
    expect(maintainedItems(index.db)).toEqual(before);
    expect(
      jobs()
        .map(({ fileId }) => fileId)
        .sort(),
    ).toEqual(wanted.sort());
  });

  test('is paged removed last first, with when', () => {
    remove(named(1, 2, 3), 5, 50);
    remove(named(10), 5, 80);
    const pages: [number, number][] = [];
    for (let after: string | null = null; ;) {
      const page: { rows: { entry: { id: number }; removedAt: number }[]; next: string | null } = index.read(
        'trashPage',
        { after, limit: 2 },
      );
      pages.push(...page.rows.map(({ entry, removedAt }): [number, number] => [entry.id, removedAt]));
      after = page.next;
      if (after === null) {
        break;
      }
    }
    expect(pages[0]).toEqual([10, 80]);
    expect(
      pages
        .slice(1)
        .map(([id]) => id)
        .sort(),
    ).toEqual([1, 2, 3]);
    expect(pages.slice(1).every(([, at]) => at === 50)).toBe(true);
  });
});

describe('a part of the trash', () => {
  const message = (messageId: number) => ({ accountId, chatId: 7, messageId });

  test('of a chat, an account or a message is counted, paged, brought back and deleted alone', () => {
    remove(named(1, 2, 3, 4), 5, 50);
    const page = (within: ReturnType<typeof message>) =>
      index.read('trashPage', { after: null, limit: 10, within }).rows.map(({ entry }) => entry.id);
    expect(page(message(1)).sort()).toEqual([1, 2]);
    expect(page(message(9))).toEqual([]);
    expect(index.read('trashSummary', { within: message(2) }).count).toBe(2);
    expect(index.read('trashSummary', { within: { accountId, chatId: 7, messageId: null } }).count).toBe(4);
    expect(index.read('trashSummary', { within: { accountId, chatId: 8, messageId: null } }).count).toBe(0);
    expect(index.read('trashSummary', { within: { accountId, chatId: null, messageId: null } }).count).toBe(4);
    expect(index.write('restoreMedia', { which: { within: message(1) }, limit: 500, at: 60 }).restored).toBe(2);
    expect(index.write('emptyTrash', { which: { within: message(2) }, limit: 500, at: 61 }).media).toBe(2);
    expect(index.read('trashSummary', {}).count).toBe(0);
  });

  test('is told by its message and by the ledger, and so is what was deleted for good', () => {
    const removed = () =>
      index
        .read('messagesPage', { accountId, chatId: 7, anchor: { at: 'newest' }, limit: 50 })
        ?.rows.flatMap(({ id, media, removed: gone, inTrash }) =>
          gone > 0 ? [{ id, left: media.length, gone, inTrash }] : [],
        );
    remove(named(1, 2, 3), 5, 50);
    expect(removed()).toEqual([
      { id: 1, left: 0, gone: 2, inTrash: 2 },
      { id: 2, left: 1, gone: 1, inTrash: 1 },
    ]);
    index.write('emptyTrash', { which: { refs: [ref(1)] }, limit: 500, at: 61 });
    expect(removed()?.[0]).toEqual({ id: 1, left: 0, gone: 2, inTrash: 1 });
    for (const scope of [
      { accountId: null, chatId: null },
      { accountId, chatId: 7 },
    ]) {
      const ledger = index.read('ledgerRows', scope);
      expect(ledger).toMatchObject({ removed: 3, inTrash: 2, total: { listed: 21 } });
      expect(ledger.chats[0]).toMatchObject({ removed: 3, inTrash: 2 });
    }
  });
});

describe('emptying', () => {
  test('lets go of files that no kept media has, and of no other', () => {
    // 1 and 2 have the same bytes, 3 its own, 4 those of 5 that stays.
    store([1, 2, 3, 4, 5], (id) => SHA(id <= 2 ? 1 : id === 3 ? 3 : 4));
    remove(named(1, 2, 3, 4));
    const emptied = index.write('emptyTrash', { which: { all: true }, limit: 500, at: 90 });
    expect(emptied).toEqual({
      media: 4,
      more: false,
      unused: expect.arrayContaining([
        { sha256: SHA(1), ext: 'jpg', bytes: 100 },
        { sha256: SHA(3), ext: 'jpg', bytes: 100 },
      ]) as unknown,
    });
    expect(emptied.unused).toHaveLength(2);
    expect(index.read('knownBlobs', { sha256: [SHA(1), SHA(3), SHA(4)] })).toEqual([SHA(4)]);
    expect(index.read('trashSummary', {})).toEqual({ count: 0, bytes: 0 });
    expect(index.read('ledgerRows', { accountId: null, chatId: null })).toMatchObject({ removed: 4, inTrash: 0 });
    expect(index.write('restoreMedia', { which: { all: true }, limit: 500, at: 91 }).restored).toBe(0);
    expect(index.write('restoreMedia', { which: { refs: [ref(1)] }, limit: 500, at: 91 }).restored).toBe(0);
  });

  test('keeps a file that two of the trash have until the last of them goes', () => {
    store([1, 2], () => SHA(1));
    remove(named(1, 2));
    expect(index.write('emptyTrash', { which: { refs: [ref(1)] }, limit: 500, at: 90 }).unused).toEqual([]);
    expect(index.write('emptyTrash', { which: { refs: [ref(2)] }, limit: 500, at: 90 }).unused).toHaveLength(1);
  });

  test('is for good: neither a listing nor bytes that come late bring anything back', () => {
    const job = jobs().find(({ mediaId, variant }) => mediaId === 1 && variant === 'full');
    remove(named(1));
    index.write('emptyTrash', { which: { all: true }, limit: 500, at: 90 });
    index.write('settleFiles', {
      runId: null,
      at: 95,
      results: [
        {
          fileId: job?.fileId ?? 0,
          outcome: 'stored',
          sha256: SHA(8),
          bytes: 9,
          mime: 'image/png',
          ext: 'png',
          width: 1,
          height: 1,
        },
      ],
    });
    list(100);
    expect(index.read('knownBlobs', { sha256: [SHA(8)] })).toEqual([]);
    expect(index.read('mediaFiles', ref(1))).toEqual({ full: null, preview: null, thumb: null });
    expect(listed()).toEqual(ids(2, 24));
  });

  test('touches nothing that is not removed', () => {
    store([1], SHA);
    expect(index.write('emptyTrash', { which: { refs: [ref(1), ref(2)] }, limit: 500, at: 90 })).toEqual({
      media: 0,
      unused: [],
      more: false,
    });
    expect(index.read('mediaFiles', ref(1)).full).not.toBeNull();
  });
});

describe('kept searches', () => {
  const save = (id: number | null, name: string) => index.write('saveSearch', { id, name, query: '{}', at: 1 });

  test('have a name of their own, whatever its case', () => {
    const one = save(null, 'Film');
    expect(save(null, 'FILM')).toBeNull();
    expect(save(one?.id ?? 0, 'film')).toEqual(one);
    expect(index.write('saveSearch', { id: 999, name: 'x', query: null, at: 1 })).toBeNull();
    expect(index.read('searches', {})).toEqual([{ id: one?.id, name: 'film', query: '{}' }]);
  });

  test('come back until their name is given away', () => {
    const { id } = save(null, 'Film') ?? { id: 0 };
    expect(index.write('removeSearch', { id, at: 2 })).toBe(true);
    expect(index.read('searches', {})).toEqual([]);
    expect(index.write('restoreSearch', { id })).toBe(true);
    index.write('removeSearch', { id, at: 3 });
    save(null, 'film');
    expect(index.write('restoreSearch', { id })).toBe(false);
    expect(index.read('searches', {})).toHaveLength(1);
  });
});
