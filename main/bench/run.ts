/**
 * `node main/bench/run.ts [names] [--quick] [--files N] [--media N] …`: runs the benches named (all without a name), prints one table, writes
 * `bench-results/<time>.json`, and with `--write` the table of `docs/benchmarks.md`. Exit 1 when work was done wrong, never because of a time.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportBench } from './export.bench.ts';
import type { Bench, Figure } from './figures.ts';
import { writeDocument } from './document.ts';
import { catchUp } from './catch-up.bench.ts';
import { accounts, growth } from './growth.bench.ts';
import { ingest } from './ingest.bench.ts';
import { kills } from './kills.bench.ts';
import { largeFile } from './large-file.bench.ts';
import { million } from './million.bench.ts';
import { pdf } from './pdf.bench.ts';
import { pictures } from './pictures.bench.ts';
import { smallFiles } from './small-files.bench.ts';
import { markdownTable } from './table.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  ingest,
  'small-files': smallFiles,
  export: exportBench,
  'large-file': largeFile,
  'catch-up': catchUp,
  kills,
  million,
  growth,
  accounts,
  pictures,
  pdf,
};
const SIZES = ['files', 'media', 'chats', 'megabytes'] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    files: { type: 'string' },
    media: { type: 'string' },
    chats: { type: 'string' },
    megabytes: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const names = positionals.length === 0 ? Object.keys(BENCHES) : positionals;
  const sizes: Record<string, number> = {};
  for (const name of SIZES) {
    const text = values[name];
    if (text !== undefined) {
      if (!/^[1-9]\d{0,8}$/.test(text)) {
        throw new Error(`--${name} wants a whole number, not ${text}`);
      }
      sizes[name] = Number(text);
    }
  }
  const [loadBefore = 0] = loadavg();
  const figures: Figure[] = [];
  for (const name of names) {
    const bench = BENCHES[name];
    if (bench === undefined) {
      throw new Error(`no bench ${name}; there are: ${Object.keys(BENCHES).join(', ')}`);
    }
    console.error(`bench ${name}`);
    figures.push(...(await runOne(bench, sizes)));
  }
  const table = markdownTable(figures);
  console.log(table);
  const machine = {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    loadBefore,
  };
  await mkdir('bench-results', { recursive: true });
  const at = new Date().toISOString();
  const path = join('bench-results', `${at.replaceAll(':', '')}.json`);
  await writeFile(path, `${JSON.stringify({ at, machine, quick: values.quick, sizes, figures }, null, 2)}\n`);
  console.error(`written to ${path}`);
  if (values.write) {
    await writeDocument(table, machine, process.argv.slice(2));
  }
}

async function runOne(bench: Bench, sizes: Readonly<Record<string, number>>): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'chatkeep-bench-'));
  let folders = 0;
  try {
    return await bench({
      quick: values.quick,
      sizes,
      folder: async () => {
        folders += 1;
        const path = join(folder, String(folders));
        await mkdir(path);
        return path;
      },
      say: (text) => {
        console.error(`  ${text}`);
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
