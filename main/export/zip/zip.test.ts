/** Zip files in bad times, and read by programs that are not ours. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_HOOKS } from '../plan/export-types.ts';
import type { ExportHooks } from '../../contract/export-shapes.ts';
import { readMarker, writeMarker } from '../target/marker.ts';
import { runExport } from '../run.ts';
import { MadeLibrary, type MadeMessage } from '../testing/made-library.ts';
import { zipEntries } from '../testing/zip-entries.ts';
import { verifyExport } from '../proof/verify-export.ts';
import { packPaper, Pace, writePart } from './zip-part.ts';

const CHILD = fileURLToPath(new URL('../testing/export-child.ts', import.meta.url));
const { signal } = new AbortController();
const QUIET = { onProgress: () => undefined, onProblem: () => undefined };
const FILES = 12;
const BYTES = 300_000;

const bytesOf = (index: number): Buffer => Buffer.alloc(BYTES, `${String(index)} `);
const messages = (from = 0, count = FILES): MadeMessage[] =>
  Array.from({ length: count }, (_unused, index) => ({
    id: from + index + 1,
    media: [{ id: 1000 + from + index, bytes: bytesOf(from + index) }],
  }));

/** Calls `when` as soon as bytes go into a zip. */
function inTheZip(library: MadeLibrary, when: () => Promise<void>): ExportHooks {
  let done = false;
  return {
    ...NO_HOOKS,
    whenGoing: async () => {
      const names = await readdir(join(library.target(), '.chatkeep-export', 'tmp')).catch(() => []);
      if (!done && names.some((name) => name.endsWith('.zip'))) {
        done = true;
        await when();
      }
    },
  };
}

