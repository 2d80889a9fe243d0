/** Copies of the library as a page asks for them: kept beside it, moved to, restored from. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CopyOrder, LibraryCopy } from '../../contract/backup-shapes.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { AppRig } from '../testing/app-rig.ts';

let rig: AppRig;
let number = 0;
let to = '';
beforeAll(async () => {
  rig = await AppRig.start({ library: true });
  await rig.fill();
});
beforeEach(() => {
  number += 1;
  to = join(rig.folder, `copy-${String(number)}`);
});
afterAll(async () => {
  await rig.end();
});

/** Begins a copy and answers its end; `onStep` hears every telling until then. */
async function ended(order: CopyOrder, onStep?: (copy: LibraryCopy) => void): Promise<LibraryCopy> {
  const end = Promise.withResolvers<LibraryCopy>();
  const stop = rig.app.subscribe('backup.progress', (copy) => {
    onStep?.(copy);
    if (copy.endedAt !== null) {
      end.resolve(copy);
    }
  });
  try {
    await rig.ask('backup.start', order);
    return await end.promise;
  } finally {
    stop();
  }
}

const backup = (): CopyOrder => ({ kind: 'backup', from: null, to });
const refusal = (call: Promise<unknown>, code: string, message: RegExp): Promise<void> =>
  expect(call).rejects.toThrow(new RegExp(`${code}.*${message.source}`));
const count = async (): Promise<number> => (await rig.ask('media.counts', { filter: EVERYTHING })).count;

describe('backup', () => {
  test('tells its steps, is remembered by the library, and names what could not be copied', async () => {
    expect(await rig.ask('backup.state', {})).toMatchObject({ copy: null, last: null });
    const phases = new Set<string>();
    const first = await ended(backup(), ({ phase }) => phases.add(phase));
    expect(first).toMatchObject({ kind: 'backup', to, error: null, damaged: 0, missing: 0, there: 0, lost: [] });
    expect(first.copied).toBeGreaterThan(0);
    expect(phases.has('index')).toBe(true);
    expect(await rig.ask('backup.state', {})).toMatchObject({ copy: first, last: { to, newer: 0 } });

    const [stored] = (
      await rig.ask('media.page', { filter: { ...EVERYTHING, states: ['stored'] }, after: null, limit: 1 })
    ).rows;
    const item = await rig.ask('media.item', { accountId: stored?.accountId ?? 0, mediaId: stored?.id ?? 0 });
    const full = item.files.find(({ variant }) => variant === 'full');
    const sha = full?.sha256 ?? '';
    const path = join(rig.folder, 'library', 'files', sha.slice(0, 2), sha.slice(2, 4), `${sha}.${full?.ext ?? ''}`);
    const bytes = await readFile(path);
    await rm(path);
    const whole = await ended(backup());
    expect(whole).toMatchObject({ copied: 0, there: first.copied, missing: 0 });
    to = `${to}-other`;
    expect(await ended(backup())).toMatchObject({ missing: 1, lost: [path], error: null });
    expect((await rig.ask('backup.state', {})).last).toMatchObject({ to, missing: 1 });
    await writeFile(path, bytes);
  });

  test('one at a time; what takes files away waits for it, and it for that', async () => {
    const busy: Promise<void>[] = [];
    const copy = await ended(backup(), ({ endedAt }) => {
      if (busy.length === 0 && endedAt === null) {
        busy.push(
          refusal(rig.ask('backup.start', backup()), 'busy', /A backup is running/),
          refusal(rig.ask('trash.empty', { refs: null }), 'busy', /A backup is running/),
          refusal(rig.ask('library.check', { deep: false, repair: true }), 'busy', /A backup is running/),
          refusal(rig.ask('library.choose', { path: join(rig.folder, 'other') }), 'busy', /A backup is running/),
        );
      }
    });
    await Promise.all(busy);
    expect(busy).toHaveLength(4);
    expect(copy.error).toBeNull();
    const emptying = rig.ask('trash.empty', { refs: null });
    await refusal(rig.ask('backup.start', backup()), 'busy', /trash is being emptied/);
    await emptying;
  });

  test('a sync goes on beside it', async () => {
    const copying = ended(backup());
    await rig.ask('sync.start', { accountId: null, chatIds: [], full: true, retryFailed: false });
    await rig.synced();
    expect((await copying).error).toBeNull();
  });

  test('may be stopped, and goes on', async () => {
    const stopping: Promise<unknown>[] = [];
    const copy = await ended(backup(), ({ endedAt }) => {
      if (stopping.length === 0 && endedAt === null) {
        stopping.push(rig.ask('backup.cancel', {}));
      }
    });
    await Promise.all(stopping);
    expect(copy.error).toMatchObject({ code: 'aborted' });
    expect((await ended(backup())).error).toBeNull();
  });

  test('a folder that does not fit ends it with words', async () => {
    to = join(rig.folder, 'library', 'inside');
    expect((await ended(backup())).error).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('lies in the library') as string,
    });
    const from = join(rig.folder, 'library');
    await refusal(rig.ask('backup.start', { kind: 'restore', from, to }), 'usage', /is the library that is open/);
    await refusal(rig.ask('backup.start', { kind: 'restore', from: null, to }), 'not_found', /no library to copy/);
  });
});

