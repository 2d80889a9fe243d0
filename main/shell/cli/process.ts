import { createIo } from './terminal/io.ts';
import { watchSignals } from './terminal/interrupt.ts';
import { main } from './main.ts';

/** Runs one command of this process and ends it with the command's exit code. */
export async function runProcess(args: readonly string[] = process.argv.slice(2)): Promise<void> {
  const io = createIo(process.stdin, process.stdout, process.stderr);
  const stop = watchSignals(process, io);
  const code = await main(args, { io, env: process.env, platform: process.platform, signal: stop });
  await io.flush();
  // A command has closed what it opened; whatever a library still holds open (an idle socket, a worker) must not keep the shell waiting.
  process.exit(code);
}
