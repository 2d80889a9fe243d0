/** What a check finds beside the files that the manifest names. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runExport } from '../run.ts';
import { MadeLibrary, photos } from '../testing/made-library.ts';
import { verifyExport } from './verify-export.ts';

const { signal } = new AbortController();

let library: MadeLibrary;
beforeEach(async () => {
  library = await MadeLibrary.open();
  await library.nameChat(7, 'Zoé');
  await library.add(photos(2));
});
afterEach(async () => {
  await library.end();
});

async function checked(dir: string) {
  const unlisted: string[] = [];
  const check = await verifyExport(dir, signal, {
    onProgress: () => undefined,
    onProblem: (path, problem) => {
      expect(problem).toBe('unlisted');
      unlisted.push(path);
    },
  });
  return { check, unlisted: unlisted.sort() };
}

test('files and links that the manifest does not name are listed; a plain folder may hold them', async () => {
  const { dir } = await runExport(library.options({ sidecars: ['html'] }), library.ports, signal);
  expect(await checked(dir)).toMatchObject({ check: { unlisted: 0, whole: true }, unlisted: [] });
  await mkdir(join(dir, 'slipped/in'), { recursive: true });
  await writeFile(join(dir, 'slipped/in', 'by night.jpg'), 'not of the chat');
  await symlink('/etc', join(dir, 'link'));
  const { check, unlisted } = await checked(dir);
  expect(unlisted).toEqual(['link', 'slipped/in/by night.jpg']);
  expect(check).toMatchObject({ missing: 0, changed: 0, unlisted: 2, whole: true });
});

test('a bag that holds another file below data is not whole', async () => {
  const { dir } = await runExport(library.options({ bag: true }), library.ports, signal);
  await writeFile(join(dir, 'notes.txt'), 'beside the payload');
  expect(await checked(dir)).toMatchObject({ check: { unlisted: 1, whole: true }, unlisted: ['notes.txt'] });
  await writeFile(join(dir, 'data', 'more.jpg'), 'not of the chat');
  expect(await checked(dir)).toMatchObject({
    check: { missing: 0, changed: 0, unlisted: 2, whole: false },
    unlisted: ['data/more.jpg', 'notes.txt'],
  });
});

test("proofs, the export's own notes and what systems leave in folders are not counted", async () => {
  const { dir } = await runExport(library.options(), library.ports, signal);
  for (const name of ['signature.sig', 'signature.pem', 'timestamp.tsq', '.DS_Store', 'Thumbs.db']) {
    await writeFile(join(dir, name), '');
  }
  expect((await checked(dir)).unlisted).toEqual([]);
  await writeFile(join(dir, 'tagmanifest-sha256.txt'), '');
  expect((await checked(dir)).unlisted).toEqual(['tagmanifest-sha256.txt']);
});
