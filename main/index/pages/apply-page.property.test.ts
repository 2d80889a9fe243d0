import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MEDIA_STATES } from '../../contract/model.ts';
import { type ListedMessage } from '../../lib/model.ts';
import { LABEL_SCOPES, ledgerStates } from '../kernel/codes.ts';
import { labelSums } from '../kernel/migrations/0220-label-sums.ts';
import { type ApplyPageInput } from './calls.ts';
import { type FileResult } from '../files/calls.ts';
import { openForTest, type TestIndex } from '../testing/open-for-test.ts';
import {
  blocksThatLie,
  expectedItems,
  maintainedItems,
  queueContradictions,
  removedThatAct,
  storedSums,
} from '../testing/recount.ts';
import { FAVOURITE } from '../../contract/browse-shapes.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

const listable = MEDIA_STATES.filter((state) => state !== 'gone');
const month = 31 * 24 * 60 * 60 * 1000;

const media = fc.record({ id: fc.integer({ min: 1, max: 8 }), state: fc.constantFrom(...listable) });
const message = fc
  .record({
    id: fc.integer({ min: 1, max: 12 }),
    media: fc.array(media, { maxLength: 3 }),
    sender: fc.constantFrom(1, 7, null),
  })
  .map(({ id, media: items, sender }) =>
    sampleMessage(
      id,
      items.map((item) => sampleMedia(item.id, item.state)),
      { senderId: sender, createdAt: id * month },
    ),
  );
const page = fc
  .uniqueArray(message, { maxLength: 5, selector: (one) => one.id })
  .map((messages) => messages.toSorted((a, b) => b.id - a.id));

type Step =
  | {
      readonly do: 'page';
      readonly chat: 0 | 1 | 2;
      readonly messages: ListedMessage[];
      readonly gone: boolean;
      readonly pass: string;
    }
  | { readonly do: 'settle'; readonly outcome: FileResult['outcome']; readonly pick: number; readonly bytes: number }
  | { readonly do: 'reopen' }
  | { readonly do: 'forget'; readonly pick: number }
  | { readonly do: 'remove'; readonly picks: readonly number[] }
  | { readonly do: 'label'; readonly picks: readonly number[] | 'all'; readonly on: boolean; readonly undo: boolean }
  | { readonly do: 'note'; readonly pick: number; readonly text: string }
  | { readonly do: 'restore' | 'empty'; readonly pick: number | null };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('page' as const),
      chat: fc.constantFrom(0 as const, 1 as const, 2 as const),
      messages: page,
      gone: fc.boolean(),
      pass: fc.constantFrom('media', 'media', 'messages', 'media type=photos'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      outcome: fc.constantFrom(
        'stored' as const,
        'stored' as const,
        'retry' as const,
        'failed' as const,
        'gone' as const,
        'unavailable' as const,
      ),
      pick: fc.nat(20),
      bytes: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), pick: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('remove' as const), picks: fc.array(fc.nat(9), { maxLength: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('label' as const),
      picks: fc.oneof(fc.constant('all' as const), fc.array(fc.nat(9), { maxLength: 3 })),
      on: fc.boolean(),
      undo: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('note' as const), pick: fc.nat(9), text: fc.constantFrom('', 'a', 'b') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('restore' as const, 'restore' as const, 'empty' as const),
      pick: fc.option(fc.nat(5)),
    }),
  },
);

interface World {
  readonly index: TestIndex;
  /** Two chats of one account, one of another. */
  readonly chats: readonly { readonly accountId: number; readonly key: number }[];
}

function newWorld(): World {
  const index = openForTest();
  const chats = [1, 2].flatMap((number) => {
    const account = index.write('saveAccount', {
      apiBase: 'https://api.example',
      identity: `user:${String(number)}`,
      userId: 1,
      username: null,
      name: String(number),
      ratePerMinute: null,
      at: 0,
    });
    return index
      .write('saveChats', {
        accountId: account.id,
        runId: null,
        at: 0,
        chats: (number === 1 ? [7, 8] : [7]).map((id) => ({
          id,
          lastMessageId: null,
          lastMessageChangedAt: null,
          unreadCount: null,
          raw: '{}',
        })),
      })
      .map((chat) => ({ accountId: account.id, key: chat.key }));
  });
  return { index, chats };
}

