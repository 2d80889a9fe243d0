/** One id in two accounts: chats, messages and media of one are never told of the other. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openForTest, type TestIndex } from './testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from './testing/sample-pages.ts';
import { EVERYTHING } from '../contract/shapes.ts';
import { rulesFor } from '../naming/target-names.ts';

const SHA = 'cd'.repeat(32);
let index: TestIndex;
beforeEach(() => {
  index = openForTest();
});
afterEach(() => {
  index.close();
});

function list(accountId: number, at: number, text: string, state: 'viewable' | 'locked'): number {
  const runId = index.write('startRun', { accountId, kind: 'sync', at, version: 'test', pid: 1 });
  const [chat] = index.write('saveChats', {
    accountId,
    runId,
    at,
    chats: [{ id: 7, lastMessageId: 70, lastMessageChangedAt: null, unreadCount: null, raw: '{}' }],
  });
  index.write('applyPage', {
    ...LISTED,
    accountId,
    chatKey: chat?.key ?? 0,
    runId,
    at,
    page: samplePage([sampleMessage(70, [sampleMedia(5, state)], { text })]),
    range: { hi: 70, lo: 0, nextCursor: null },
  });
  return runId;
}

test('the history of an item, its changes and its papers are those of its own account', () => {
  const [one, two] = ['user:1', 'user:2'].map(
    (identity) =>
      index.write('saveAccount', {
        apiBase: 'https://api.example',
        identity,
        userId: null,
        username: null,
        name: identity,
        ratePerMinute: null,
        at: 0,
      }).id,
  );
  if (one === undefined || two === undefined) {
    throw new Error('no account');
  }
  list(one, 10, 'first words', 'locked');
  list(two, 20, 'of the other', 'viewable');
  list(one, 30, 'edited', 'viewable');
  const jobs = index.read('nextFiles', { accountId: one, chatKeys: [], lane: 'any', now: 1e15, exclude: [], limit: 9 });
  index.write('settleFiles', {
    runId: null,
    at: 40,
    results: jobs
      .filter(({ variant }) => variant === 'full')
      .map(({ fileId }) => ({
        fileId,
        outcome: 'stored' as const,
        sha256: SHA,
        bytes: 3,
        mime: 'image/jpeg',
        ext: 'jpg',
        width: null,
        height: null,
      })),
  });

  const statesOf = (accountId: number): string[] | undefined =>
    index.read('mediaItem', { accountId, mediaId: 5 })?.history.map(({ state }) => state);
  expect(statesOf(one)).toContain('viewable');
  expect(statesOf(two)).toEqual([]);

  const changes = index.read('changes', { sinceRun: null, sinceAt: null, after: null, limit: 50 });
  expect(changes.map(({ field, accountId }) => [field, accountId])).toEqual([
    ['message.text', one],
    ['media.state', one],
  ]);

  const { job } = index.write('openExport', {
    identity: 'i',
    token: 't',
    dir: '/x',
    options: '{}',
    at: 50,
    version: 'v',
    timeZone: 'UTC',
  });
  index.write('planExport', {
    jobId: job.id,
    selection: { filter: EVERYTHING, spans: null, include: [], exclude: [] },
    template: '{mediaId}',
    rules: rulesFor({ platform: 'linux', fsType: null, dir: '/x' }),
    after: null,
    limit: 10,
  });
  // Both are taken as written, for papers tell of nothing else.
  index.db.run(
    "UPDATE export_item SET written = x'ab', path = 'p' || seq, state = 1, bytes = coalesce(bytes, 1) WHERE job_id = ?",
    job.id,
  );
  const papers = index.read('exportPapers', { jobId: job.id, after: null, limit: 10, history: true }).rows;
  expect(
    papers.map(({ accountId, history, edits }) => [
      accountId,
      history.map(({ state }) => state),
      edits.map(({ text }) => text),
    ]),
  ).toEqual([
    [one, ['viewable'], ['first words']],
    [two, [], []],
  ]);
});
