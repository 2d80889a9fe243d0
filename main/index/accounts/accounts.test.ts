import type { RunCounters } from '../../contract/shapes.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openForTest, type TestIndex } from '../testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';
import { closeKilledRuns } from '../runs/writes.ts';

let index: TestIndex;
beforeEach(() => {
  index = openForTest();
});
afterEach(() => {
  index.close();
});

const save = (identity: string, userId: number | null, name = 'One') =>
  index.write('saveAccount', {
    apiBase: 'https://api.example',
    identity,
    userId,
    username: null,
    name,
    ratePerMinute: 30,
    at: 1,
  });
const chat = (id: number, lastMessageId: number | null) => ({
  id,
  lastMessageId,
  lastMessageChangedAt: null,
  unreadCount: null,
  raw: '{}',
});
const user = (id: number, name: string | null) => ({ id, name, username: null, displayName: null, avatarUrl: null });
const NOTHING: RunCounters = {
  chats: 0,
  pages: 0,
  messages: { seen: 0, new: 0, changed: 0, bad: 0 },
  files: { downloaded: 0, bytes: 0, deduplicated: 0, resumed: 0, refreshedUrls: 0, failed: 0 },
  waitedMs: 0,
  requests: 0,
  wastedBytes: 0,
  errors: { http_500: 2 },
};

test('the same identity is the same account, under its newest name', () => {
  const first = save('user:1', 1);
  expect(save('user:1', null, 'Renamed')).toEqual({ ...first, name: 'Renamed' });
  expect(save('user:2', 2).id).not.toBe(first.id);
  expect(index.read('accounts', {})).toHaveLength(2);
});

test('an account says when it needs attention and what it keeps', () => {
  const { id } = save('user:1', 1);
  index.write('setAccountStatus', { accountId: id, status: 'needsAttention', reason: 'key refused', at: 2 });
  index.write('setWholeConversations', { accountId: id, on: true });
  expect(index.read('accounts', {})).toMatchObject([
    { status: 'needsAttention', statusReason: 'key refused', wholeConversations: true },
  ]);
});

test('removing an account keeps its archive, and adding it again brings it back', () => {
  const empty = save('user:9', 9);
  index.write('removeAccount', { accountId: empty.id });
  const { id } = save('user:1', 1);
  index.write('saveChats', { accountId: id, runId: null, at: 1, chats: [chat(7, null)] });
  index.write('removeAccount', { accountId: id });
  expect(index.read('accounts', {})).toEqual([]);
  expect(index.read('chats', { accountId: null, after: null, limit: 10 })).toHaveLength(1);
  expect(save('user:1', 1).id).toBe(id);
});

test('once the account knows its own id, its messages are its own', () => {
  const { id } = save('connection:x', null);
  const [row] = index.write('saveChats', { accountId: id, runId: null, at: 1, chats: [chat(7, null)] });
  index.write('applyPage', {
    ...LISTED,
    accountId: id,
    chatKey: row?.key ?? 0,
    page: samplePage([sampleMessage(2, [sampleMedia(20)], { senderId: 55 }), sampleMessage(1, [sampleMedia(10)])]),
  });
  const mine = () =>
    index
      .read('media', {
        accountId: id,
        chatIds: [],
        kinds: [],
        states: [],
        from: null,
        to: null,
        sender: 'me',
        text: null,
        limit: 5,
        after: null,
      })
      .rows.map((item) => item.id);
  expect(mine()).toEqual([20]);
  save('connection:x', 7);
  expect(mine()).toEqual([10]);
});

