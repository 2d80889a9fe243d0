import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ListedMessage, type ListedPage } from '../../lib/model.ts';
import { type ApplyPageInput, type ApplyPageResult } from './calls.ts';
import type { Change } from '../../contract/shapes.ts';
import { type FileJob } from '../files/calls.ts';
import { openForTest, type TestIndex } from '../testing/open-for-test.ts';
import { sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

let index: TestIndex;
let accountId: number;
let chats: Map<number, number>;
let time: number;

beforeEach(() => {
  index = openForTest();
  time = 1_000_000;
  accountId = index.write('saveAccount', {
    apiBase: 'https://api.example',
    identity: 'user:1',
    userId: 1,
    username: null,
    name: 'One',
    ratePerMinute: null,
    at: time,
  }).id;
  const rows = index.write('saveChats', {
    accountId,
    runId: null,
    at: time,
    chats: [7, 8].map((id) => ({ id, lastMessageId: null, lastMessageChangedAt: null, unreadCount: null, raw: '{}' })),
  });
  chats = new Map(rows.map((row) => [row.id, row.key]));
});

afterEach(() => {
  index.close();
});

const keyOf = (chatId: number): number => chats.get(chatId) ?? 0;

function apply(
  messages: readonly ListedMessage[],
  more: Partial<ApplyPageInput> & { chatId?: number; bad?: ListedPage['bad'] } = {},
): ApplyPageResult {
  const { chatId = 7, bad = [], ...rest } = more;
  const ids = messages.map((message) => message.id);
  time += 1;
  return index.write('applyPage', {
    accountId,
    chatKey: keyOf(chatId),
    runId: 5,
    at: time,
    pass: 'media',
    cursor: null,
    page: samplePage(messages, { bad }),
    range:
      ids.length === 0 ? null : { hi: Math.max(...ids), lo: Math.min(...ids), nextCursor: String(Math.min(...ids)) },
    detectGone: true,
    ...rest,
  });
}

const total = () => index.read('ledgerTotal', { accountId: null });
const changes = (): Change[] => index.read('changes', { sinceRun: null, sinceAt: null, after: null, limit: 500 });
const jobs = (): FileJob[] =>
  index.read('nextFiles', { accountId, chatKeys: [], lane: 'any', now: time, exclude: [], limit: 500 });

function storeAll(): void {
  index.write('settleFiles', {
    runId: 5,
    at: time,
    results: jobs().map((job) => ({
      fileId: job.fileId,
      outcome: 'stored' as const,
      sha256: job.fileId.toString(16).padStart(64, '0'),
      bytes: 10,
      mime: 'image/png',
      ext: 'png',
      width: null,
      height: null,
    })),
  });
}

test('a first page brings messages, media, jobs and a proven range', () => {
  const result = apply([
    sampleMessage(2, [sampleMedia(20), sampleMedia(21, 'locked')]),
    sampleMessage(1, [sampleMedia(10, 'preview')]),
  ]);
  expect(result).toEqual({
    seen: 2,
    new: 2,
    changed: 0,
    bad: 0,
    gone: 0,
    newMedia: 3,
    filesWanted: 4,
    covered: { hi: 2, lo: 1, nextCursor: '1', checkedAt: time },
  });
  expect(total()).toMatchObject({ listed: 3, pending: 1, locked: 2 });
  expect(jobs().map((job) => [job.mediaId, job.variant])).toEqual([
    [20, 'full'],
    [20, 'thumb'],
    [10, 'preview'],
    [10, 'thumb'],
  ]);
});

test('the same page again changes nothing but renews the links of what waits', () => {
  apply([sampleMessage(1, [sampleMedia(10)])]);
  const again = apply([sampleMessage(1, [sampleMedia(10, 'viewable', { link: 'new' })])]);
  expect(again).toMatchObject({ new: 0, changed: 0, newMedia: 0, filesWanted: 0 });
  expect(changes()).toEqual([]);
  expect(jobs().map((job) => [job.url.endsWith('sig=new'), job.urlFetchedAt])).toEqual([
    [true, time],
    [true, time],
  ]);
});

test('an edited text is kept in the history and found by its new words alone', () => {
  apply([sampleMessage(1, [], { text: 'good morning' })]);
  expect(apply([sampleMessage(1, [], { text: 'good evening' })]).changed).toBe(1);
  expect(changes()).toMatchObject([{ field: 'message.text', before: 'good morning', after: 'good evening', runId: 5 }]);
  const find = (text: string) =>
    index.read('messageHits', { accountId, text, chatId: null, after: null, limit: 10 }).hits.length;
  expect([find('morning'), find('evening')]).toEqual([0, 1]);
});

test('an unlocked item makes its full file wanted and its preview unwanted', () => {
  apply([sampleMessage(1, [sampleMedia(10, 'preview')])]);
  const result = apply([sampleMessage(1, [sampleMedia(10, 'viewable')])]);
  expect(result).toMatchObject({ changed: 1, filesWanted: 1 });
  expect(total()).toMatchObject({ listed: 1, pending: 1 });
  expect(jobs().map((job) => job.variant)).toEqual(['full', 'thumb']);
  expect(changes()).toMatchObject([{ field: 'media.state', mediaId: 10, before: 'preview', after: 'viewable' }]);
});

test('an item that is locked again has no job, and one that was stored stays stored', () => {
  apply([sampleMessage(1, [sampleMedia(10)])]);
  apply([sampleMessage(1, [sampleMedia(10, 'locked')])]);
  expect(jobs().map((job) => job.variant)).toEqual(['thumb']);
  expect(total()).toMatchObject({ listed: 1, locked: 1 });
  apply([sampleMessage(1, [sampleMedia(10)])]);
  storeAll();
  apply([sampleMessage(1, [sampleMedia(10, 'locked')])]);
  expect(total()).toMatchObject({ listed: 1, stored: 1 });
});

test('a copy that is locked in another chat changes nothing', () => {
  apply([sampleMessage(1, [sampleMedia(10)])]);
  apply([sampleMessage(5, [sampleMedia(10, 'locked')])], { chatId: 8 });
  apply([sampleMessage(1, [sampleMedia(10)])]);
  expect(changes()).toEqual([]);
  expect(total()).toMatchObject({ listed: 1, pending: 1 });
  const { chats: each } = index.read('ledgerRows', { accountId, chatId: null, order: 'added' });
  expect(each.map((chat) => chat.media.pending)).toEqual([1, 1]);
});

test('a media item in several messages of one chat is listed once, at the newest', () => {
  apply([
    sampleMessage(3, [sampleMedia(10)]),
    sampleMessage(2, [sampleMedia(10), sampleMedia(10)]),
    sampleMessage(1, [sampleMedia(10)]),
  ]);
  const { rows } = index.read('media', {
    accountId,
    chatIds: [7],
    kinds: [],
    states: [],
    from: null,
    to: null,
    sender: null,
    text: null,
    limit: 10,
    after: null,
  });
  expect(rows.map((row) => [row.id, row.messageId])).toEqual([[10, 3]]);
  expect(jobs().every((job) => job.messageId === 3)).toBe(true);
});

test('a message that vanished is marked gone with its media, and comes back', () => {
  const three = [3, 2, 1].map((id) => sampleMessage(id, [sampleMedia(id * 10)]));
  apply(three);
  expect(apply(three.filter((message) => message.id !== 2)).gone).toBe(1);
  expect(total()).toMatchObject({ listed: 3, pending: 2, gone: 1 });
  expect(apply(three)).toMatchObject({ gone: 0, changed: 1 });
  expect(total()).toMatchObject({ listed: 3, pending: 3, gone: 0 });
  expect(changes().map((change) => change.field)).toEqual([
    'message.gone',
    'media.state',
    'message.back',
    'media.state',
  ]);
});

test('a stored item of a vanished message stays stored', () => {
  apply([sampleMessage(2, []), sampleMessage(1, [sampleMedia(10)])]);
  storeAll();
  apply([sampleMessage(2, [])], { range: { hi: 2, lo: 1, nextCursor: '1' } });
  expect(total()).toMatchObject({ listed: 1, stored: 1 });
});

test('nothing is gone without a proven range, in another pass, or where an item could not be read', () => {
  apply([sampleMessage(2, []), sampleMessage(1, [])]);
  const range = { hi: 2, lo: 1, nextCursor: '1' };
  const unread = { index: 1, reason: 'no id', raw: '{}' };
  expect(apply([sampleMessage(2, [])], { range: null }).gone).toBe(0);
  expect(apply([sampleMessage(2, [])], { range, detectGone: false }).gone).toBe(0);
  expect(apply([sampleMessage(2, [])], { range, pass: 'media type=photos' }).gone).toBe(0);
  expect(apply([sampleMessage(2, [])], { range, bad: [{ ...unread, messageId: null }] }).gone).toBe(0);
  expect(apply([sampleMessage(2, [])], { range, bad: [{ ...unread, messageId: 1 }] }).gone).toBe(0);
  expect(apply([sampleMessage(2, [])], { range }).gone).toBe(1);
});

test('a media item that an edit took out is gone, and a filtered pass takes out nothing', () => {
  apply([sampleMessage(1, [sampleMedia(10), sampleMedia(11, 'viewable', { kind: 'video' })])]);
  apply([sampleMessage(1, [sampleMedia(11, 'viewable', { kind: 'video' })])], { pass: 'media type=videos' });
  expect(total()).toMatchObject({ listed: 2, pending: 2 });
  expect(apply([sampleMessage(1, [sampleMedia(10)])]).changed).toBe(1);
  expect(total()).toMatchObject({ listed: 2, pending: 1, gone: 1 });
});

test('an item that could not be read is kept once, and forgotten when its message can be read', () => {
  const bad = [
    { index: 0, messageId: 9, reason: 'media is no list', raw: '{"id":9}' },
    { index: 1, messageId: null, reason: 'no id', raw: '{"url":"https://media.example/a?sig=1"}' },
  ];
  expect(apply([], { bad }).bad).toBe(2);
  apply([], { bad });
  const count = () => index.db.get<{ n: number }>('SELECT count(*) AS n FROM bad_item')?.n;
  expect(count()).toBe(2);
  apply([sampleMessage(9, [])]);
  expect(count()).toBe(1);
});

test('a guessed time does not wander, and gives way to a real one', () => {
  const sentAt = () => index.db.get<{ sent_at: number }>('SELECT sent_at FROM message WHERE id = 2')?.sent_at;
  const undated = sampleMessage(2, [sampleMedia(20)], { createdAt: null });
  apply([undated, sampleMessage(1, [])]);
  expect(sentAt()).toBe(1000);
  apply([sampleMessage(3, []), undated]);
  expect(sentAt()).toBe(1000);
  apply([sampleMessage(2, [sampleMedia(20)])]);
  expect(sentAt()).toBe(2000);
});

test('a page is due again by what it carries and when it was listed', () => {
  apply([sampleMessage(4, [sampleMedia(40, 'notReady')]), sampleMessage(3, [])]);
  apply([sampleMessage(2, [sampleMedia(20, 'locked')]), sampleMessage(1, [])], { cursor: '3' });
  const due = (more: object) =>
    index
      .read('pagesDue', {
        accountId,
        pass: 'media',
        notReadyBefore: 0,
        lockedBefore: 0,
        restBefore: 0,
        limit: 10,
        ...more,
      })
      .map((page) => [page.hi, page.cursor, page.reason]);
  expect(due({})).toEqual([]);
  expect(due({ notReadyBefore: time + 1 })).toEqual([[4, null, 'notReady']]);
  expect(due({ lockedBefore: time + 1 })).toEqual([[2, '3', 'locked']]);
  expect(due({ restBefore: time })).toEqual([[4, null, 'age']]);
});

test('many visits to a busy chat leave few segments behind', () => {
  const all: ListedMessage[] = [];
  for (let visit = 0; visit < 60; visit += 1) {
    for (let more = 0; more < 3; more += 1) {
      all.unshift(sampleMessage(all.length + 1, []));
    }
    apply(all.slice(0, 20));
  }
  const segments = index.db.get<{ n: number }>('SELECT count(*) AS n FROM segment')?.n ?? 0;
  expect(segments).toBeLessThanOrEqual(6);
  expect(index.read('coverage', { chatKey: keyOf(7), pass: 'media' })).toHaveLength(1);
});

test('a page for an unknown chat is refused and leaves nothing', () => {
  expect(() => apply([sampleMessage(1, [sampleMedia(1)])], { chatId: 999 })).toThrow('does not know');
  expect(index.read('stats', {}).messages).toBe(0);
});

test('a chat is complete when one range reaches its start', () => {
  apply([sampleMessage(3, [])]);
  const complete = () => index.read('chatById', { accountId, id: 7 })?.complete;
  expect(complete()).toBe(false);
  apply([sampleMessage(1, [])], { range: { hi: 1, lo: 0, nextCursor: null } });
  expect(complete()).toBe(false);
  apply([sampleMessage(2, [])], { range: { hi: 2, lo: 2, nextCursor: '2' } });
  expect(complete()).toBe(true);
});

test('nothing is covered above the newest message that was shown, so that a later one is missing until it is listed', () => {
  const ranges = () => index.read('coverage', { chatKey: keyOf(7), pass: 'media' }).map(({ hi, lo }) => [hi, lo]);
  expect(apply([sampleMessage(2, [])], { range: { hi: 99_998, lo: 2, nextCursor: '2' } }).covered).toMatchObject({
    hi: 2,
  });
  apply([sampleMessage(5, [])], { range: { hi: 5, lo: 5, nextCursor: '5' } });
  expect(ranges()).toEqual([
    [5, 5],
    [2, 2],
  ]);
});

test('a message that a page brings twice is one, where nothing was listed before and where something was', () => {
  const [first, second] = [sampleMessage(30, [sampleMedia(1)]), sampleMessage(30, [sampleMedia(1), sampleMedia(2)])];
  expect(apply([first, second])).toMatchObject({ new: 1, changed: 1, newMedia: 2 });
  expect(apply([second, sampleMessage(20, []), second])).toMatchObject({ new: 1, changed: 0, newMedia: 0 });
  expect(total()).toMatchObject({ listed: 2 });
});

test('a link that another message brings anew is the one fetched, in the same chat and from another', () => {
  apply([sampleMessage(30, [sampleMedia(1)])]);
  apply([sampleMessage(20, [sampleMedia(1, 'viewable', { link: 'b' })])], { cursor: '30' });
  expect(jobs().find(({ variant }) => variant === 'full')).toMatchObject({
    chatKey: keyOf(7),
    messageId: 20,
    pageCursor: '30',
  });
  const progress = { open: 0, attempts: 2, retry_at: 9, error: 'cut', bytes_done: 7, total_bytes: 10 };
  index.db.run(
    `UPDATE fetch SET open = $open, attempts = $attempts, retry_at = $retry_at, error = $error, bytes_done = $bytes_done,
       total_bytes = $total_bytes WHERE file_id % 4 = 0`,
    progress,
  );
  apply([sampleMessage(10, [sampleMedia(1, 'viewable', { link: 'c' })])], { chatId: 8 });
  const job = index.db.get<{ url: string }>('SELECT * FROM fetch WHERE file_id % 4 = 0');
  expect(job).toMatchObject({ ...progress, chat_key: keyOf(8), message_id: 10, cursor: null });
  expect(job?.url).toContain('sig=c');
});
