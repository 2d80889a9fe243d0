/** Exports that were begun, as screens list and repeat them. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import {
  EXPORT_CONFLICTS,
  EXPORT_LINKS,
  EXPORT_MESSAGES,
  EXPORT_SIDECARS,
  PAGE_SIZES,
  type ExportJob,
  type ExportManner,
  type ExportOptions,
  type ExportPreset,
} from '../../contract/export-shapes.ts';
import { parseAs } from '../../lib/json-file.ts';
import { exportOptions } from './calls.ts';
import type { BegunExportRow, ExportPresetRow, ExportTotals } from '../../index/exports/calls.ts';
import type { Core } from '../core/core.ts';

const manner: z.ZodType<ExportManner> = z.object({
  layout: z.string(),
  conflict: z.enum(EXPORT_CONFLICTS),
  link: z.enum(EXPORT_LINKS),
  sidecars: z.array(z.enum(EXPORT_SIDECARS)),
  messages: z.enum(EXPORT_MESSAGES).default('none'),
  bates: z.string().nullable().default(null),
  pageSize: z.enum(PAGE_SIZES).nullable().default(null),
  bag: z.boolean(),
  zip: z.boolean(),
  zipBytes: z.number().nullable(),
  csvBom: z.boolean(),
});

/** None: kept by a version that knew other options. */
export function presetOf({ name, options }: ExportPresetRow): ExportPreset[] {
  const found = parseAs(manner, options);
  return found === null ? [] : [{ name, ...found }];
}

/** Null: kept by a version that knew other options. */
export const optionsOf = (text: string): ExportOptions | null => parseAs(exportOptions, text);

type Sums = Pick<ExportTotals, 'states' | 'doneBytes'>;

/** The results of ended exports. Each is summed once, since a large one takes a while and lists are requested often. */
export class ExportSums {
  readonly #core: Core;
  readonly #known = new Map<number, { readonly endedAt: number; readonly sums: Sums }>();

  constructor(core: Core) {
    this.#core = core;
  }

  async of({ id, state, endedAt }: BegunExportRow, signal: AbortSignal): Promise<Sums> {
    const known = this.#known.get(id);
    if (known !== undefined && known.endedAt === endedAt) {
      return known.sums;
    }
    const { states, doneBytes } = await this.#core.index.read.exportTotals({ jobId: id }, { signal });
    if (state === 'done' && endedAt !== null) {
      this.#known.set(id, { endedAt, sums: { states, doneBytes } });
    }
    return { states, doneBytes };
  }
}

async function jobOf(sums: ExportSums, row: BegunExportRow, signal: AbortSignal): Promise<ExportJob> {
  const { states, doneBytes } = await sums.of(row, signal);
  return {
    id: row.id,
    dir: row.dir,
    finished: row.state === 'done',
    startedAt: row.begunAt,
    endedAt: row.endedAt,
    manner: optionsOf(row.options) === null ? null : parseAs(manner, row.options),
    files: states.done,
    bytes: doneBytes,
    waiting: states.planned,
    failed: states.failed + states.skipped,
    unavailable: states.unavailable,
  };
}

/** Exports of which something was written, the latest first, with whether there are older ones, and a folder for the next. */
export async function exportJobs(
  core: Core,
  sums: ExportSums,
  limit: number,
  signal: AbortSignal,
): Promise<{ rows: ExportJob[]; more: boolean; freshDir: string }> {
  const found = await core.index.read.exportJobs({ limit: limit + 1 }, { signal });
  const rows: ExportJob[] = [];
  // One after the other: each sums a whole export, and other reads may come between.
  for (const row of found.slice(0, limit)) {
    rows.push(await jobOf(sums, row, signal));
  }
  return { rows, more: found.length > limit, freshDir: await freshDir(core, found) };
}

const FOLDER = 'Chatkeep export';
const MOST_TRIES = 200;

/** Beside the last export, or beside the library: a name that no export and no file has. */
async function freshDir(core: Core, jobs: readonly BegunExportRow[]): Promise<string> {
  const place = dirname(jobs[0]?.dir ?? core.library.root);
  const taken = new Set(jobs.map(({ dir }) => dir));
  for (let number = 1; number <= MOST_TRIES; number += 1) {
    const dir = join(place, number === 1 ? FOLDER : `${FOLDER} ${String(number)}`);
    if (!taken.has(dir) && (await stat(dir).catch(() => null)) === null) {
      return dir;
    }
  }
  return join(place, FOLDER);
}
