import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PictureFiles } from './picture-files.ts';
import { Pictures } from './pictures.ts';
import { plateOf } from './plates.ts';

async function folderOfTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chatkeep-pictures-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'kept');
}

test('a picture that another process drew is the same, byte for byte, and is not drawn again', async () => {
  const folder = await folderOfTest();
  const plate = plateOf(4);
  const drawn = await new Pictures().plate(plate, 'thumb');
  expect(await new Pictures(folder).plate(plate, 'thumb')).toEqual(drawn);
  const kept = await readdir(folder);
  expect(kept).toHaveLength(2);
  expect(await new Pictures(folder).plate(plate, 'thumb')).toEqual(drawn);
  expect(await readdir(folder)).toEqual(kept);
});

test('what nobody has drawn is not there, and two who draw the same leave one', async () => {
  const files = new PictureFiles(await folderOfTest());
  expect(await files.get('1:full:jpeg')).toBeNull();
  const picture = { bytes: Buffer.from('\n\n{"a":1}\n'), mime: 'image/jpeg', width: 2, height: 1 };
  await Promise.all([files.put('1:full:jpeg', picture), files.put('1:full:jpeg', picture)]);
  expect(await files.get('1:full:jpeg')).toEqual(picture);
  expect(await files.get('1:full:png')).toBeNull();
});