describe('move and restore end with another library', () => {
  test('a move: the app works in the new place, the old folder is as it was, what was written last came along', async () => {
    const own = await AppRig.start({ library: true });
    try {
      await own.fill();
      const place = join(own.folder, 'moved');
      const old = join(own.folder, 'library');
      const before = (await own.ask('library.state', {})).path;
      expect(before).toBe(old);
      const end = Promise.withResolvers<LibraryCopy>();
      const during: Promise<unknown>[] = [];
      const labels: Promise<unknown>[] = [];
      own.app.subscribe('backup.progress', (copy) => {
        if (copy.endedAt !== null) {
          end.resolve(copy);
        } else if (during.length === 0) {
          during.push(
            refusal(
              own.ask('sync.start', { accountId: null, chatIds: [], full: false, retryFailed: false }),
              'busy',
              /being moved/,
            ),
          );
          // Written while files are copied.
          labels.push(own.ask('labels.save', { id: null, name: 'made meanwhile' }));
        }
      });
      await own.ask('backup.start', { kind: 'move', from: null, to: place });
      const copy = await end.promise;
      await Promise.all([...during, ...labels]);
      expect(copy).toMatchObject({ kind: 'move', from: old, to: place, error: null, damaged: 0, missing: 0 });
      expect(during).toHaveLength(1);
      expect((await own.ask('library.state', {})).path).toBe(place);
      expect((await own.ask('labels.list', {})).labels.map(({ name }) => name)).toEqual(['made meanwhile']);
      expect(await readdir(place)).not.toContain('backup.json');
      expect(await readdir(old)).toContain('index.sqlite');
      expect(JSON.parse(await readFile(join(own.folder, 'config', 'settings.json'), 'utf8'))).toMatchObject({
        library: place,
      });
      // It is written in its new place, and the account is still known there.
      await own.ask('labels.save', { id: null, name: 'in the new place' });
      await own.ask('sync.start', { accountId: null, chatIds: [], full: false, retryFailed: false });
      await own.synced();
      expect((await own.ask('accounts.list', {})).accounts).toMatchObject([{ status: 'ok' }]);
    } finally {
      await own.end();
    }
  });

  test('a restore: a backup is copied to a place and opened there; the backup stays one', async () => {
    await ended(backup());
    const all = await count();
    const from = to;
    const place = `${to}-restored`;
    const copy = await ended({ kind: 'restore', from, to: place });
    expect(copy).toMatchObject({ error: null, from, to: place, damaged: 0, missing: 0 });
    expect((await rig.ask('library.state', {})).path).toBe(place);
    expect(await count()).toBe(all);
    expect(await readdir(from)).toContain('backup.json');
    expect(await readdir(place)).not.toContain('backup.json');
  });

  test('a move that does not come to its end leaves the app where it was, and writing on', async () => {
    const { path } = await rig.ask('library.state', {});
    const from = to;
    to = join(path, 'inside');
    expect((await ended({ kind: 'move', from: null, to })).error).toMatchObject({ code: 'usage' });
    expect((await ended({ kind: 'restore', from, to })).error).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('lies in the library') as string,
    });
    expect((await rig.ask('library.state', {})).path).toBe(path);
    await rig.ask('labels.save', { id: null, name: `still ${String(number)}` });
  });
});
