/** One large file, hashed and checked, against tools that only fetch it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runArchiver } from './archiver-process.ts';
import { downloadersHere, runDownloader } from './downloaders.ts';
import { expectEqual, figure, median, type BenchContext, type Figure } from './figures.ts';
import { listLinks } from './listed-pages.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const ROUNDS = 3;
/** The rest of the chat: the listing brings a few small files too, for every tool alike. */
const MESSAGES = 2;
const SMALL_BYTES = 10_000;

export async function largeFile(context: BenchContext): Promise<Figure[]> {
  const megabytes = context.sizes['megabytes'] ?? (context.quick ? 500 : 2_000);
  const largeFileBytes = megabytes * 1_000_000;
  const sandbox = await startSandboxProcess({
    chats: 1,
    messages: MESSAGES,
    fixedFileBytes: SMALL_BYTES,
    largeFileBytes,
  });
  try {
    const links = await listLinks(sandbox);
    const bytes = largeFileBytes + (links.length - 1) * SMALL_BYTES;
    const folder = await context.folder();
    const { here, missing } = downloadersHere();
    for (const name of missing) {
      context.say(`${name} is not installed: not compared`);
    }
    const own: number[] = [];
    const times = new Map<string, number[]>(here.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      const library = join(folder, `library-${round}`);
      const answer = await runArchiver(library, sandbox);
      expectEqual('files stored', answer.ledger.stored, links.length);
      expectEqual('bytes stored', answer.bytes, bytes);
      await rm(library, { recursive: true });
      own.push(answer.ms / 1000);
      context.say(`round ${round}: sync ${(answer.ms / 1000).toFixed(1)} s, ${Math.round(answer.maxRssMb)} MB`);
      for (const tool of here) {
        const ms = await runDownloader(tool, links, bytes, folder);
        times.get(tool.name)?.push(ms / 1000);
        context.say(`round ${round}: ${tool.name} ${(ms / 1000).toFixed(1)} s`);
      }
    }
    await sandbox.expectNoViolations();
    const bench = `large-file (${megabytes} MB)`;
    const [best] = [...times]
      .map(([name, values]) => ({ name, value: median(values) }))
      .sort((a, b) => a.value - b.value);
    return [
      figure(bench, 'sync, hashed', 's', own, {
        baseline: best ?? null,
        ...(best !== undefined && { ratioTarget: { is: 'below', than: 1 } }),
      }),
      ...[...times].map(([name, values]) => figure(bench, name, 's', values)),
      figure(bench, 'sync', 'MB/s', [megabytes / median(own)]),
    ];
  } finally {
    await sandbox.stop();
  }
}
