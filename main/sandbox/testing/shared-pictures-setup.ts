/** For vitest: the folder of `sharedPictures`, while tests run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_PICTURES } from '../picture-files.ts';

let folder: string | null = null;

export async function setup(): Promise<void> {
  // Another project of the same run has made it.
  if (process.env[TEST_PICTURES] === undefined) {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-pictures-'));
    process.env[TEST_PICTURES] = folder;
  }
}

export async function teardown(): Promise<void> {
  if (folder !== null) {
    await rm(folder, { recursive: true, force: true });
  }
}