function pageInput(
  world: World,
  chat: number,
  messages: readonly ListedMessage[],
  at: number,
  more: Partial<ApplyPageInput> = {},
): ApplyPageInput {
  const { accountId, key } = world.chats[chat] ?? { accountId: 0, key: 0 };
  const ids = messages.map((one) => one.id);
  return {
    ...LISTED,
    accountId,
    chatKey: key,
    at,
    page: samplePage(messages),
    range:
      ids.length === 0 ? null : { hi: Math.max(...ids), lo: Math.min(...ids), nextCursor: String(Math.min(...ids)) },
    ...more,
  };
}

function take(world: World, one: Step, at: number): void {
  const { index } = world;
  switch (one.do) {
    case 'page':
      index.write('applyPage', pageInput(world, one.chat, one.messages, at, { detectGone: one.gone, pass: one.pass }));
      return;
    case 'settle': {
      const jobs = world.chats.flatMap(({ accountId }) =>
        index.read('nextFiles', {
          accountId,
          chatKeys: [],
          lane: 'any',
          now: Number.MAX_SAFE_INTEGER,
          exclude: [],
          limit: 100,
        }),
      );
      const job = jobs[one.pick % Math.max(1, jobs.length)];
      if (job !== undefined) {
        index.write('settleFiles', { runId: null, at, results: [resultOf(one, job.fileId, at)] });
      }
      return;
    }
    case 'reopen':
      for (const { accountId } of world.chats) {
        index.write('reopenFailed', { accountId, chatKeys: [], now: at, all: true });
      }
      return;
    case 'forget': {
      const blobs = index.read('blobs', { after: null, limit: 100 });
      const blob = blobs[one.pick % Math.max(1, blobs.length)];
      index.write('forgetBlobs', { at, runId: null, sha256: blob === undefined ? [] : [blob.sha256] });
      return;
    }
    case 'label': {
      const { picks } = one;
      const selection =
        picks === 'all'
          ? { filter: EVERYTHING, spans: null, include: [], exclude: [] }
          : { filter: EVERYTHING, spans: [], include: picked(world, picks), exclude: [] };
      const done = index.write('applyLabel', { selection, labelId: FAVOURITE, on: one.on, at });
      if (one.undo && done !== null && done.undo !== null) {
        index.write('undoLabel', { undo: done.undo, at });
      }
      return;
    }
    case 'note':
      for (const ref of picked(world, [one.pick])) {
        index.write('setNote', { ...ref, text: one.text, at });
      }
      return;
    case 'remove': {
      const include = picked(world, one.picks);
      const removal = index.write('beginRemoval', { at });
      index.write('removeMedia', {
        removal,
        selection: { filter: EVERYTHING, spans: [], include, exclude: [] },
        after: null,
        limit: 500,
        at,
      });
      index.write('removeMedia', {
        removal,
        selection: { filter: EVERYTHING, spans: [], include, exclude: [] },
        after: 'included 0',
        limit: 500,
        at,
      });
      return;
    }
    case 'restore':
    case 'empty': {
      const { rows } = index.read('trashPage', { after: null, limit: 200 });
      const row = one.pick === null ? undefined : rows[one.pick % Math.max(1, rows.length)]?.entry;
      const which =
        row === undefined ? { all: true as const } : { refs: [{ accountId: row.accountId, mediaId: row.id }] };
      index.write(one.do === 'restore' ? 'restoreMedia' : 'emptyTrash', { which, limit: 500, at });
    }
  }
}

function picked({ index }: World, picks: readonly number[]): { accountId: number; mediaId: number }[] {
  const { rows } = index.read('mediaEntries', { filter: EVERYTHING, limit: 200, after: null });
  return picks.flatMap((pick) => {
    const row = rows[pick % Math.max(1, rows.length)];
    return row === undefined ? [] : [{ accountId: row.accountId, mediaId: row.id }];
  });
}

function resultOf(one: Extract<Step, { do: 'settle' }>, fileId: number, at: number): FileResult {
  switch (one.outcome) {
    case 'stored':
      return {
        fileId,
        outcome: 'stored',
        sha256: String(one.bytes).repeat(64),
        bytes: one.bytes,
        mime: 'image/png',
        ext: 'png',
        width: 1,
        height: 1,
      };
    case 'retry':
    case 'failed':
      return { fileId, outcome: one.outcome, error: 'http_500', retryAt: at + 5, bytesDone: 0, totalBytes: null };
    case 'gone':
    case 'unavailable':
      return { fileId, outcome: one.outcome, error: 'http_404' };
  }
}