test('chats come back in the order asked, with what the list said of their newest message', () => {
  const { id } = save('user:1', 1);
  const rows = index.write('saveChats', { accountId: id, runId: null, at: 1, chats: [chat(9, 90), chat(7, null)] });
  expect(rows.map((row) => [row.id, row.probeMessageId, row.complete, row.media])).toEqual([
    [9, 90, false, 0],
    [7, null, false, 0],
  ]);
  index.write('chatWalked', { chatKey: rows[0]?.key ?? 0, at: 2, probeMessageId: 90 });
  expect(index.read('chatById', { accountId: id, id: 9 })?.syncedProbeId).toBe(90);
  expect(index.read('chats', { accountId: id, after: rows[0]?.key ?? 0, limit: 10 }).map((row) => row.id)).toEqual([7]);
});

test('names are asked for once in a while, and a new name is told', () => {
  const { id } = save('user:1', 1);
  index.write('saveChats', { accountId: id, runId: null, at: 1, chats: [chat(7, null), chat(8, null)] });
  const due = (before: number) => index.read('namesDue', { accountId: id, before, chatKeys: null, limit: 10 });
  expect(due(0)).toEqual([7, 8]);
  index.write('saveUsers', { accountId: id, runId: 3, at: 100, users: [user(7, 'Zoë')], asked: [7, 8] });
  expect(due(0)).toEqual([]);
  expect(due(101)).toEqual([7, 8]);
  index.write('saveUsers', {
    accountId: id,
    runId: 4,
    at: 200,
    users: [user(7, 'Zoe'), user(8, 'Eight')],
    asked: [7, 8],
  });
  expect(index.read('changes', { sinceRun: null, sinceAt: null, after: null, limit: 10 })).toMatchObject([
    { field: 'chat.name', chatId: 7, before: 'Zoë', after: 'Zoe', runId: 4 },
  ]);
  expect(index.read('chatById', { accountId: id, id: 8 })?.name).toBe('Eight');
  expect(index.db.all("SELECT rowid FROM name_fts WHERE name_fts MATCH 'zoe'")).toHaveLength(1);
  index.db.run("INSERT INTO name_fts (name_fts, rank) VALUES ('integrity-check', 1)");
});

test('a run shows what it did, even when it was killed', () => {
  const begin = (at: number) => index.write('startRun', { accountId: null, kind: 'sync', at, version: '1.0', pid: 4 });
  const killed = begin(1);
  index.write('noteRun', { runId: killed, counters: NOTHING });
  closeKilledRuns(index.db);
  const done = begin(2);
  index.write('endRun', { runId: done, at: 3, outcome: 'complete', counters: { ...NOTHING, pages: 8 } });
  expect(index.read('runs', { limit: 10, id: null })).toMatchObject([
    { id: done, outcome: 'complete', endedAt: 3, counters: { pages: 8 } },
    { id: killed, outcome: 'interrupted', endedAt: null, counters: NOTHING },
  ]);
  expect(index.read('runs', { limit: 10, id: killed })).toHaveLength(1);
});

test('counts of another version are shown as far as this one knows them, or not at all', () => {
  const id = index.write('startRun', { accountId: null, kind: 'watch', at: 1, version: '1.0', pid: 4 });
  index.write('endRun', { runId: id, at: 3, outcome: 'complete', counters: NOTHING });
  const shown = (counters: unknown) => {
    index.db.run('UPDATE run SET counters = ? WHERE id = ?', JSON.stringify(counters), id);
    return index.read('runs', { limit: 10, id })[0]?.counters;
  };
  const files = { ...NOTHING.files, stolen: 1 };
  expect(shown({ ...NOTHING, more: {}, files, errors: { io: 2 } })).toEqual({ ...NOTHING, errors: { io: 2 } });
  expect(JSON.stringify(shown(NOTHING))).toBe(JSON.stringify(NOTHING));
  const { bytes: _bytes, ...few } = NOTHING.files;
  for (const other of [
    null,
    [],
    7,
    { ...NOTHING, pages: '8' },
    { ...NOTHING, files: few },
    { ...NOTHING, errors: { io: null } },
  ]) {
    expect(shown(other)).toBeNull();
  }
  index.db.run("UPDATE run SET kind = 'walk'");
  expect(() => index.read('runs', { limit: 10, id })).toThrow('walk');
});
