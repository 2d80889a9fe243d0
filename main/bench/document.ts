import { writeFile } from 'node:fs/promises';

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  /** Load average (1 min) before the run: what else the machine was doing. */
  readonly loadBefore: number;
}

/** Writes `docs/benchmarks.md` from one real run. */
export async function writeDocument(table: string, machine: Machine, args: readonly string[]): Promise<void> {
  const { cores, cpu, memoryGb, platform, node, loadBefore } = machine;
  const command = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  await writeFile(
    'docs/benchmarks.md',
    `# Benchmarks

One run on ${cores} cores (${cpu}), ${memoryGb} GB of memory, ${platform}, Node ${node.replace('v', '')}, a local disk. The
sandbox stands in for the service, in a process of its own on the same machine. The tools of a comparison take turns in the
same run. A run fails if a file, a hash or the ledger is wrong, never because of a time. "met" says whether this run reached
the target in the row. Other work on the machine slows all tools: its load average before the run was ${loadBefore.toFixed(1)}.

    ${command}

${table}

[The notes](benchmarks-notes.md) say where the time goes. How to read it:

- **small-files**: a whole sync (listing, download, length, hash and container checks, fsync of file and folder, index) against tools that
  only fetch the same links to disk. \`got-hash-write loop\` is what a plain Node script does.
- **ingest**: packed pages through the index's own thread against a bare better-sqlite3 loop that inserts the very same final rows.
- **export**: first exports, each into a folder of its own, beside copies that were emptied and not deleted. On
  ext4 without a journal, deleting slows whatever makes files beside it for minutes, \`cp\` as well.
- **million**: listing only (\`sync --no-files\`), then reads at that size. Memory is the peak of the whole process.
- **catch-up**: bringing 500 chats up to date of which 5 changed.
- **large-file**: one file, hashed and checked, against aria2c and curl.
- **pictures**: thumbnails by the engine and its threads, against the same library in a bare loop of one thread.
- **kills**: bytes the host sent over bytes needed, after ten SIGKILLs on a slow line.

Sizes can be given: \`npm run bench -- small-files --files 10000\`, \`npm run bench -- million --media 100000\`, \`--quick\` for a short look.
Results go to \`bench-results/\` as JSON; \`--write\` renews this page.
`,
  );
}
