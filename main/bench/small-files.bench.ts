/** Many small files: a whole sync (listing, hashing, syncing to disk, indexing) against tools that only fetch the same files. */
import { join } from 'node:path';
import { runArchiver } from './archiver-process.ts';
import { downloadersHere, gotLoop, runDownloader } from './downloaders.ts';
import { expectEqual, figure, median, type BenchContext, type Figure } from './figures.ts';
import { listLinks } from './listed-pages.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const FILE_BYTES = 40_000;
const CHATS = 4;
const ROUNDS = 3;
/** How a sync may compare with each tool, time per file. */
const TARGETS: Readonly<Record<string, number>> = { 'aria2c -j8': 0.45, 'curl --parallel 8': 4 };

export async function smallFiles(context: BenchContext): Promise<Figure[]> {
  const files = context.sizes['files'] ?? (context.quick ? 1_000 : 4_000);
  const sandbox = await startSandboxProcess({
    chats: CHATS,
    messages: Math.ceil(files / CHATS),
    fixedFileBytes: FILE_BYTES,
  });
  try {
    const links = await listLinks(sandbox);
    const folder = await context.folder();
    const { here, missing } = downloadersHere();
    for (const name of missing) {
      context.say(`${name} is not installed: not compared`);
    }
    const tools = [...here, gotLoop];
    const times = new Map<string, number[]>(tools.map(({ name }) => [name, []]));
    const own: number[] = [];
    const processor: number[] = [];
    let memory = 0;
    // The first round warms the sandbox and the disk; it is checked like the others, not counted.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const library = join(folder, `library-${round}`);
      const answer = await runArchiver(library, sandbox);
      expectEqual('files stored', answer.ledger.stored, links.length);
      expectEqual('bytes stored', answer.bytes, links.length * FILE_BYTES);
      // Libraries stay until the end: for half a minute after files were deleted, ext4 makes new ones several times slower.
      context.say(
        `round ${round}: sync ${(answer.ms / links.length).toFixed(3)} ms a file, CPU ${(answer.cpuMs / links.length).toFixed(3)} ms, ${Math.round(answer.maxRssMb)} MB`,
      );
      for (const tool of tools) {
        const ms = await runDownloader(tool, links, links.length * FILE_BYTES, folder);
        context.say(`round ${round}: ${tool.name} ${(ms / links.length).toFixed(3)} ms a file`);
        if (round > 0) {
          times.get(tool.name)?.push(ms / links.length);
        }
      }
      if (round > 0) {
        own.push(answer.ms / links.length);
        processor.push(answer.cpuMs / links.length);
        memory = Math.max(memory, answer.maxRssMb);
      }
    }
    await sandbox.expectNoViolations();
    const bench = `small-files (${links.length} of ${FILE_BYTES / 1000} kB)`;
    return [
      ...[...times].map(([name, values]) => {
        const than = TARGETS[name];
        const baseline = { name, value: median(values) };
        return figure(bench, 'sync, time a file', 'ms', own, {
          baseline,
          ...(than !== undefined && { ratioTarget: { is: 'below', than } }),
        });
      }),
      figure(bench, 'sync, files a second', '1/s', [1000 / median(own)]),
      figure(bench, 'sync, processor time a file', 'ms', processor),
      figure(bench, 'sync, peak memory', 'MB', [memory]),
    ];
  } finally {
    await sandbox.stop();
  }
}
