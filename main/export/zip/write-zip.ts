/** An export as zip files: streamed, stored without compression (media are compressed already), ZIP64 where it is needed. */
import type { ExportOptions, ExportHooks } from '../../contract/export-shapes.ts';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ExportItemResult, ExportItemRow } from '../../index/exports/calls.ts';
import { blobPath, storePaths } from '../../files/library/store-paths.ts';
import { AppError } from '../../lib/app-error.ts';
import { systemCode } from '../../lib/fs-fault.ts';
import { patiently } from '../../lib/patience.ts';
import { stopError } from '../target/target-errors.ts';
import type { ExportPorts } from '../plan/export-types.ts';
import { MANIFEST, manifestLine } from '../proof/manifest.ts';
import { markerOf, papersStand, readMarker, writeMarker } from '../target/marker.ts';
import { wordsDigest } from '../papers/conversations.ts';
import { syncFolder } from '../../lib/sync-folder.ts';
import { PaperFile } from '../target/paper-file.ts';
import { writePapers } from '../papers/papers.ts';
import { type Plan, rowPages } from '../plan/plan.ts';
import type { RunTally } from '../put/run-tally.ts';
import { packPaper, Pace, writePart, type SourceEntry, type ZipPart } from './zip-part.ts';

interface Place {
  readonly dir: string;
  readonly temp: string;
}

interface Entry {
  readonly row: ExportItemRow;
  readonly path: string;
  readonly sha256: string;
  readonly crc32: number;
  readonly bytes: number;
  readonly source: string;
}

/** The size of an entry beyond its bytes: two headers and its name twice. */
const ENTRY_BYTES = 600;

/** Makes the zip files again, unless those of the last run still hold everything. A zip cannot be continued, only made. */
export async function writeZip(
  plan: Plan,
  options: ExportOptions,
  place: Place,
  ports: ExportPorts,
  signal: AbortSignal,
  tally: RunTally,
  hooks: Pick<ExportHooks, 'whenGoing'>,
): Promise<void> {
  // Every file is read twice, to be checked and to be put in.
  const pace = new Pace(signal, hooks, () => tally.tick());
  tally.follow(() => Math.floor(pace.bytes / 2));
  const { job, template, totals } = plan;
  if (
    totals.states.planned + totals.states.failed === 0 &&
    (await partsAreThere(plan, options, place.dir, await wordsDigest(job.id, options, ports, signal)))
  ) {
    await skipAll(job.id, ports, tally);
    return;
  }
  const sound: Entry[][] = [[]];
  let size = 0;
  for await (const entry of checkedEntries(job.id, ports, pace, tally)) {
    if (options.zipBytes !== null && size > 0 && size + entry.bytes + ENTRY_BYTES > options.zipBytes) {
      sound.push([]);
      size = 0;
    }
    sound.at(-1)?.push(entry);
    size += entry.bytes + ENTRY_BYTES;
  }
  const words = await wordsDigest(job.id, options, ports, signal);
  const staging = join(place.temp, 'papers');
  const root = options.bag ? join(staging, 'data') : staging;
  await mkdir(root, { recursive: true });
  const papers = await writePapers(
    { id: job.id, token: job.token, template: template.source, timeZone: job.timeZone },
    options,
    // Nothing that these folders hold outlives the run.
    { dir: staging, root, temp: place.temp, syncNames: () => Promise.resolve() },
    ports,
    signal,
    // The folder of a zip's papers is a fresh one: none has a file in its way.
    tally,
  );
  const names = sound.map((_entries, index) => (sound.length === 1 ? 'export.zip' : `export-${String(index + 1)}.zip`));
  await claim(plan, options, place.dir, names, ports);
  const packed: SourceEntry[] = [];
  for (const { path } of papers) {
    packed.push(await packPaper(join(staging, ...path.split('/')), path, signal));
  }
  const parts: ZipPart[] = [];
  for (const [index, entries] of sound.entries()) {
    parts.push(
      await writePart(names[index] ?? '', place, pace, [
        ...entries.map((entry) => sourceOf(entry, options.bag, tally)),
        ...(index === sound.length - 1 ? packed : []),
      ]),
    );
  }
  // All at once: until here those of the last run stand, whole and as their manifest says.
  for (const { name } of parts) {
    await patiently(() => rename(join(place.temp, name), join(place.dir, name)));
  }
  await prove(plan, options, place, ports, { words, parts });
  await dropOldParts(plan, place.dir, new Set(names));
  tally.changed = true;
}

