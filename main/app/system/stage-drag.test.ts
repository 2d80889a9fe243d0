import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clearStagedDrags, type DraggedFile, MOST_DRAGGED, stageForDrag } from './stage-drag.ts';

const MACHINE = { platform: process.platform, timeZone: 'UTC' } as const;

const SENT_AT = Date.UTC(2025, 5, 3, 14, 22, 5);
let home: string;
let temp: string;
let source: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'chatkeep-stage-'));
  temp = join(home, 'temp');
  source = join(home, 'stored.jpg');
  await mkdir(temp);
  await writeFile(source, 'stored bytes');
  await chmod(source, 0o444);
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

const file = (more: Partial<DraggedFile> = {}): DraggedFile => ({
  source,
  mediaId: 123,
  chatId: 7,
  ext: 'jpg',
  sentAt: SENT_AT,
  ...more,
});

test('a copy has its own name, time and bytes: changing it leaves the library as it was', async () => {
  const { folder, paths } = await stageForDrag([file()], temp, MACHINE);
  expect(paths).toEqual([join(folder, '2025-06-03 142205 123.jpg')]);
  const [path = ''] = paths;
  const [copy, stored] = await Promise.all([stat(path), stat(source)]);
  expect(copy.ino).not.toBe(stored.ino);
  expect(copy.mtimeMs).toBe(SENT_AT);
  await writeFile(path, 'scribbled');
  expect(await readFile(source, 'utf8')).toBe('stored bytes');
});

test('one media item of two accounts gives two files', async () => {
  const { paths } = await stageForDrag([file(), file(), file({ chatId: 8 })], temp, MACHINE);
  expect(new Set(paths).size).toBe(3);
  expect(paths.map((path) => path.endsWith('.jpg'))).toEqual([true, true, true]);
});

test('a file that is not there leaves nothing behind', async () => {
  await expect(stageForDrag([file(), file({ source: join(home, 'gone') })], temp, MACHINE)).rejects.toMatchObject({
    code: 'ENOENT',
  });
  expect(await readdir(temp)).toEqual([]);
});

test('more than a drag holds is refused before anything is made', async () => {
  const many = Array.from({ length: MOST_DRAGGED + 1 }, (_unused, index) => file({ mediaId: index + 1 }));
  await expect(stageForDrag(many, temp, MACHINE)).rejects.toThrow(RangeError);
  expect(await readdir(temp)).toEqual([]);
});

test('folders of drags whose process was killed go a day later; younger ones and those of others stay', async () => {
  const killed = await stageForDrag([file()], temp, MACHINE);
  const other = await stageForDrag([file()], temp, MACHINE);
  await mkdir(join(temp, 'somebody else'));
  const now = Date.now();
  const old = new Date(now - 2 * 24 * 60 * 60 * 1000);
  await utimes(killed.folder, old, old);
  await utimes(join(temp, 'somebody else'), old, old);
  await clearStagedDrags(temp, now);
  expect((await readdir(temp)).sort()).toEqual([other.folder.slice(temp.length + 1), 'somebody else'].sort());
});
