/** The trash as a page uses it: what goes, what stays on disk, what comes back. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MediaRef, MediaSelection } from '../../contract/browse-shapes.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { AppRig } from '../testing/app-rig.ts';
import { TrashService } from './service.ts';

let rig: AppRig;
let dragged: (readonly string[])[];
let held: boolean;
async function start(): Promise<void> {
  dragged = [];
  held = true;
  rig = await AppRig.start({
    library: true,
    ports: {
      system: {
        dragOut: (files) => {
          dragged.push(files);
          return Promise.resolve(held);
        },
      },
    },
  });
}
async function startFilled(): Promise<void> {
  await start();
  await rig.fill();
}
const end = (): Promise<void> => rig.end();

const ALL: MediaSelection = { filter: EVERYTHING, spans: null, include: [], exclude: [] };
const named = (refs: readonly MediaRef[]): MediaSelection => ({ ...ALL, spans: [], include: refs });
const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
const count = async (): Promise<number> => (await rig.ask('media.counts', { filter: EVERYTHING })).count;
const sync = async (): Promise<void> => {
  await rig.ask('sync.start', { accountId: null, chatIds: [], full: true, retryFailed: true });
  await rig.synced();
};
const ref = ({ accountId, id }: { accountId: number; id: number }): MediaRef => ({ accountId, mediaId: id });

async function someStored(many: number) {
  const { rows } = await rig.ask('media.page', {
    filter: { ...EVERYTHING, states: ['stored'], kinds: ['photo'] },
    after: null,
    limit: many,
  });
  return rows;
}

async function fileOf(mediaRef: MediaRef): Promise<{ sha256: string; path: string }> {
  const { files } = await rig.ask('media.item', mediaRef);
  const full = files.find(({ variant }) => variant === 'full');
  const { sha256 = null, ext = null } = full ?? {};
  if (sha256 === null || ext === null) {
    throw new Error('not stored');
  }
  return { sha256, path: rig.app.core().store.pathOf(sha256, ext) };
}

describe('removing', () => {
  beforeAll(startFilled);
  afterAll(end);

  test('a whole library, a full sync over it, and taking it back', async () => {
    const before = await count();
    const changes: unknown[] = [];
    rig.app.subscribe('library.changed', (change) => {
      changes.push(change);
    });
    const { changed, undo } = await rig.ask('media.remove', { selection: ALL });
    expect(changed).toBe(before);
    expect(changes).toContainEqual({ accountId: null, chatIds: null, months: null, chats: true });
    expect(await count()).toBe(0);
    await sync();
    expect(await count()).toBe(0);
    const { total, removed } = await rig.ask('ledger.get', { accountId: null, chatId: null });
    expect(total).toMatchObject({ listed: 0, stored: 0, pending: 0 });
    expect(removed).toBe(before);
    expect(await rig.ask('media.restoreRemoved', { undo: undo ?? 0 })).toEqual({ restored: before });
    expect(await count()).toBe(before);
    expect(await rig.ask('trash.summary', {})).toEqual({ count: 0, bytes: 0 });
    const again = await rig.app.call('media.restoreRemoved', { undo }, new AbortController().signal);
    expect(again).toMatchObject({ error: { code: 'not_found' } });
  });

  test('stands in the history of what was brought back', async () => {
    const [first] = await someStored(1);
    if (first === undefined) {
      throw new Error('nothing is stored');
    }
    const states = async (): Promise<string[]> =>
      (await rig.ask('media.item', ref(first))).history.map(({ state }) => state);
    const before = await states();
    const { undo } = await rig.ask('media.remove', { selection: named([ref(first)]) });
    await rig.ask('media.restoreRemoved', { undo: undo ?? 0 });
    expect(await states()).toEqual(['restored', 'removed', ...before]);
  });

  test('is not part of an export', async () => {
    const [first] = await someStored(1);
    if (first === undefined) {
      throw new Error('nothing is stored');
    }
    const before = await rig.ask('selection.summary', { selection: ALL });
    await rig.ask('media.remove', { selection: named([ref(first)]) });
    const after = await rig.ask('selection.summary', { selection: named([ref(first)]) });
    expect(after.count).toBe(0);
    expect((await rig.ask('selection.summary', { selection: ALL })).states.stored).toBe(before.states.stored - 1);
  });
});

describe('emptying', () => {
  beforeEach(startFilled);
  afterEach(end);

  test('deletes the file and its small pictures, and nothing that a kept item has', async () => {
    const rows = await someStored(200);
    const [first, second] = rows;
    if (first === undefined || second === undefined) {
      throw new Error('too little is stored');
    }
    const gone = await fileOf(ref(first));
    const kept = await fileOf(ref(second));
    const thumb = await rig.app.files.thumb(first.accountId, first.id, 160);
    expect(await isThere(thumb?.path ?? '')).toBe(true);
    await rig.ask('media.remove', { selection: named([ref(first)]) });
    expect(await isThere(gone.path)).toBe(true);
    const page = await rig.ask('trash.page', { after: null, limit: 10 });
    expect(page.rows.map(({ entry }) => entry.id)).toEqual([first.id]);
    const emptied = await rig.ask('trash.empty', { refs: null });
    expect(emptied.media).toBe(1);
    expect(emptied.files).toBeGreaterThanOrEqual(1);
    expect(await isThere(gone.path)).toBe(false);
    expect(await isThere(thumb?.path ?? '')).toBe(false);
    expect(await isThere(kept.path)).toBe(true);
    expect(await rig.app.files.media(first.accountId, first.id, 'full')).toBeNull();
    await sync();
    expect(await isThere(gone.path)).toBe(false);
    await rig.ask('library.check', { deep: true, repair: false });
    await expect.poll(async () => (await rig.ask('library.lastCheck', {}))?.endedAt ?? null).not.toBeNull();
    expect(await rig.ask('library.lastCheck', {})).toMatchObject({ missing: 0, corrupt: 0, orphan: 0 });
  });

  test('waits for nothing and harms nothing while a sync runs: it is refused', async () => {
    await rig.ask('media.remove', { selection: ALL });
    await rig.ask('sync.start', { accountId: null, chatIds: [], full: true, retryFailed: true });
    const answer = await rig.app.call('trash.empty', { refs: null }, new AbortController().signal);
    await rig.synced();
    expect(answer).toMatchObject({ error: { code: 'busy' } });
    expect((await rig.ask('trash.empty', { refs: null })).media).toBeGreaterThan(0);
  });

  test('asked for twice at once keeps syncs away until the second has ended', async () => {
    await rig.ask('media.remove', { selection: ALL });
    const trash = new TrashService({ core: rig.app.core(), blockedBy: () => null, onChange: () => undefined });
    const refs = (await rig.ask('trash.page', { after: null, limit: 100 })).rows.map(({ entry }) => ref(entry));
    const [first, second] = [refs.slice(0, 50), refs.slice(50)].map((part) => trash.empty({ refs: part }));
    expect((await first)?.media).toBe(50);
    expect(trash.isEmptying).toBe(true);
    expect((await second)?.media).toBe(refs.length - 50);
    expect(trash.isEmptying).toBe(false);
  });

  test('killed between index and disk leaves a file too many, which a check finds', async () => {
    const [first] = await someStored(1);
    if (first === undefined) {
      throw new Error('nothing is stored');
    }
    const { path, sha256 } = await fileOf(ref(first));
    await rig.ask('media.remove', { selection: named([ref(first)]) });
    // The first half alone, as if the process had ended there.
    await rig.app.core().index.write.emptyTrash({ which: { all: true }, limit: 500, at: 1 });
    expect(await isThere(path)).toBe(true);
    expect(await rig.app.core().index.read.knownBlobs({ sha256: [sha256] })).toEqual([]);
    await rig.ask('library.check', { deep: false, repair: false });
    await expect.poll(async () => (await rig.ask('library.lastCheck', {}))?.endedAt ?? null).not.toBeNull();
    const report = await rig.ask('library.lastCheck', {});
    expect(report).toMatchObject({ missing: 0 });
    expect(report?.orphan).toBeGreaterThanOrEqual(1);
  });
});

describe('kept searches', () => {
  beforeAll(start);
  afterAll(end);

  test('come back as they were kept, and one of another version is left out', async () => {
    const filter = { ...EVERYTHING, minMs: 60_000, labels: [1] };
    const order = { by: 'size', descending: true } as const;
    const { id } = await rig.ask('searches.save', { id: null, name: 'Long', filter, order });
    await rig.app.core().index.write.saveSearch({ id: null, name: 'Strange', query: '{"filter":{"x":1}}', at: 1 });
    expect(await rig.ask('searches.list', {})).toEqual({ searches: [{ id, name: 'Long', filter, order }] });
    await rig.ask('searches.rename', { id, name: 'Longer' });
    await rig.ask('searches.remove', { id });
    await rig.ask('searches.restore', { id });
    expect((await rig.ask('searches.list', {})).searches).toMatchObject([{ name: 'Longer', filter }]);
  });
});

describe('dragging out', () => {
  beforeAll(startFilled);
  beforeEach(() => {
    dragged = [];
    held = true;
  });
  afterAll(end);

  test('of what is not stored is refused', async () => {
    const answer = await rig.app.call(
      'system.dragOut',
      { refs: [{ accountId: 1, mediaId: 9_999_999 }] },
      new AbortController().signal,
    );
    expect(answer).toMatchObject({ error: { code: 'not_found' } });
    expect(dragged).toEqual([]);
  });

  test('that is ready too late is refused, and the same drag again begins with the files that were made', async () => {
    const refs = (await someStored(2)).map(ref);
    held = false;
    const late = await rig.app.call('system.dragOut', { refs }, new AbortController().signal);
    expect(late).toMatchObject({ error: { code: 'busy', hint: 'Drag again: they are ready now.' } });
    held = true;
    await rig.ask('system.dragOut', { refs });
    await rig.ask('system.dragOut', { refs });
    const [first, second, third] = dragged;
    expect(second).toEqual(first);
    expect(third).not.toEqual(second);
  });

  test('hands over copies under the names of an export, never the files of the library', async () => {
    const rows = await someStored(2);
    await rig.ask('system.dragOut', { refs: [...rows.map(ref), { accountId: 1, mediaId: 9_999_999 }] });
    const [files = []] = dragged;
    expect(files).toHaveLength(2);
    expect(files.every((file) => /[\\/]\d{4}-\d\d-\d\d \d{6} \d+\.\w+$/.test(file))).toBe(true);
    expect(files.some((file) => file.startsWith(join(rig.folder, 'library')))).toBe(false);
    // The last test: the app ends.
    await rig.app.shutdown();
    expect(await Promise.all(files.map(isThere))).toEqual([false, false]);
  });
});
