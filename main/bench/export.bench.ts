/** Exports: plan, copy against `cp -r`, hard links, an unchanged second run. */
import type { ExportOptions, ExportAnswer } from '../contract/export-shapes.ts';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_HOOKS } from '../export/plan/export-types.ts';
import { dropPlan, planExport } from '../export/plan/plan.ts';
import { runExport } from '../export/run.ts';
import { MadeLibrary } from '../export/testing/made-library.ts';
import { expectEqual, figure, median, type BenchContext, type Figure } from './figures.ts';

const FILE_BYTES = 100_000;
const ROUNDS = 3;
const { signal } = new AbortController();

export async function exportBench(context: BenchContext): Promise<Figure[]> {
  return [...(await planOf(context)), ...(await filesOf(context))];
}

/** Figures of plan and second look: only the index is filled, no file is touched. */
async function planOf(context: BenchContext): Promise<Figure[]> {
  const items = context.sizes['media'] ?? (context.quick ? 20_000 : 100_000);
  const library = await MadeLibrary.open(await context.folder());
  try {
    for (let from = 0; from < items; from += 5000) {
      await library.add(
        Array.from({ length: Math.min(5000, items - from) }, (_unused, at) => ({
          id: from + at + 1,
          chat: 7 + ((from + at) % 20),
          media: [{ id: 1_000_000 + from + at }],
        })),
        { files: false },
      );
    }
    const options = library.options({ layout: 'by-chat' });
    const first: number[] = [];
    const second: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const plan = await timed(first, () => planExport(options, library.ports, signal, () => undefined));
      expectEqual('items planned', plan.totals.states.planned, items);
      await timed(second, () => planExport(options, library.ports, signal, () => undefined));
      await dropPlan(plan.job.id, library.ports);
    }
    context.say(`plan of ${items} items: ${Math.round(median(first))} ms, again ${Math.round(median(second))} ms`);
    const perHundredThousand = first.map((ms) => (ms / items) * 100_000);
    return [
      figure(`export (${items} items)`, 'plan, for 100 000 items', 'ms', perHundredThousand, {
        atMost: { value: 3000 },
      }),
      figure(
        `export (${items} items)`,
        'plan again, for 100 000 items',
        'ms',
        second.map((ms) => (ms / items) * 100_000),
      ),
    ];
  } finally {
    await library.close();
  }
}

async function filesOf(context: BenchContext): Promise<Figure[]> {
  const files = context.sizes['files'] ?? (context.quick ? 1_000 : 10_000);
  const library = await MadeLibrary.open(await context.folder());
  try {
    for (let from = 0; from < files; from += 500) {
      await library.add(
        Array.from({ length: Math.min(500, files - from) }, (_unused, at) => ({
          id: from + at + 1,
          media: [{ id: 1000 + from + at, bytes: randomBytes(FILE_BYTES) }],
        })),
      );
    }
    const times = { copy: [], link: [], again: [], cp: [], cpSync: [] } as Record<string, number[]>;
    const take = (name: string): number[] => times[name] ?? [];
    let made = 0;
    let target = '';
    // Each begins on a disk that has nothing left to write, without the copy before it in memory and in a folder of its own; the order turns round by round.
    const measures: readonly (() => Promise<void>)[] = [
      async () => {
        await timed(take('cp'), () => Promise.resolve(copyWithCp(library, target, false)));
      },
      async () => {
        await timed(take('cpSync'), () => Promise.resolve(copyWithCp(library, target, true)));
      },
      async () => {
        const copy = library.options({ dir: target, link: 'copy' });
        expectEqual('files copied', (await exported(take('copy'), library, copy)).copied, files);
        expectEqual('files left alone', (await exported(take('again'), library, copy)).skipped, files);
      },
      async () => {
        const link = library.options({ dir: `${target}-links`, link: 'hardlink' });
        expectEqual('files linked', (await exported(take('link'), library, link)).linked, files);
      },
    ];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const measure of [...measures.slice(round), ...measures.slice(0, round)]) {
        made += 1;
        target = library.target(`out-${String(made)}`);
        spawnSync('sync');
        await measure();
        await emptyFiles(target);
      }
      context.say(
        `round ${round}: ${Object.entries(times)
          .map(([name, values]) => `${name} ${Math.round(values.at(-1) ?? 0)} ms`)
          .join(', ')}`,
      );
    }
    const bench = `export (${files} of ${FILE_BYTES / 1000} kB)`;
    const perSecond = (name: string): number[] => take(name).map((ms) => (files / ms) * 1000);
    return [
      figure(bench, 'copy, hashed and synced', 'ms', take('copy'), {
        baseline: { name: 'cp -r, then sync', value: median(take('cpSync')) },
        ratioTarget: { is: 'below', than: 1.15 },
      }),
      figure(bench, 'copy, hashed and synced', 'ms', take('copy'), {
        baseline: { name: 'cp -r into memory', value: median(take('cp')) },
      }),
      figure(bench, 'hard links, hashed', '1/s', perSecond('link'), {
        baseline: { name: 'target', value: 2000 },
        ratioTarget: { is: 'above', than: 1 },
      }),
      figure(bench, 'unchanged second run', 'items/s', perSecond('again'), {
        baseline: { name: 'target', value: 20_000 },
        ratioTarget: { is: 'above', than: 1 },
      }),
    ];
  } finally {
    await library.close();
  }
}

/**
 * Gives back what the files of a copy take. They are not deleted before the end: where ext4 has no journal it does not reuse inodes for some minutes,
 * and making a file beside ten thousand deleted ones then costs more than writing it (measured: 270 µs instead of 7). Never for links: their bytes are
 * the library's.
 */
async function emptyFiles(dir: string): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.isFile()) {
      await truncate(join(entry.parentPath, entry.name));
    }
  }
}

function copyWithCp(library: MadeLibrary, target: string, durable: boolean): void {
  const copied = spawnSync('cp', ['-r', join(library.root, 'files'), target]);
  expectEqual('cp', copied.status, 0);
  if (durable) {
    expectEqual('sync', spawnSync('sync', ['-f', target]).status, 0);
  }
}

function exported(times: number[], library: MadeLibrary, options: ExportOptions): Promise<ExportAnswer> {
  return timed(times, () => runExport(options, library.ports, signal, NO_HOOKS));
}

async function timed<Value>(times: number[], work: () => Promise<Value>): Promise<Value> {
  const began = performance.now();
  const value = await work();
  times.push(performance.now() - began);
  return value;
}
