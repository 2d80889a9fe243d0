import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bridge } from '../bridge.ts';
import type { CallInput, CallName, CallOutput } from '../calls.ts';
import { EVERYTHING, type ExportOptions, type ExportStatus } from '../../contract/shapes.ts';
import { EXPORT_TOKENS, pageSizeOf, type ExportCheckProgress } from '../../contract/export-shapes.ts';
import { bridgeOf } from '../create-app.ts';
import { AppRig } from '../testing/app-rig.ts';
import { regionOf } from './export-selection.ts';

let rig: AppRig;
let bridge: Bridge;
beforeAll(async () => {
  rig = await AppRig.start({ library: true });
  await rig.fill();
  bridge = bridgeOf(rig.app);
});
afterAll(async () => {
  await rig.end();
});

async function value<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
  const result = await bridge.call(name, input);
  if (!result.ok) {
    throw new Error(`${name}: ${result.error.code} ${result.error.message}`);
  }
  return result.value;
}

const options = (more: Partial<ExportOptions> = {}): ExportOptions => ({
  dir: join(rig.folder, 'out'),
  selection: { filter: EVERYTHING, spans: null, include: [], exclude: [] },
  layout: 'by-chat',
  conflict: 'rename',
  link: 'copy',
  sidecars: [],
  messages: 'none',
  bates: null,
  pageSize: null,
  bag: false,
  zip: false,
  zipBytes: null,
  csvBom: false,
  ...more,
});

function until(that: (status: ExportStatus) => boolean): Promise<ExportStatus> {
  return new Promise((resolve) => {
    const stop = bridge.subscribe('export.progress', (status) => {
      if (that(status)) {
        stop();
        resolve(status);
      }
    });
  });
}
const ended = (): Promise<ExportStatus> => until(({ endedAt }) => endedAt !== null);

