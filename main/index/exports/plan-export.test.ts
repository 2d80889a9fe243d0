import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  EXPORT_MESSAGE_MEDIA,
  mediaValues,
  EXPORT_MESSAGES,
  EXPORT_MISSING,
  EXPORT_TRASHED,
} from './export-messages.ts';
import { EXPORT_EDITS, EXPORT_LABELS, EXPORT_PAPERS, EXPORT_STATES } from './export-papers.ts';
import { EXPORT_ITEMS } from './reads.ts';
import { type TargetRules } from '../../naming/target-names.ts';
import { type MediaSelection } from '../../contract/browse-shapes.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { type ExportItemRow, type PlanSlice } from './calls.ts';
import { openForTest, saveSampleAccount, type TestIndex } from '../testing/open-for-test.ts';
import { LISTED, sampleMedia, sampleMessage, samplePage } from '../testing/sample-pages.ts';

const RULES: TargetRules = {
  nameBytes: 255,
  pathLength: 4000,
  pathUnit: 'bytes',
  fileBytes: 1000,
  folderSlots: null,
  noPercent: false,
};
const ALL: MediaSelection = { filter: EVERYTHING, spans: null, include: [], exclude: [] };

let index: TestIndex;
let accountId: number;
let jobId: number;

beforeEach(() => {
  index = openForTest();
  accountId = saveSampleAccount(index);
  // Media 10 to 17, one in each message; 12 stands in both chats.
  list(7, [1, 2, 3, 4]);
  list(8, [5, 6, 7, 8]);
  list(8, [9], [12]);
  store([10, 11, 12, 13, 14, 15, 16]);
  jobId = open('a');
});
afterEach(() => {
  index.close();
});

function open(identity: string): number {
  return index.write('openExport', {
    identity,
    token: identity,
    dir: '/out',
    options: '{}',
    at: 1,
    version: '1',
    timeZone: 'UTC',
  }).job.id;
}

function list(chat: number, ids: readonly number[], media: readonly number[] = ids.map((id) => 9 + id)): void {
  const [row] = index.write('saveChats', {
    accountId,
    runId: null,
    at: 0,
    chats: [{ id: chat, lastMessageId: null, lastMessageChangedAt: null, unreadCount: null, raw: '{}' }],
  });
  index.write('applyPage', {
    ...LISTED,
    accountId,
    chatKey: row?.key ?? 0,
    page: samplePage(ids.map((id, at) => sampleMessage(id, [sampleMedia(media[at] ?? 0)]))),
  });
}

function store(mediaIds: readonly number[], letter = 'a', bytes = 5): void {
  const jobs = index.read('nextFiles', { accountId, chatKeys: [], lane: 'any', now: 9, exclude: [], limit: 100 });
  index.write('settleFiles', {
    runId: null,
    at: 2,
    results: jobs
      .filter((job) => job.variant === 'full' && mediaIds.includes(job.mediaId))
      .map((job) => ({
        fileId: job.fileId,
        outcome: 'stored' as const,
        sha256: letter + String(job.mediaId).padStart(63, '0'),
        bytes,
        mime: 'image/jpeg',
        ext: 'jpg',
        width: null,
        height: null,
      })),
  });
}

function plan(selection: MediaSelection = ALL, template = '{mediaId}', limit = 3): number {
  let slices = 0;
  for (let after: string | null = null; ;) {
    const slice: PlanSlice = index.write('planExport', { jobId, selection, template, rules: RULES, after, limit });
    slices += 1;
    if (slice.next === null) {
      return slices;
    }
    after = slice.next;
  }
}

const items = (): ExportItemRow[] => index.read('exportItems', { jobId, after: 0, limit: 500 });

