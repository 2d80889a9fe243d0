import type { Command } from 'commander';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { openSandbox, type SandboxSize } from '../../../app/accounts/sandbox.ts';
import type { Context, Run } from '../context.ts';
import { addSandboxOptions, sandboxSize, type SandboxOptions } from '../options/sandbox-options.ts';
import { untilAborted } from '../terminal/interrupt.ts';
import { examples } from '../options/command.ts';

export function addSandbox(program: Command, choose: (run: Run) => void): void {
  addSandboxOptions(
    program
      .command('sandbox')
      .description('A local stand-in of the service with generated chats; runs until interrupted.'),
  )
    .addHelpText('after', examples('chatkeep sandbox', 'chatkeep sandbox --chats 20 --messages 5000 --seed 7 --json'))
    .action((options: SandboxOptions) => choose((context) => run(context, sandboxSize(options))));
}

async function run(context: Context, size: SandboxSize): ReturnType<Run> {
  const { answers, signal } = context;
  const sandbox = await openSandbox(size);
  try {
    const { api, media, key, connection } = sandbox;
    await answers.give({ api, media, key, connection }, () => [
      `API    ${api}`,
      `Media  ${media}`,
      '',
      'In another terminal:',
      `export CHATKEEP_API_BASE=${api}`,
      `export CHATKEEP_API_KEY=${key}`,
      `export CHATKEEP_CONNECTION=${connection}`,
      'export CHATKEEP_API_RATE=0',
      'chatkeep --library sandbox-library sync',
    ]);
    answers.hint('Press Ctrl-C to end it.');
    await untilAborted(signal);
    return EXIT.interrupted;
  } finally {
    await sandbox.close();
  }
}