function expectSound({ index }: World): void {
  expect(maintainedItems(index.db)).toEqual(expectedItems(index.db));
  const sums = storedSums(index.db);
  expect(sums.kept).toEqual(sums.counted);
  expect(queueContradictions(index.db)).toEqual([]);
  expect(removedThatAct(index.db)).toEqual([]);
  expect(blocksThatLie(index.db)).toEqual([]);
  const marks = index.read('labels', {});
  for (const [limit, n] of [
    [{ labels: [FAVOURITE] }, marks.favourites],
    [{ noted: true }, marks.noted],
  ] as const) {
    const filter = { ...EVERYTHING, ...limit };
    expect(index.read('mediaEntries', { filter, limit: 200, after: null }).rows).toHaveLength(n);
    expect(index.read('mediaCounts', { filter, timeZone: 'America/Los_Angeles' }).count).toBe(n);
  }
  const { chats, total } = index.read('ledgerRows', { accountId: null, chatId: null, order: 'added' });
  for (const counts of [...chats.map((chat) => chat.media), total]) {
    expect(ledgerStates.names.reduce((sum, name) => sum + counts[name], 0)).toBe(counts.listed);
  }
}

test('after any sequence of pages and file results, rows and counts are what a recount finds', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), fc.option(page), (steps, labelled) => {
      const world = newWorld();
      try {
        const begun: Step[] =
          labelled === null
            ? []
            : [
                { do: 'page', chat: 0, messages: labelled, gone: false, pass: 'media' },
                { do: 'label', picks: 'all', on: true, undo: false },
                { do: 'note', pick: 0, text: 'a' },
              ];
        for (const [at, one] of [...begun, ...steps].entries()) {
          take(world, one, at + 1);
        }
        expectSound(world);
        expect(world.index.read('integrity', {})).toEqual([]);
        // As a version left it that did not count labels yet.
        const labels = `scope BETWEEN ${String(2 * LABEL_SCOPES)} AND ${String(LABEL_SCOPES)}`;
        world.index.db.exec(`DELETE FROM tally WHERE ${labels}; DELETE FROM total WHERE ${labels}`);
        labelSums.up(world.index.db);
        expectSound(world);
      } finally {
        world.index.close();
      }
    }),
    { numRuns: 60 },
  );
});

test('a page applied twice is a page applied once', () => {
  fc.assert(
    fc.property(fc.array(page, { minLength: 1, maxLength: 4 }), page, (before, twice) => {
      const world = newWorld();
      try {
        for (const messages of before) {
          world.index.write('applyPage', pageInput(world, 0, messages, 1));
        }
        const input = pageInput(world, 0, twice, 9, { detectGone: true });
        world.index.write('applyPage', input);
        const rows = [
          maintainedItems(world.index.db),
          world.index.read('coverage', { chatKey: input.chatKey, pass: 'media' }),
        ];
        expect(world.index.write('applyPage', input)).toMatchObject({
          new: 0,
          changed: 0,
          gone: 0,
          newMedia: 0,
          filesWanted: 0,
        });
        expect([
          maintainedItems(world.index.db),
          world.index.read('coverage', { chatKey: input.chatKey, pass: 'media' }),
        ]).toEqual(rows);
      } finally {
        world.index.close();
      }
    }),
    { numRuns: 40 },
  );
});

test('whatever the order in which pages arrive, the ledger is the same', () => {
  const onePage = fc.uniqueArray(message, { minLength: 1, maxLength: 10, selector: (one) => one.id });
  fc.assert(
    fc.property(onePage, fc.infiniteStream(fc.nat(1000)), (messages, order) => {
      const apply = (list: readonly ListedMessage[]) => {
        const world = newWorld();
        try {
          for (const [index, one] of list.entries()) {
            world.index.write('applyPage', pageInput(world, one.id % 3, [one], index + 1));
          }
          return world.index.read('ledgerRows', { accountId: null, chatId: null, order: 'added' });
        } finally {
          world.index.close();
        }
      };
      const shuffled = messages
        .map((one) => ({ one, rank: order.next().value as number }))
        .sort((a, b) => a.rank - b.rank);
      const withoutTimes = ({ chats, total }: ReturnType<typeof apply>) => ({
        total,
        chats: chats.map((chat) => chat.media),
      });
      expect(withoutTimes(apply(shuffled.map((entry) => entry.one)))).toEqual(withoutTimes(apply(messages)));
    }),
    { numRuns: 30 },
  );
});
