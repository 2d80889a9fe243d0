/** A file replaced at the service by one of another type has another extension, so another name. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ExportOptions } from '../../contract/export-shapes.ts';
import { runExport } from '../run.ts';
import { bagProblems } from '../testing/bag-check.ts';
import { MadeLibrary, photos } from '../testing/made-library.ts';
import { verifyExport } from '../proof/verify-export.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };

let library: MadeLibrary;
let options: ExportOptions;
let data: string;

beforeEach(async () => {
  library = await MadeLibrary.open();
  await library.add(photos(2));
  options = library.options({ bag: true, sidecars: ['item-json'], layout: '{mediaId}' });
  data = join(library.target(), 'data');
  await runExport(options, library.ports, signal);
});
afterEach(async () => {
  await library.end();
});

const names = async (): Promise<string[]> => (await readdir(data)).sort();

test('the file under the old name goes with its paper, once its successor stands there', async () => {
  await library.replaceFile(1001, Buffer.from('a video now'), 'mp4');
  expect(await runExport(options, library.ports, signal)).toMatchObject({ written: 1, skipped: 1, failed: 0 });
  expect(await names()).toEqual(['1001.mp4', '1001.mp4.json', '1002.jpg', '1002.jpg.json', 'not-exported.csv']);
  expect(bagProblems(library.target())).toEqual([]);
  expect(await verifyExport(library.target(), signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
  // Back again: the name is free, and nothing of the second is left.
  await library.replaceFile(1001, Buffer.from('bytes of 1001'), 'jpg');
  await runExport(options, library.ports, signal);
  expect(await names()).toEqual(['1001.jpg', '1001.jpg.json', '1002.jpg', '1002.jpg.json', 'not-exported.csv']);
  expect(bagProblems(library.target())).toEqual([]);
});

test('one that somebody edited stays and is listed, so that a bag stays valid', async () => {
  await writeFile(join(data, '1001.jpg'), 'retouched');
  await library.replaceFile(1001, Buffer.from('a video now'), 'mp4');
  await runExport(options, library.ports, signal);
  expect(await readFile(join(data, '1001.jpg'), 'utf8')).toBe('retouched');
  expect(await names()).toContain('1001.mp4');
  expect((await readFile(join(library.target(), 'manifest-sha256.txt'), 'utf8')).match(/1001\.jpg$/gm)).toHaveLength(1);
});

test('without a successor that could be written the old one stays and is listed', async () => {
  await library.replaceFile(1001, Buffer.from('a video now'), 'mp4');
  await rm(library.stored('a video now', 'mp4'));
  expect(await runExport(options, library.ports, signal)).toMatchObject({ failed: 1 });
  expect(await names()).toContain('1001.jpg');
  expect(await readFile(join(library.target(), 'manifest-sha256.txt'), 'utf8')).toContain('data/1001.jpg\n');
  expect(await verifyExport(library.target(), signal, QUIET)).toMatchObject({ missing: 0, changed: 0 });
});