describe('a plan', () => {
  test('has every item once, oldest first, whatever the slices', () => {
    expect(plan()).toBeGreaterThan(2);
    const once = items().map(({ seq, mediaId, state, path }) => [seq, mediaId, state, path]);
    expect(once).toEqual([
      [1, 10, 'planned', '10.jpg'],
      [2, 11, 'planned', '11.jpg'],
      [3, 13, 'planned', '13.jpg'],
      [4, 14, 'planned', '14.jpg'],
      [5, 15, 'planned', '15.jpg'],
      [6, 16, 'planned', '16.jpg'],
      [7, 17, 'unavailable', null],
      [8, 12, 'planned', '12.jpg'],
    ]);
    plan(ALL, '{mediaId}', 100);
    expect(items().map(({ seq, mediaId, state, path }) => [seq, mediaId, state, path])).toEqual(once);
  });

  test('of named chats has an item for each chat it stands in, under names of their own', () => {
    plan({ ...ALL, filter: { ...EVERYTHING, chatIds: [8, 7] } }, '{mediaId}', 2);
    expect(
      items()
        .filter(({ mediaId }) => mediaId === 12)
        .map(({ chatId, path, clash }) => [chatId, path, clash]),
    ).toEqual([
      [7, '12.jpg', false],
      [8, '12~12.jpg', true],
    ]);
    expect(items()).toHaveLength(9);
  });

  test('leaves out exceptions, or has just those that are listed', () => {
    plan({ ...ALL, exclude: [10, 12].map((mediaId) => ({ accountId, mediaId })) });
    expect(items().map(({ mediaId }) => mediaId)).toEqual([11, 13, 14, 15, 16, 17]);
    jobId = open('b');
    plan({ ...ALL, spans: [], include: [16, 10, 99].map((mediaId) => ({ accountId, mediaId })) }, '{mediaId}', 2);
    expect(items().map(({ mediaId }) => mediaId)).toEqual([16, 10]);
  });

  test('of spans has what lies in them, with what was included beside', () => {
    const rows = index.read('media', { ...EVERYTHING, limit: 10, after: null }).rows.toReversed();
    const key = (at: number): { sentAt: number; order: number } => ({
      sentAt: rows[at]?.sentAt ?? 0,
      order: Number(index.db.get<{ key: number }>('SELECT key FROM media WHERE id = ?', rows[at]?.id ?? 0)?.key ?? 0),
    });
    const spans = [
      { newest: key(5), oldest: key(4) },
      { newest: key(1), oldest: key(0) },
    ];
    plan({ ...ALL, spans, include: [{ accountId, mediaId: 12 }] }, '{mediaId}', 1);
    expect(items().map(({ mediaId }) => mediaId)).toEqual([10, 11, 15, 16, 12]);
  });

  test('names by labels', () => {
    const label = index.write('saveLabel', { id: null, name: 'Holiday', at: 1 })?.id ?? 0;
    const include = [{ accountId, mediaId: 11 }];
    index.write('applyLabel', { selection: { ...ALL, spans: [], include }, labelId: label, on: true, at: 1 });
    plan(ALL, '{label}/{mediaId}');
    expect(items().map(({ path }) => path)).toEqual(
      expect.arrayContaining(['no label/10.jpg', 'Holiday/11.jpg', 'no label/12.jpg']),
    );
  });

  test('names by account, and keeps its name when that changes: one folder for each', () => {
    plan(ALL, '{account}/{mediaId}');
    list(7, [20], [90]);
    store([90]);
    saveSampleAccount(index, 'Another');
    plan(ALL, '{account}/{mediaId}');
    const folders = new Set(items().flatMap(({ path }) => (path === null ? [] : path.split('/')[0])));
    expect([...folders]).toEqual(['One']);
    expect(items().map(({ path }) => path)).toContain('One/90.jpg');
  });

  test('keeps numbers and paths when items are added, and gives what has come its path', () => {
    plan(ALL, '{counter}');
    list(7, [20], [90]);
    store([17, 90]);
    plan(ALL, '{counter}');
    expect(items().map(({ mediaId, path }) => [mediaId, path])).toEqual([
      [10, '1.jpg'],
      [11, '2.jpg'],
      [13, '3.jpg'],
      [14, '4.jpg'],
      [15, '5.jpg'],
      [16, '6.jpg'],
      [17, '7.jpg'],
      [12, '8.jpg'],
      [90, '9.jpg'],
    ]);
  });

  test('wants a file again when the library has other bytes for it, under the same path', () => {
    plan();
    settle(1, 'a');
    expect(items()[0]).toMatchObject({ state: 'done' });
    index.write('forgetBlobs', { at: 3, runId: null, sha256: [`a${'10'.padStart(63, '0')}`] });
    plan();
    // Lost in the library, still there in the export.
    expect(items()[0]).toMatchObject({ state: 'done', path: '10.jpg' });
    store([10], 'b');
    plan();
    expect(items()[0]).toMatchObject({ state: 'planned', path: '10.jpg', sha256: `b${'10'.padStart(63, '0')}` });
  });

  test('fills folders no further than the target lets it, over slices and runs', () => {
    const rules = { ...RULES, folderSlots: 8 };
    const add = (): void => {
      for (let after: string | null = null; ;) {
        const input = { jobId, selection: ALL, template: '{kind}/{mediaId}', rules, after, limit: 2 };
        const slice: PlanSlice = index.write('planExport', input);
        if (slice.next === null) {
          return;
        }
        after = slice.next;
      }
    };
    add();
    const before = items().map(({ path }) => path);
    store([17]);
    add();
    const paths = items().map(({ path }) => path);
    const counts = new Map<string, number>();
    for (const path of paths.filter((each) => each !== null)) {
      const folder = path.slice(0, path.lastIndexOf('/'));
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    // Two names of four entries each in a folder.
    expect([...counts.values()]).toEqual([2, 2, 2, 2]);
    expect(paths.filter((path) => before.includes(path))).toHaveLength(before.length - 1);
  });

  test('refuses what the target cannot hold, item by item', () => {
    store([17], 'c', 5000);
    plan();
    expect(items().find(({ mediaId }) => mediaId === 17)).toMatchObject({ state: 'failed', reason: 'too_large' });
    expect(index.read('exportTotals', { jobId })).toMatchObject({
      items: 8,
      states: { planned: 7, failed: 1, unavailable: 0 },
      plannedBytes: 35,
      clashes: 0,
    });
  });

  test('is forgotten a few rows at a time', () => {
    plan();
    let steps = 1;
    while (index.write('dropExport', { jobId, limit: 3 })) {
      steps += 1;
    }
    expect(steps).toBe(3);
    expect(items()).toEqual([]);
    expect(index.read('exportJob', { identity: 'a' })).toBeNull();
  });
});

function settle(seq: number, letter: string, path = '10.jpg'): void {
  index.write('settleExport', {
    jobId,
    at: 3,
    version: '1',
    results: [{ seq, state: 'done', path, written: letter + '10'.padStart(63, '0'), writtenMs: 1, method: 'copy' }],
  });
}

test('a name that another item has is not given twice', () => {
  plan();
  settle(1, 'a', '11.JPG');
  expect(items()[0]).toMatchObject({ state: 'failed', reason: 'name_taken' });
});

test('an export is found by its identity, and by its token when its folder has moved', () => {
  const again = index.write('openExport', {
    identity: 'new',
    token: 'a',
    dir: '/moved',
    options: '{}',
    at: 2,
    version: '1',
    timeZone: 'UTC',
  });
  expect(again).toMatchObject({ created: false, job: { id: jobId, identity: 'new', dir: '/moved' } });
});

test('pages of a plan and of its papers are read from an index in order', () => {
  const steps = [...explain(EXPORT_ITEMS, [1, 0, 10]), ...explain(EXPORT_PAPERS, [1, 0, 0, 0, 10])];
  expect(steps.filter((step) => step.startsWith('SCAN') || step.includes('TEMP B-TREE'))).toEqual([]);
  // The media of one page are few enough to be sorted.
  expect(
    explain(EXPORT_MESSAGE_MEDIA, ['[]', ...mediaValues(1, 1)]).filter((step) => /SCAN (?!k VIRTUAL TABLE)/.test(step)),
  ).toEqual([]);
  for (const sql of [EXPORT_LABELS, EXPORT_STATES, EXPORT_EDITS]) {
    expect(explain(sql, ['[]']).filter((step) => /SCAN (?!k VIRTUAL TABLE)/.test(step))).toEqual([]);
  }
  const more = [
    ...explain(EXPORT_MISSING, [1, 0, 0, 0, 10]),
    ...explain(EXPORT_TRASHED, [1, 0, 0, 0, 0, 0, 1, 10]),
    ...explain(`${EXPORT_MESSAGES} ORDER BY s.id LIMIT 10`, [1, 0, 0, 0]),
  ];
  expect(more.filter((step) => /SCAN (?!k VIRTUAL TABLE)|TEMP B-TREE FOR ORDER BY/.test(step))).toEqual([]);
  expect(steps[0]).toBe('SEARCH e USING PRIMARY KEY (job_id=? AND seq>?)');
});

function explain(sql: string, values: readonly (number | string)[]): string[] {
  return index.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map((row) => row.detail);
}

test('presets are kept by name', () => {
  index.write('saveExportPreset', { name: 'Mine', options: '{"a":1}', at: 1 });
  index.write('saveExportPreset', { name: 'Mine', options: '{"a":2}', at: 2 });
  expect(index.read('exportPresets', {})).toEqual([{ name: 'Mine', options: '{"a":2}' }]);
  index.write('removeExportPreset', { name: 'Mine' });
  expect(index.read('exportPresets', {})).toEqual([]);
});