describe('exports over the contract', () => {
  test('a preview shows folders, files and sums, and leaves nothing behind', async () => {
    const preview = await value('export.preview', options());
    expect(preview.files).toBeGreaterThan(0);
    expect(preview.folders.reduce((sum, folder) => sum + folder.files, 0)).toBe(preview.files);
    expect(preview.folders.reduce((sum, folder) => sum + folder.bytes, 0)).toBe(preview.bytes);
    expect(preview.entries.length).toBeLessThanOrEqual(200);
    expect(preview.freeBytes).toBeGreaterThan(0);
    expect(await readdir(rig.folder)).not.toContain('out');
    const [one, two] = await Promise.all([
      bridge.call('export.preview', options()),
      value('export.preview', options()),
    ]);
    // Others write to this disk too.
    expect(two).toEqual({ ...preview, freeBytes: expect.any(Number) as number });
    expect(one.ok || one.error.code).toBe('aborted');
  });

  test('a library whose folder is away is not said to have no index', async () => {
    const folder = join(rig.folder, 'library');
    await rename(folder, `${folder} away`);
    const answer = await bridge.call('export.preview', options());
    await rename(`${folder} away`, folder);
    expect(answer).toMatchObject({
      error: { code: 'media_offline', hint: expect.stringContaining('Connect its drive') as string },
    });
  });

  test('a layout that cannot be read is refused with words', async () => {
    for (const name of ['export.preview', 'export.start'] as const) {
      const result = await bridge.call(name, options({ layout: '{nobody}' }));
      expect(result).toMatchObject({ ok: false, error: { code: 'usage' } });
    }
  });

  test('an export runs, tells how far it is, and can be verified', async () => {
    const over = ended();
    expect(await value('export.start', options())).toMatchObject({ state: 'planning', endedAt: null });
    expect(await bridge.call('export.start', options())).toMatchObject({ ok: false, error: { code: 'busy' } });
    const status = await over;
    expect(status).toMatchObject({ state: 'done', failed: 0, method: 'copy', problem: null });
    expect(status.written).toBe(status.files.total);
    expect(await value('export.status', {})).toEqual(status);
    expect(await value('export.verify', { dir: status.dir })).toMatchObject({ missing: 0, changed: 0 });
  });

  test('paused it waits, cancelled it stops, started again it goes on', async () => {
    const dir = join(rig.folder, 'paused');
    await value('export.start', options({ dir }));
    expect(await value('export.pause', {})).toMatchObject({ state: 'paused' });
    const stopped = ended();
    await value('export.cancel', {});
    expect(await stopped).toMatchObject({ state: 'stopped', problem: null });
    const done = ended();
    await value('export.start', options({ dir }));
    await value('export.pause', {});
    await value('export.resume', {});
    expect(await done).toMatchObject({ state: 'done' });
  });

  test('a pause while the plan is made holds: nothing is written until it ends', async () => {
    const dir = join(rig.folder, 'held');
    const told: ExportStatus[] = [];
    const { promise: planned, resolve } = Promise.withResolvers<undefined>();
    const asked: Promise<unknown>[] = [];
    const stop = bridge.subscribe('export.progress', (status) => {
      // Asked for with the first news: on a busy machine the plan may be made before a later question is heard.
      if (asked.length === 0) {
        asked.push(value('export.pause', {}));
      }
      told.push(status);
      // While it plans, the items that are planned count as done.
      if (status.files.total > 0 && status.files.done === 0) {
        resolve(undefined);
      }
    });
    await value('export.start', options({ dir }));
    await planned;
    await Promise.all(asked);
    expect(told.at(-1)?.state).toBe('paused');
    expect(told.at(-1)).toMatchObject({ files: { done: 0 }, filesPerSecond: 0, secondsLeft: null });
    expect((await readdir(dir)).filter((name) => !name.startsWith('.'))).toEqual([]);
    stop();
    const done = ended();
    await value('export.resume', {});
    expect(await done).toMatchObject({ state: 'done', failed: 0 });
  });

  test('the PDF can be paused while it is made, and a resumed one says that it is made again', async () => {
    const dir = join(rig.folder, 'pdf');
    const { promise: laidOut, resolve } = Promise.withResolvers<ExportStatus>();
    const stop = bridge.subscribe('export.progress', (status) => {
      if (status.pdf !== null && status.state === 'papers') {
        resolve(status);
      }
    });
    const done = ended();
    await value('export.start', options({ dir, sidecars: ['pdf'], messages: 'all', pageSize: 'letter' }));
    expect((await laidOut).pdf?.total).toBeGreaterThan(0);
    expect(await value('export.pause', {})).toMatchObject({ state: 'paused' });
    expect(await value('export.resume', {})).toMatchObject({ state: 'papers' });
    stop();
    expect(await done).toMatchObject({ state: 'done', pdf: null });
  });

  test('a check that is given up ends at once', async () => {
    const controller = new AbortController();
    const stop = bridge.subscribe('export.checking', () => {
      controller.abort();
    });
    const { signal } = controller;
    const check = await bridge.call('export.verify', { dir: join(rig.folder, 'held') }, { signal });
    stop();
    expect(check).toMatchObject({ ok: false, error: { code: 'aborted' } });
  });

  test('a folder without a manifest is told in words of a screen', async () => {
    expect(await bridge.call('export.verify', { dir: rig.folder })).toMatchObject({
      error: { code: 'usage', hint: 'Choose the folder of a finished export.' },
    });
  });

  test('what ends an export is told with its words', async () => {
    const file = join(rig.folder, 'file');
    await writeFile(file, '');
    const over = ended();
    await value('export.start', options({ dir: file }));
    expect(await over).toMatchObject({ state: 'failed', problem: { code: 'usage' } });
  });

  test('exports are listed with what stands there, the latest first, and can be repeated as they were', async () => {
    const dir = join(rig.folder, 'listed');
    const over = ended();
    await value('export.start', options({ dir, layout: 'flat', sidecars: ['csv'] }));
    const { written, unavailable } = await over;
    const { rows, more, freshDir } = await value('export.list', { limit: 1 });
    expect(rows).toMatchObject([
      { dir, finished: true, files: written, waiting: 0, failed: 0, unavailable, manner: { layout: 'flat' } },
    ]);
    expect(more).toBe(true);
    expect(freshDir).toBe(join(rig.folder, 'Chatkeep export'));
    const id = rows[0]?.id ?? 0;
    const begun = options({ dir, layout: 'flat', sidecars: ['csv'] });
    expect(await value('export.options', { id })).toEqual(begun);
    expect(await value('export.options', { id: null })).toEqual(begun);
    const again = ended();
    await value('export.start', await value('export.options', { id }));
    expect(await again).toMatchObject({ state: 'done', written: 0, skipped: written });
    expect((await value('export.list', { limit: 100 })).rows.filter((row) => row.dir === dir)).toHaveLength(1);
    expect(await bridge.call('export.options', { id: 999_999 })).toMatchObject({ error: { code: 'not_found' } });
  });

  test('a failure says whose item it is, and what the list sums follows the next run', async () => {
    const dir = join(rig.folder, 'damaged');
    const { rows } = await value('media.page', {
      filter: { ...EVERYTHING, states: ['stored'] },
      after: null,
      limit: 1,
    });
    const item = rows[0] ?? { accountId: 0, id: 0, chatId: 0 };
    const path = (await rig.app.files.media(item.accountId, item.id, 'full'))?.path ?? '';
    const bytes = await readFile(path);
    const run = async (): Promise<ExportStatus> => {
      const over = ended();
      await value('export.start', options({ dir, layout: 'flat' }));
      return await over;
    };
    const failedInList = async (): Promise<number | undefined> =>
      (await value('export.list', { limit: 1 })).rows.find((row) => row.dir === dir)?.failed;
    await writeFile(path, Buffer.alloc(bytes.length, 1));
    const { failures } = await run();
    const failure = { accountId: item.accountId, chatId: item.chatId, mediaId: item.id, reason: 'damaged' };
    expect(failures).toContainEqual(expect.objectContaining(failure));
    expect([await failedInList(), await failedInList()]).toEqual([failures.length, failures.length]);
    await writeFile(path, bytes);
    expect(await run()).toMatchObject({ failed: 0 });
    expect(await failedInList()).toBe(0);
  });

  test('a check tells how far it is and names what is not as it was', async () => {
    const { dir, files } = (await value('export.list', { limit: 1 })).rows[0] ?? { dir: '', files: 0 };
    const told: ExportCheckProgress[] = [];
    const stop = bridge.subscribe('export.checking', (progress) => told.push(progress));
    const [first = '', second = ''] = (await readdir(dir)).filter((name) => /^\d{4}-/.test(name));
    await writeFile(join(dir, first), 'edited');
    await rm(join(dir, second));
    const check = await value('export.verify', { dir });
    stop();
    expect(check).toMatchObject({ missing: 1, changed: 1, ok: check.checked - 2 });
    expect([...check.problems].sort((a, b) => (a.problem < b.problem ? -1 : 1))).toEqual([
      { path: first, problem: 'changed' },
      { path: second, problem: 'missing' },
    ]);
    expect(told[0]).toMatchObject({ dir, checked: 0 });
    expect(told[0]?.total).toBeGreaterThanOrEqual(files);
    expect(told.at(-1)).toMatchObject({ checked: check.checked, total: check.checked, wrong: 2 });
  });

  test('a preview says why items stay out and what is written beside the files', async () => {
    const dir = join(rig.folder, 'told');
    const preview = await value('export.preview', options({ dir, sidecars: ['html'], bag: true }));
    expect(preview.reasons.reduce((sum, { items }) => sum + items, 0)).toBe(preview.unavailable + preview.impossible);
    expect(preview.needBytes).toBe(preview.bytes);
    expect(preview.papers).toContain('data/index.html');
    expect(await value('export.preview', options({ dir, link: 'hardlink' }))).toMatchObject({ needBytes: 0 });
  });

  test('a layout is judged without a plan, and hints speak of no command line', async () => {
    expect(await value('export.checkLayout', { layout: '{chat}/{mediaId}' })).toBeNull();
    expect(await bridge.call('export.checkLayout', { layout: '{chat' })).toMatchObject({ error: { code: 'usage' } });
    const inside = await bridge.call('export.preview', options({ dir: join(rig.folder, 'library', 'x') }));
    expect(inside).toMatchObject({ error: { code: 'usage', hint: 'Choose a folder outside the library.' } });
    for (const token of EXPORT_TOKENS) {
      expect(await value('export.checkLayout', { layout: `{mediaId} {${token}}` })).toBeNull();
    }
  });

  test('presets are kept by name', async () => {
    const { dir: _dir, selection: _selection, ...manner } = options({ layout: '{chat}/{mediaId}' });
    await value('export.savePreset', { ...manner, name: 'Mine' });
    expect(await value('export.presets', {})).toEqual({ presets: [{ ...manner, name: 'Mine' }] });
    await value('export.removePreset', { name: 'Mine' });
    expect(await value('export.presets', {})).toEqual({ presets: [] });
  });
});

test.each<[string, Record<string, string>]>([
  ['en-CA', { LANG: 'en_CA.UTF-8' }],
  ['de-DE', { LANG: 'en_US.UTF-8', LC_PAPER: 'de_DE.UTF-8@euro' }],
  ['fr-FR', { LANG: 'en_US.UTF-8', LC_PAPER: 'de_DE', LC_ALL: 'fr_FR' }],
  ['C', { LANG: 'C.UTF-8' }],
])('the region of paper is %s for %j', (locale, env) => {
  expect(regionOf(env)).toBe(locale);
});

test('North America prints on Letter, all others on A4', () => {
  expect(['en-US', 'fr-CA', 'es-MX', 'es-419', 'en', 'en-GB', 'de', 'C', ''].map(pageSizeOf)).toEqual([
    ...['letter', 'letter', 'letter'],
    ...['a4', 'a4', 'a4', 'a4', 'a4', 'a4'],
  ]);
});
