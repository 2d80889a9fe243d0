/** Files of somebody else where exported ones are to go. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runExport } from '../run.ts';
import { MadeLibrary, photos } from '../testing/made-library.ts';
import { verifyExport } from '../proof/verify-export.ts';

const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };

let library: MadeLibrary;
let number = 0;
beforeAll(async () => {
  library = await MadeLibrary.open();
  await library.add(photos(2));
});
beforeEach(async () => {
  number += 1;
  library.out = `out-${String(number)}`;
  await mkdir(library.target());
  await writeFile(join(library.target(), '1001.jpg'), 'somebody else');
});
afterAll(async () => {
  await library.end();
});

describe('a file in the way', () => {
  const at = (name: string): string => join(library.target(), name);
  const run = (conflict: 'skip' | 'rename' | 'overwrite' | 'fail'): ReturnType<typeof runExport> =>
    runExport(library.options({ layout: '{mediaId}', conflict }), library.ports, signal);

  test('skip leaves it and says so', async () => {
    expect(await run('skip')).toMatchObject({ written: 1, skipped: 1, renamed: 0 });
    expect(await readFile(at('1001.jpg'), 'utf8')).toBe('somebody else');
    expect(await verifyExport(library.target(), signal, QUIET)).toMatchObject({ checked: 3, ok: 3 });
  });

  test('rename writes beside it, once', async () => {
    expect(await run('rename')).toMatchObject({ written: 2, skipped: 0, renamed: 1 });
    expect(await readFile(at('1001~1001.jpg'), 'utf8')).toBe('bytes of 1001');
    expect(await readFile(at('1001.jpg'), 'utf8')).toBe('somebody else');
    expect(await run('rename')).toMatchObject({ written: 0, skipped: 2, renamed: 0 });
  });

  test('overwrite replaces it', async () => {
    expect(await run('overwrite')).toMatchObject({ written: 2 });
    expect(await readFile(at('1001.jpg'), 'utf8')).toBe('bytes of 1001');
  });

  test('overwrite with a hard link replaces it too, in one step', async () => {
    const options = library.options({ layout: '{mediaId}', conflict: 'overwrite', link: 'hardlink' });
    expect(await runExport(options, library.ports, signal)).toMatchObject({ linked: 2 });
    expect((await stat(at('1001.jpg'))).ino).toBe((await stat(library.stored('bytes of 1001'))).ino);
    expect(await runExport(options, library.ports, signal)).toMatchObject({ written: 0, skipped: 2 });
  });

  test('fail writes nothing at all', async () => {
    await expect(run('fail')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('1001.jpg') as string,
    });
    expect(await readdir(library.target())).toEqual(['1001.jpg']);
  });

  test('the same bytes are taken as they stand', async () => {
    await writeFile(at('1001.jpg'), 'bytes of 1001');
    expect(await run('fail')).toMatchObject({ written: 1, skipped: 1 });
  });

  test('an exported file that somebody edited is left alone, and verify tells', async () => {
    await rm(at('1001.jpg'));
    await run('skip');
    await writeFile(at('1001.jpg'), 'edited since');
    expect(await run('skip')).toMatchObject({ written: 0, skipped: 2 });
    expect(await readFile(at('1001.jpg'), 'utf8')).toBe('edited since');
    expect(await verifyExport(library.target(), signal, QUIET)).toMatchObject({ changed: 1, ok: 3 });
  });
});
