import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FileJob, type FileResult } from './calls.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { openForTest, saveSampleAccount, saveSampleChat, type TestIndex } from '../testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

const DAY = 24 * 60 * 60 * 1000;
const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

let index: TestIndex;
let accountId: number;
let chatKey: number;

beforeEach(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  chatKey = saveSampleChat(index, accountId, 7);
  list(1);
});

afterEach(() => {
  index.close();
});

/** Two photos and a video, each with a thumb. */
function list(at: number): void {
  index.write('applyPage', {
    accountId,
    chatKey,
    runId: null,
    at,
    pass: 'media',
    cursor: '9',
    page: samplePage([
      sampleMessage(3, [sampleMedia(30), sampleMedia(31, 'viewable', { kind: 'video' })]),
      sampleMessage(1, [sampleMedia(10)]),
    ]),
    range: { hi: 8, lo: 0, nextCursor: null },
    detectGone: true,
  });
}

function jobs(lane: 'small' | 'large' | 'any', now = 10, exclude: number[] = []): FileJob[] {
  return index.read('nextFiles', { accountId, chatKeys: [], lane, now, exclude, limit: 50 });
}
const fullOf = (mediaId: number): FileJob => {
  const job = jobs('any', Number.MAX_SAFE_INTEGER).find((one) => one.mediaId === mediaId && one.variant === 'full');
  if (job === undefined) {
    throw new Error('no such job');
  }
  return job;
};
const settle = (at: number, ...results: FileResult[]) => index.write('settleFiles', { runId: null, at, results });
const stored = (fileId: number, sha256 = A): FileResult => ({
  fileId,
  outcome: 'stored',
  sha256,
  bytes: 100,
  mime: 'image/jpeg',
  ext: 'jpg',
  width: 640,
  height: 480,
});
const total = () => index.read('ledgerTotal', { accountId });
const queue = (now: number) => index.read('fileQueue', { accountId, chatKeys: [chatKey], now });

test('the queue gives the newest first, by lane, and leaves out what is taken', () => {
  const places = (list: FileJob[]) => list.map((job) => `${String(job.mediaId)} ${job.variant}`);
  expect(places(jobs('large'))).toEqual(['31 full']);
  expect(places(jobs('small'))).toEqual(['30 full', '30 thumb', '31 thumb', '10 full', '10 thumb']);
  expect(places(jobs('any'))).toEqual(['30 full', '30 thumb', '31 full', '31 thumb', '10 full', '10 thumb']);
  expect(
    jobs(
      'any',
      10,
      jobs('small').map((job) => job.fileId),
    ).map((job) => job.mediaId),
  ).toEqual([31]);
  expect(
    index.read('nextFiles', { accountId, chatKeys: [chatKey + 1], lane: 'any', now: 10, exclude: [], limit: 5 }),
  ).toEqual([]);
});

test('a stored file leaves the queue, gives its item a size and a place in the ledger', () => {
  expect(settle(2, stored(fullOf(30).fileId)).deduplicated).toBe(0);
  expect(total()).toMatchObject({ listed: 3, stored: 1, pending: 2 });
  expect(index.read('file', { fileId: fullOf(10).fileId })).toMatchObject({ mediaId: 10 });
  expect(index.read('stats', {})).toMatchObject({ files: 6, blobs: 1 });
  const { rows } = index.read('media', {
    accountId,
    chatIds: [],
    kinds: [],
    states: ['stored'],
    from: null,
    to: null,
    sender: null,
    text: null,
    limit: 5,
    after: null,
  });
  expect(rows).toMatchObject([
    { id: 30, sha256: A, bytes: 100, ext: 'jpg', width: 640, height: 480, thumbSha256: null },
  ]);
});

test('the same bytes for two files are one blob and counted as deduplicated', () => {
  expect(settle(2, stored(fullOf(30).fileId), stored(fullOf(10).fileId)).deduplicated).toBe(1);
  expect(index.read('blobs', { after: null, limit: 10 })).toEqual([
    { sha256: A, bytes: 100, mime: 'image/jpeg', ext: 'jpg', verifiedAt: null },
  ]);
});

test('a result that is told twice changes nothing the second time', () => {
  const result = stored(fullOf(30).fileId);
  settle(2, result);
  expect(settle(3, result).deduplicated).toBe(0);
  settle(4, { fileId: result.fileId, outcome: 'failed', error: 'late', retryAt: 5, bytesDone: 0, totalBytes: null });
  expect(total()).toMatchObject({ listed: 3, stored: 1, pending: 2 });
});

test('a deferred file waits for its time and is no failure', () => {
  settle(2, {
    fileId: fullOf(30).fileId,
    outcome: 'retry',
    error: 'http_500',
    retryAt: 500,
    bytesDone: 7,
    totalBytes: 9_000_000,
  });
  expect(total()).toMatchObject({ pending: 3, failed: 0 });
  expect(queue(10)).toEqual({ due: 5, deferred: 1, nextRetryAt: 500, failed: 0 });
  expect(jobs('any', 499).map((job) => job.mediaId)).not.toContain(fullOf(30).fileId);
  expect(jobs('large', 500)).toContainEqual(
    expect.objectContaining({ mediaId: 30, attempts: 1, totalBytes: 9_000_000 }),
  );
});

