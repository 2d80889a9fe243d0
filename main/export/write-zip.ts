/** An export as zip files: streamed, stored without compression (media are compressed already), ZIP64 where it is needed. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { ExportItemResult, ExportItemRow } from '../db/export-calls.ts';
import { blobPath, storePaths } from '../files/store-paths.ts';
import { AppError } from '../lib/app-error.ts';
import { interrupted, stopError } from './export-errors.ts';
import type { ExportOptions, ExportPorts } from './export-types.ts';
import { MANIFEST, manifestLine } from './manifest.ts';
import { markerPath, readMarker, writeMarker } from './marker.ts';
import { PaperFile } from './paper-file.ts';
import { writePapers } from './papers.ts';
import type { Plan } from './plan.ts';
import { systemCode, targetStop } from './put-errors.ts';
import type { RunTally } from './run-tally.ts';

interface Place {
  readonly dir: string;
  readonly temp: string;
}

interface Entry {
  readonly row: ExportItemRow;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly source: string;
}

const PAGE = 500;
/** What an entry costs beside its bytes: two headers and its name twice. */
const ENTRY_BYTES = 600;

/** Makes the zip files anew, unless those of the last run still hold everything. A zip cannot be continued, only made. */
export async function writeZip(
  plan: Plan,
  options: ExportOptions,
  place: Place,
  ports: ExportPorts,
  signal: AbortSignal,
  tally: RunTally,
): Promise<void> {
  const { job, template, totals } = plan;
  if (totals.states.planned + totals.states.failed === 0 && (await partsAreThere(plan, options, place.dir))) {
    await skipAll(job.id, ports, tally);
    return;
  }
  const sound: Entry[][] = [[]];
  let size = 0;
  for await (const entry of checkedEntries(job.id, ports, signal, tally)) {
    if (options.zipBytes !== null && size > 0 && size + entry.bytes + ENTRY_BYTES > options.zipBytes) {
      sound.push([]);
      size = 0;
    }
    sound.at(-1)?.push(entry);
    size += entry.bytes + ENTRY_BYTES;
  }
  const staging = join(place.temp, 'papers');
  const root = options.bag ? join(staging, 'data') : staging;
  await mkdir(root, { recursive: true });
  const papers = await writePapers(
    { id: job.id, token: job.token, template: template.source },
    options,
    { dir: staging, root, temp: place.temp },
    ports,
    signal,
    // The folder of a zip's papers is a fresh one.
    () => undefined,
  );
  const parts: { name: string; bytes: number; sha256: string }[] = [];
  for (const [index, entries] of sound.entries()) {
    const name = sound.length === 1 ? 'export.zip' : `export-${String(index + 1)}.zip`;
    await refuseOther(place.dir, name, plan, options);
    const last = index === sound.length - 1;
    parts.push(
      await writePart(name, place, signal, (zip) => {
        for (const { path, source, bytes, sha256, row } of entries) {
          zip.addReadStreamLazy(
            entryName(path, options.bag),
            { mtime: new Date(row.sentAt), mode: 0o100644, compress: false, size: bytes },
            (give) => {
              give(null, verified(createReadStream(source), sha256, path));
            },
          );
        }
        for (const paper of last ? papers : []) {
          zip.addFile(join(staging, ...paper.path.split('/')), entryName(paper.path, false), { compress: true });
        }
      }),
    );
  }
  await prove(plan, options, place, ports, parts);
  await dropOldParts(plan, place.dir, new Set(parts.map(({ name }) => name)));
  tally.changed = true;
}

function entryName(path: string, bag: boolean): string {
  return bag ? `data/${path}` : path;
}

/** Hashes every file before one is put in: what is in a zip cannot be taken out again. Sound ones are noted as done. */
async function* checkedEntries(
  jobId: number,
  ports: ExportPorts,
  signal: AbortSignal,
  tally: RunTally,
): AsyncGenerator<Entry> {
  const paths = storePaths(ports.libraryRoot);
  for (let after = 0; ;) {
    const page = await ports.index.read.exportItems({ jobId, after, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) {
      return;
    }
    after = last.seq;
    const results: ExportItemResult[] = [];
    const entries: Entry[] = [];
    for (const row of page) {
      if (signal.aborted) {
        throw interrupted(signal.reason);
      }
      const { seq, path, sha256, ext, bytes } = row;
      if (path === null || sha256 === null || ext === null || bytes === null) {
        if (row.state === 'failed') {
          tally.fail(row, row.reason ?? 'failed');
        }
        continue;
      }
      const source = blobPath(paths, sha256, ext).file;
      const problem = await problemOf(source, sha256, paths.marker);
      if (problem === null) {
        entries.push({ row, path, sha256, bytes, source });
        results.push({ seq, state: 'done', path, written: sha256, writtenMs: row.sentAt, method: 'zip' });
        tally.take(row, {
          seq,
          outcome: 'written',
          path,
          method: 'zip',
          writtenMs: row.sentAt,
          renamed: false,
          bytes,
        });
      } else {
        results.push({ seq, state: 'failed', reason: problem, stands: false });
        tally.take(row, { seq, outcome: 'failed', reason: problem, stands: false });
      }
    }
    await ports.index.write.settleExport({ jobId, at: ports.now(), version: ports.version, results });
    tally.tick();
    yield* entries;
  }
}

async function problemOf(
  source: string,
  sha256: string,
  librarySign: string,
): Promise<'missing' | 'damaged' | 'unreadable' | null> {
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(source, { highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Buffer);
    }
    return hash.digest('hex') === sha256 ? null : 'damaged';
  } catch (error) {
    if ((await lstat(librarySign).catch(() => null)) === null) {
      throw stopError('library_gone', '', '');
    }
    return systemCode(error) === 'ENOENT' ? 'missing' : 'unreadable';
  }
}

