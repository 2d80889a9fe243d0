import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../contract/shapes.ts';
import { SettingsFile } from './settings-file.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatkeep-settings-'));
  path = join(dir, 'settings.json');
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function load(): Promise<SettingsFile> {
  const settings = new SettingsFile(path);
  await settings.load(7);
  return settings;
}

const raw = async (): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

test('without a file the defaults hold, and there is nothing to tell', async () => {
  const settings = await load();
  expect([settings.value, settings.library, settings.notice]).toEqual([DEFAULT_SETTINGS, null, null]);
});

test('a change is there after the next start, with the library', async () => {
  await (await load()).change({ theme: 'dark', library: '/somewhere' });
  const settings = await load();
  expect([settings.value, settings.library]).toEqual([{ ...DEFAULT_SETTINGS, theme: 'dark' }, '/somewhere']);
});

test('libraries opened before are remembered, the last one first, at most eight, and can be forgotten', async () => {
  const settings = await load();
  expect(settings.recent).toEqual([]);
  for (const library of ['/1', '/2', '/3', '/4', '/5', '/6', '/7', '/8', '/9', '/3']) {
    await settings.change({ library });
  }
  await settings.change({ theme: 'dark' });
  expect((await load()).recent).toEqual(['/3', '/9', '/8', '/7', '/6', '/5', '/4', '/2']);
  await settings.forgetRecent('/8');
  expect((await load()).recent).not.toContain('/8');
  await settings.forgetRecent(null);
  // The open one stays.
  expect((await load()).recent).toEqual(['/3']);
});

test('a library from before there was a list is in it; a list that is none is empty', async () => {
  await writeFile(path, JSON.stringify({ library: '/old' }));
  expect((await load()).recent).toEqual(['/old']);
  await writeFile(path, JSON.stringify({ recent: 'nonsense' }));
  expect((await load()).recent).toEqual([]);
});

test('what a later version has written stays', async () => {
  await writeFile(path, JSON.stringify({ theme: 'dark', fromTheFuture: { deep: [1] } }));
  await (await load()).change({ contrast: 'more' });
  expect(await raw()).toMatchObject({ theme: 'dark', contrast: 'more', fromTheFuture: { deep: [1] } });
});

test('one setting without a usable value costs no other', async () => {
  await writeFile(path, JSON.stringify({ theme: 'dark', concurrency: 9000, syncEveryMinutes: 'often' }));
  const settings = await load();
  expect(settings.value).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' });
  expect(settings.notice?.message).toContain('concurrency');
  expect(settings.notice?.message).toContain('syncEveryMinutes');
});

test('a zone that this system does not know is told, and this computer has its own', async () => {
  await writeFile(path, JSON.stringify({ timeZone: 'Mars/Olympus' }));
  const settings = await load();
  expect(settings.value.timeZone).toBeNull();
  expect(settings.notice?.message).toContain('timeZone');
  expect((await settings.change({ timeZone: 'Asia/Kathmandu' })).timeZone).toBe('Asia/Kathmandu');
  expect((await load()).value.timeZone).toBe('Asia/Kathmandu');
});

test('a damaged file is put aside, told, and replaced by the next change', async () => {
  await writeFile(path, '{"theme":"dar');
  const settings = await load();
  expect(settings.value).toEqual(DEFAULT_SETTINGS);
  expect(settings.notice).not.toBeNull();
  await settings.change({ theme: 'light' });
  expect((await readdir(dir)).sort()).toEqual(['settings.json', 'settings.json.damaged-7']);
  expect((await load()).value.theme).toBe('light');
});

test('whatever the file holds, loading never throws and every setting is usable', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json(), fc.constant('[]'), fc.constant('null')), async (text) => {
      await writeFile(path, text);
      expect(Object.keys((await load()).value).sort()).toEqual(Object.keys(DEFAULT_SETTINGS).sort());
    }),
    { numRuns: 40 },
  );
});

test('changes at the same time are all kept', async () => {
  const settings = await load();
  await Promise.all([
    settings.change({ theme: 'dark' }),
    settings.change({ tileSize: 'large' }),
    settings.change({ contrast: 'more' }),
  ]);
  expect(await raw()).toMatchObject({ theme: 'dark', tileSize: 'large', contrast: 'more' });
});

test('a config folder that cannot be made is told in words', async () => {
  await writeFile(join(dir, 'file'), '');
  const settings = new SettingsFile(join(dir, 'file', 'settings.json'));
  await expect(settings.change({ theme: 'dark' })).rejects.toMatchObject({ code: 'usage' });
});