test('a failed file is shown as failed until a run reopens it, after its back-off unless all are asked for', () => {
  const { fileId } = fullOf(30);
  settle(2, { fileId, outcome: 'failed', error: 'http_500', retryAt: 500, bytesDone: 0, totalBytes: null });
  expect(total()).toMatchObject({ pending: 2, failed: 1 });
  expect(queue(10)).toEqual({ due: 5, deferred: 0, nextRetryAt: null, failed: 1 });
  list(3);
  expect(total()).toMatchObject({ failed: 1 });
  const reopen = (now: number, all: boolean) =>
    index.write('reopenFailed', { accountId, chatKeys: [chatKey], now, all });
  expect(reopen(499, false)).toBe(0);
  expect(reopen(499, true)).toBe(1);
  expect(total()).toMatchObject({ pending: 3, failed: 0 });
  expect(fullOf(30)).toMatchObject({ attempts: 1, urlFetchedAt: 3 });
});

test('a file that its host has no more is gone, and asked for again a day later', () => {
  settle(2, { fileId: fullOf(30).fileId, outcome: 'gone', error: 'http_410' });
  expect(total()).toMatchObject({ pending: 2, gone: 1 });
  const reopen = (now: number) => index.write('reopenFailed', { accountId, chatKeys: [], now, all: false });
  expect([reopen(2 + DAY - 1), reopen(2 + DAY)]).toEqual([0, 1]);
});

test('a file without a link is out of the queue until a page offers one', () => {
  const { fileId } = fullOf(30);
  settle(2, { fileId, outcome: 'unavailable', error: 'no_link' });
  expect(index.read('file', { fileId })).toBeNull();
  list(3);
  expect(index.read('file', { fileId })).toMatchObject({ urlFetchedAt: 3 });
});

test('lost bytes make their files wanted again, with a link that is known to be dead', () => {
  const ids = [fullOf(30).fileId, fullOf(10).fileId];
  settle(2, ...ids.map((id) => stored(id)));
  expect(index.write('forgetBlobs', { at: 3, runId: null, sha256: [A, B] }).sort()).toEqual(ids.sort());
  expect(total()).toMatchObject({ stored: 0, pending: 3 });
  expect(index.read('knownBlobs', { sha256: [A] })).toEqual([]);
  expect(index.read('file', { fileId: ids[0] ?? 0 })).toMatchObject({ url: '', urlFetchedAt: 0, urlExpiresAt: 1 });
  list(4);
  expect(index.read('file', { fileId: ids[0] ?? 0 })?.url).not.toBe('');
  settle(5, stored(ids[0] ?? 0, B), stored(ids[1] ?? 0, A));
  const changes = index.read('changes', { sinceRun: null, sinceAt: 3, after: null, limit: 10 });
  expect(changes).toMatchObject([{ field: 'file.replaced', before: A, after: B }]);
  expect(index.read('knownBlobs', { sha256: [A, B] })).toEqual([A, B]);
});

test('checked bytes carry the time of the check', () => {
  settle(2, stored(fullOf(30).fileId));
  index.write('noteBlobs', { at: 77, ok: [A] });
  expect(index.read('blob', { sha256: A })?.verifiedAt).toBe(77);
  expect(index.read('blob', { sha256: B })).toBeNull();
});

test('a file of an item known before the run is told in the history, a first sync is not', () => {
  const begin = (at: number) => index.write('startRun', { accountId, kind: 'sync', at, version: '1', pid: 1 });
  index.write('settleFiles', { runId: begin(1), at: 2, results: [stored(fullOf(30).fileId)] });
  const runId = begin(50);
  index.write('settleFiles', { runId, at: 51, results: [stored(fullOf(10).fileId, B)] });
  expect(index.read('changes', { sinceRun: null, sinceAt: null, after: null, limit: 10 })).toMatchObject([
    { field: 'file.stored', mediaId: 10, runId, after: B },
  ]);
});

test('an item is told with the file that stands in its chat, where another chat shows other bytes under the same id', () => {
  settle(10, stored(fullOf(30).fileId, A));
  const otherChat = saveSampleChat(index, accountId, 8);
  index.write('applyPage', {
    ...LISTED,
    accountId,
    chatKey: otherChat,
    at: 20,
    page: samplePage([sampleMessage(2, [sampleMedia(30, 'viewable', { width: 200, link: 'b' })])]),
  });
  settle(30, {
    fileId: fullOf(30).fileId,
    outcome: 'stored',
    sha256: B,
    bytes: 7,
    mime: 'image/png',
    ext: 'png',
    width: 200,
    height: null,
  });

  const refs = [7, 8].map((chatId) => ({ accountId, mediaId: 30, chatId }));
  expect(index.read('mediaDetails', { refs, whole: true })).toMatchObject([
    { chatId: 7, sha256: A, whole: { bytes: 100, mime: 'image/jpeg', ext: 'jpg' } },
    { chatId: 8, sha256: B, whole: { bytes: 7, mime: 'image/png', ext: 'png' } },
  ]);
});

test('an item tells the messages of other items that have the same file, and leaves out what was removed', () => {
  const copies = (mediaId: number) =>
    index.read('mediaItem', { accountId, mediaId })?.copies.map(({ chatId, id }) => ({ chatId, id }));
  settle(20, stored(fullOf(30).fileId), stored(fullOf(10).fileId), stored(fullOf(31).fileId, B));
  expect(copies(30)).toEqual([{ chatId: 7, id: 1 }]);
  expect(copies(10)).toEqual([{ chatId: 7, id: 3 }]);
  expect(copies(31)).toEqual([]);
  const selection = { filter: EVERYTHING, spans: [], include: [{ accountId, mediaId: 10 }], exclude: [] };
  const removal = index.write('beginRemoval', { at: 30 });
  for (let after: string | null = null, ended = false; !ended; ended = after === null) {
    ({ next: after } = index.write('removeMedia', { removal, selection, after, limit: 10, at: 30 }));
  }
  expect(copies(30)).toEqual([]);
});
