/** Ten SIGKILLs on a slow line: how many bytes were fetched for nothing. */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { generator } from '../sandbox/random.ts';
import { runArchiver, startArchiver } from './archiver-process.ts';
import { BenchFailure, expectEqual, figure, type BenchContext, type Figure } from './figures.ts';
import { listLinks } from './listed-pages.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const KILLS = 10;
const FILES = 120;
const FILE_BYTES = 400_000;
const LARGE_BYTES = 60_000_000;

export async function kills(context: BenchContext): Promise<Figure[]> {
  const sandbox = await startSandboxProcess({
    chats: 2,
    messages: FILES / 2,
    fixedFileBytes: FILE_BYTES,
    largeFileBytes: LARGE_BYTES,
  });
  try {
    const links = await listLinks(sandbox);
    const needed = (links.length - 1) * FILE_BYTES + LARGE_BYTES;
    const library = join(await context.folder(), 'library');
    const draw = generator(1);
    // Small files take 2 s each, the large one some 40 s: about a megabyte a second each.
    await sandbox.slow(2_000);
    let killed = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const from = (await sandbox.requests()).fileBytes;
      const child = startArchiver(library, sandbox);
      const gone = once(child, 'exit');
      const share = ((0.3 + draw()) * needed) / KILLS / 2;
      while (child.exitCode === null && (await sandbox.requests()).fileBytes - from < share) {
        await wait(20);
      }
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        killed += 1;
      }
      await gone;
    }
    await sandbox.slow(1);
    const answer = await runArchiver(library, sandbox);
    expectEqual('files stored', answer.ledger.stored, links.length);
    await sandbox.expectNoViolations();
    if (killed < KILLS / 2) {
      throw new BenchFailure(`only ${killed} of ${KILLS} runs could be killed: the rest were done before`);
    }
    const { fileBytes } = await sandbox.requests();
    return [
      figure(`kills (${killed}, slow line)`, 'bytes fetched', 'MB', [fileBytes / 1e6], {
        baseline: { name: 'bytes needed', value: needed / 1e6 },
        ratioTarget: { is: 'below', than: 1.3 },
      }),
    ];
  } finally {
    await sandbox.stop();
  }
}