function sourceOf({ path, source, bytes, sha256, crc32: crc, row }: Entry, bag: boolean, tally: RunTally): SourceEntry {
  const { seq, sentAt } = row;
  return {
    name: bag ? `data/${path}` : path,
    mtime: new Date(sentAt),
    method: 'stored',
    crc32: crc,
    bytes,
    packedBytes: bytes,
    source,
    sha256,
    onWritten: () =>
      tally.take(row, { seq, outcome: 'written', path, method: 'zip', writtenMs: sentAt, renamed: false, bytes }),
  };
}

/** Hashes every file before one is put in: what is in a zip cannot be taken out again. Sound ones are noted as done. */
async function* checkedEntries(jobId: number, ports: ExportPorts, pace: Pace, tally: RunTally): AsyncGenerator<Entry> {
  const paths = storePaths(ports.libraryRoot);
  for await (const page of rowPages(jobId, ports)) {
    const results: ExportItemResult[] = [];
    const entries: Entry[] = [];
    for (const row of page) {
      await pace.go();
      const { seq, path, sha256, ext, bytes } = row;
      if (path === null || sha256 === null || ext === null || bytes === null) {
        if (row.state === 'failed') {
          tally.fail(row, row.reason ?? 'failed');
        }
        continue;
      }
      const source = blobPath(paths, sha256, ext).file;
      const { problem, crc } = await look(source, sha256, paths.marker, pace);
      if (problem === null) {
        entries.push({ row, path, sha256, crc32: crc, bytes, source });
        results.push({ seq, state: 'done', path, written: sha256, writtenMs: row.sentAt, method: 'zip' });
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

type Problem = 'missing' | 'damaged' | 'unreadable';

/** Reads a file once: whether it is as it should be, and its CRC. */
async function look(
  source: string,
  sha256: string,
  librarySign: string,
  pace: Pace,
): Promise<{ readonly problem: Problem | null; readonly crc: number }> {
  let crc = 0;
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(source, { highWaterMark: 1024 * 1024 })) {
      const bytes = chunk as Buffer;
      hash.update(bytes);
      crc = crc32(bytes, crc);
      await pace.go(bytes.length);
    }
    return { problem: hash.digest('hex') === sha256 ? null : 'damaged', crc };
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    if ((await lstat(librarySign).catch(() => null)) === null) {
      throw stopError('library_gone', '', '');
    }
    return { problem: systemCode(error) === 'ENOENT' ? 'missing' : 'unreadable', crc };
  }
}

/** Beside the zip files a manifest of them, for `export verify`; in the mark what they are, for the next run. */
async function prove(
  plan: Plan,
  options: ExportOptions,
  place: Place,
  ports: ExportPorts,
  { words, parts }: { readonly words: string; readonly parts: readonly ZipPart[] },
): Promise<void> {
  const manifest = await PaperFile.create(place.dir, MANIFEST, place.temp);
  for (const { name, sha256 } of parts) {
    await manifest.write(manifestLine(sha256, name, false));
  }
  const { place: placeManifest } = await manifest.end();
  await syncFolder(place.dir);
  await placeManifest();
  await writeMarker(place.dir, markerOf(plan, options, ports.libraryId, { words, parts }));
  await syncFolder(place.dir);
}

/** Names are noted as this export's before there is anything under them: a run killed between two of them finds its own again. */
async function claim(
  plan: Plan,
  options: ExportOptions,
  dir: string,
  names: readonly string[],
  ports: ExportPorts,
): Promise<void> {
  const before = plan.target.marker?.parts ?? [];
  for (const name of names) {
    const own = before.some((part) => part.name === name);
    if (!own && options.conflict !== 'overwrite' && (await lstat(join(dir, name)).catch(() => null)) !== null) {
      throw new AppError(
        'usage',
        `A file with this name exists: ${join(dir, name)}`,
        'Choose --on-conflict overwrite, or another folder.',
      );
    }
  }
  const fresh = names.filter((name) => !before.some((part) => part.name === name));
  const parts = [...before, ...fresh.map((name) => ({ name, bytes: 0 }))];
  await writeMarker(dir, markerOf(plan, options, ports.libraryId, { words: null, parts }));
}

async function partsAreThere(
  { job, target }: Plan,
  options: ExportOptions,
  dir: string,
  words: string,
): Promise<boolean> {
  const parts = target.marker?.parts ?? [];
  const sizes = await Promise.all(parts.map(({ name }) => lstat(join(dir, name)).catch(() => null)));
  return (
    job.state === 'done' &&
    papersStand(options, target.marker, words) &&
    parts.length > 0 &&
    parts.every((part, index) => sizes[index]?.size === part.bytes)
  );
}

async function skipAll(jobId: number, ports: ExportPorts, tally: RunTally): Promise<void> {
  for await (const page of rowPages(jobId, ports)) {
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