describe('in the middle of a zip', () => {
  let library: MadeLibrary;
  beforeEach(async () => {
    library = await MadeLibrary.open();
    await library.add(messages());
  });
  afterEach(async () => {
    await library.end();
  });
  const options = (more = {}): ReturnType<MadeLibrary['options']> =>
    library.options({ zip: true, layout: '{mediaId}', ...more });
  const zips = async (): Promise<string[]> =>
    (await readdir(library.target())).filter((name) => name.endsWith('.zip')).sort();

  test('a paused run waits, with nothing under its name, and ends whole when it goes on', async () => {
    const reached = Promise.withResolvers<undefined>();
    const going = Promise.withResolvers<undefined>();
    const run = runExport(
      options(),
      library.ports,
      signal,
      inTheZip(library, async () => {
        reached.resolve(undefined);
        await going.promise;
      }),
    );
    await reached.promise;
    expect(await zips()).toEqual([]);
    going.resolve(undefined);
    expect(await run).toMatchObject({ written: FILES, bytes: FILES * BYTES });
    expect(zipEntries(join(library.target(), 'export.zip')).get('1003.jpg')?.equals(bytesOf(3))).toBe(true);
  });

  test('a cancelled run leaves the zip of the last run as it was, and nothing half written', async () => {
    await runExport(options(), library.ports, signal);
    const before = await readFile(join(library.target(), 'export.zip'));
    await library.add(messages(50, 2));
    const stop = new AbortController();
    const cut = runExport(
      options(),
      library.ports,
      stop.signal,
      inTheZip(library, () => {
        stop.abort();
        return Promise.resolve();
      }),
    );
    await expect(cut).rejects.toMatchObject({ code: 'interrupted' });
    expect((await readFile(join(library.target(), 'export.zip'))).equals(before)).toBe(true);
    expect(await readdir(join(library.target(), '.chatkeep-export'))).toEqual(['export.json']);
    expect(await verifyExport(library.target(), signal, QUIET)).toMatchObject({ ok: 1, changed: 0 });
    expect(await runExport(options(), library.ports, signal)).toMatchObject({ failed: 0, written: FILES + 2 });
    expect(zipEntries(join(library.target(), 'export.zip')).size).toBe(FILES + 5);
  });

  test('a file that changes between its check and the zip ends the run; nothing damaged gets a name', async () => {
    const run = runExport(
      options(),
      library.ports,
      signal,
      inTheZip(library, async () => {
        await writeFile(library.stored(bytesOf(FILES - 1)), bytesOf(99).subarray(0, BYTES));
      }),
    );
    await expect(run).rejects.toMatchObject({ code: 'media_offline' });
    expect(await zips()).toEqual([]);
  });

  test('parts that a killed run had given their names already are known as its own', async () => {
    const split = options({ zipBytes: 1_000_000 });
    await runExport(split, library.ports, signal);
    // As a run leaves it that was killed between the first name and the last, the first time there.
    const marker = await readMarker(library.target());
    if (marker === null || marker === 'damaged') {
      throw new Error('an export without a mark');
    }
    await writeMarker(library.target(), { ...marker, parts: marker.parts.map(({ name }) => ({ name, bytes: 0 })) });
    await rm(join(library.target(), 'export-2.zip'));
    await rm(join(library.target(), 'manifest-sha256.txt'));
    expect(await runExport(split, library.ports, signal)).toMatchObject({ failed: 0 });
    expect(await zips()).toEqual(['export-1.zip', 'export-2.zip', 'export-3.zip', 'export-4.zip']);
    expect(await verifyExport(library.target(), signal, QUIET)).toMatchObject({ ok: 4, missing: 0, changed: 0 });
  });

  test('fewer parts than before: those that are too many go', async () => {
    await runExport(options({ zipBytes: 1_000_000 }), library.ports, signal);
    await library.add(messages(50, 1));
    await runExport(options(), library.ports, signal);
    expect(await zips()).toEqual(['export.zip']);
  });

  test('killed again and again, what has a name is always whole, and the end is complete', async () => {
    await library.close();
    for (let kill = 0; kill < 3; kill += 1) {
      const child = spawn(process.execPath, [CHILD, library.folder, '{mediaId}', 'zip'], { stdio: 'ignore' });
      const gone = once(child, 'exit');
      for (let seen = false; !seen && child.exitCode === null;) {
        const names = await readdir(join(library.target(), '.chatkeep-export', 'tmp')).catch(() => []);
        seen = names.some((name) => name.endsWith('.zip'));
      }
      child.kill('SIGKILL');
      await gone;
      for (const name of (await readdir(library.target())).filter((each) => each.endsWith('.zip'))) {
        expect(zipEntries(join(library.target(), name)).size).toBeGreaterThan(0);
      }
    }
    const last = spawn(process.execPath, [CHILD, library.folder, '{mediaId}', 'zip'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    expect((await once(last, 'close'))[0]).toBe(0);
    const entries = zipEntries(join(library.target(), 'export.zip'));
    expect([...entries.keys()].filter((name) => name.endsWith('.jpg'))).toHaveLength(FILES);
    expect(await readdir(join(library.target(), '.chatkeep-export'))).toEqual(['export.json']);
  });
});

/** Reads a zip from its standard input, entry by entry, and checks each: a reader that cannot seek. Prints how many there were. */
const JAVA = `
import java.util.zip.*;
public class Zip {
  public static void main(String[] args) throws Exception {
    ZipInputStream zip = new ZipInputStream(System.in);
    byte[] buffer = new byte[65536];
    int count = 0;
    while (zip.getNextEntry() != null) {
      while (zip.read(buffer) >= 0) {}
      zip.closeEntry();
      count++;
    }
    System.out.println(count);
  }
}`;

interface Reader {
  readonly name: string;
  readonly probe: readonly string[];
  readonly args: (path: string) => readonly string[];
  /** The zip comes through a pipe. */
  readonly streams?: true;
  /** How many entries it read. */
  readonly count: (stdout: string, stderr: string) => number;
}

const lines = (output: string): number => output.split('\n').filter((line) => line !== '').length;

/** What this machine has of programs that read zips; none of them is ours. */
const READERS = (
  [
    {
      name: 'python3',
      probe: ['-c', 'import zipfile'],
      args: (path) => [
        '-c',
        'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;print(len(z.namelist()))',
        path,
      ],
      count: Number,
    },
    {
      name: 'unzip',
      probe: ['-v'],
      args: (path) => ['-t', path],
      count: (output) => output.match(/ testing: /g)?.length ?? 0,
    },
    { name: 'bsdtar', probe: ['--version'], args: (path) => ['-tf', path], count: lines },
    {
      name: 'bsdtar',
      probe: ['--version'],
      args: () => ['-xOvf', '-'],
      streams: true,
      count: (_, told) => lines(told),
    },
    { name: 'java', probe: ['-version'], args: () => [javaFile()], streams: true, count: Number },
  ] satisfies readonly Reader[]
).map((reader: Reader) => ({
  ...reader,
  how: reader.streams === true ? 'through a pipe' : 'as a file',
  has: spawnSync(reader.name, reader.probe).status === 0,
}));

let javaFolder: string | null = null;
function javaFile(): string {
  javaFolder ??= mkdtempSync(join(tmpdir(), 'chatkeep-java-'));
  const file = join(javaFolder, 'Zip.java');
  writeFileSync(file, JAVA);
  return file;
}
afterAll(async () => {
  if (javaFolder !== null) {
    await rm(javaFolder, { recursive: true });
  }
});

describe.each(READERS)('read by $name $how', (reader) => {
  const check = async (path: string): Promise<number> => {
    const { status, stdout, stderr } = spawnSync(reader.name, reader.args(path), {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      ...(reader.streams && { input: await readFile(path) }),
    });
    expect(status, stderr).toBe(0);
    return reader.count(stdout, stderr);
  };

  test('each part of a split zip is whole', async ({ skip }) => {
    skip(!reader.has, `${reader.name} is not installed here`);
    const library = await MadeLibrary.open();
    try {
      await library.add(messages());
      const options = library.options({ zip: true, zipBytes: 1_000_000, layout: '{mediaId}', sidecars: ['item-json'] });
      const { dir } = await runExport(options, library.ports, signal);
      let entries = 0;
      for (const name of (await readdir(dir)).filter((each) => each.endsWith('.zip'))) {
        entries += await check(join(dir, name));
      }
      // Files, a paper each, custody, manifest and the list of what is not there.
      expect(entries).toBe(2 * FILES + 3);
    } finally {
      await library.end();
    }
  });

  test('entries that are written as large ones are (ZIP64)', async ({ skip }) => {
    skip(!reader.has, `${reader.name} is not installed here`);
    const dir = await mkdtemp(join(tmpdir(), 'chatkeep-zip-'));
    try {
      const source = join(dir, 'source');
      const bytes = bytesOf(1);
      await writeFile(source, bytes);
      await writeFile(join(dir, 'paper'), 'words '.repeat(1000));
      const file = {
        mtime: new Date(1_700_000_000_000),
        method: 'stored',
        crc32: crc32(bytes),
        bytes: bytes.length,
        packedBytes: bytes.length,
        source,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      } as const;
      const entries = [
        { ...file, name: 'a.jpg' },
        { ...file, name: 'b/ö.jpg' },
        await packPaper(join(dir, 'paper'), 'paper.txt', signal),
      ];
      const pace = new Pace(signal, NO_HOOKS, () => undefined);
      await writePart('many.zip', { dir, temp: dir }, pace, entries, true);
      const path = join(dir, 'many.zip');
      // The end record of ZIP64 (APPNOTE 4.3.14): whoever reads the zip has to understand it.
      expect((await readFile(path)).includes(Buffer.from('PK\u0006\u0006', 'latin1'))).toBe(true);
      expect(await check(path)).toBe(3);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