/** The bytes once more on their way into the zip: others than those checked end the whole. */
function verified(source: Readable, sha256: string, path: string): Readable {
  const hash = createHash('sha256');
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      done(
        hash.digest('hex') === sha256
          ? null
          : new AppError(
              'media_offline',
              `A file of the library changed while it was exported: ${path}`,
              'Run the same command again.',
            ),
      );
    },
  });
  source.on('error', (error) => {
    through.destroy(error);
  });
  return source.pipe(through);
}

async function writePart(
  name: string,
  place: Place,
  signal: AbortSignal,
  fill: (zip: ZipFile) => void,
): Promise<{ name: string; bytes: number; sha256: string }> {
  const zip = new ZipFile();
  const temp = join(place.temp, name);
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    fill(zip);
    zip.end();
    const failed = new Promise<never>((_resolve, reject) => {
      zip.on('error', reject);
    });
    const output: NodeJS.ReadableStream = zip.outputStream;
    await Promise.race([pipeline(output, counted, createWriteStream(temp), { signal }), failed]);
    await syncFile(temp);
    await rename(temp, join(place.dir, name));
    return { name, bytes, sha256: hash.digest('hex') };
  } catch (error) {
    counted.destroy();
    await rm(temp, { force: true }).catch(() => undefined);
    if (signal.aborted) {
      throw interrupted(error);
    }
    if (error instanceof AppError) {
      throw error;
    }
    const stop = targetStop(error, markerPath(place.dir));
    throw stopError(stop.code, stop.message, place.dir);
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Beside the zip files a manifest of them, for `export verify`; in the mark what they are, for the next run. */
async function prove(
  { job, template }: Plan,
  options: ExportOptions,
  place: Place,
  ports: ExportPorts,
  parts: readonly { name: string; bytes: number; sha256: string }[],
): Promise<void> {
  const manifest = await PaperFile.create(place.dir, MANIFEST, place.temp);
  for (const { name, sha256 } of parts) {
    await manifest.write(manifestLine(sha256, name, false));
  }
  await manifest.end();
  await writeMarker(place.dir, {
    format: 'chatkeep-export',
    version: 1,
    token: job.token,
    library: ports.libraryId,
    layout: template.source,
    bag: options.bag,
    zip: true,
    sidecars: [...options.sidecars],
    parts: parts.map(({ name, bytes }) => ({ name, bytes })),
  });
}

async function refuseOther(dir: string, name: string, plan: Plan, options: ExportOptions): Promise<void> {
  const own = plan.target.marker?.parts.some((part) => part.name === name) === true;
  if (!own && options.conflict !== 'overwrite' && (await lstat(join(dir, name)).catch(() => null)) !== null) {
    throw new AppError(
      'usage',
      `A file with this name exists: ${join(dir, name)}`,
      'Choose --on-conflict overwrite, or another folder.',
    );
  }
}

async function partsAreThere({ job, target }: Plan, options: ExportOptions, dir: string): Promise<boolean> {
  const parts = target.marker?.parts ?? [];
  const sizes = await Promise.all(parts.map(({ name }) => lstat(join(dir, name)).catch(() => null)));
  const older = options.sidecars.every((each) => target.marker?.sidecars.includes(each) === true);
  return (
    job.state === 'done' && older && parts.length > 0 && parts.every((part, index) => sizes[index]?.size === part.bytes)
  );
}

async function skipAll(jobId: number, ports: ExportPorts, tally: RunTally): Promise<void> {
  for (let after = 0; ;) {
    const page = await ports.index.read.exportItems({ jobId, after, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) {
      return;
    }
    after = last.seq;
    for (const row of page) {
      if (row.path !== null) {
        tally.take(row, { seq: row.seq, outcome: 'same' });
      }
    }
  }
}

async function dropOldParts({ target }: Plan, dir: string, kept: ReadonlySet<string>): Promise<void> {
  const marker = await readMarker(dir);
  const known = marker === null || marker === 'damaged' ? [] : marker.parts.map(({ name }) => name);
  for (const { name } of target.marker?.parts ?? []) {
    if (!kept.has(name) && !known.includes(name) && /^export(?:-\d+)?\.zip$/.test(name)) {
      await rm(join(dir, name), { force: true });
    }
  }
}
