import type { Command } from 'commander';
import { runDemo, type Demo } from '../../../app/demo.ts';
import { interrupted } from '../../../app/error-words.ts';
import type { ExitCode } from '../../../app/exit-code.ts';
import { libraryDirOf } from '../../../app/open-core.ts';
import type { SandboxSize } from '../../../app/sandbox.ts';
import { exitCodeOfSync } from '../../../app/sync-accounts.ts';
import { portsFor, type Context, type Run } from '../context.ts';
import { ledgerLines } from '../ledger-text.ts';
import { progressView } from '../progress-view.ts';
import { addSandboxOptions, readSandboxSize, type SandboxOptions } from '../sandbox-options.ts';
import { syncHooks } from '../sync-hooks.ts';
import { tellEnds } from '../tell-ends.ts';
import { examples } from './command.ts';

export function addDemo(program: Command, choose: (run: Run) => void): void {
  addSandboxOptions(
    program
      .command('demo')
      .description(
        'The main job on sample chats: a sandbox, synced into a throw-away library unless --library is given. The library is kept.',
      ),
  )
    .addHelpText('after', examples('chatkeep demo', 'chatkeep --library ./demo demo --chats 10'))
    .action((options: SandboxOptions) => {
      const size = readSandboxSize(options);
      choose((context) => run(context, size));
    });
}

async function run(context: Context, size: SandboxSize): ReturnType<Run> {
  const { answers, signal, machine } = context;
  const named = context.library ?? machine.env['CHATKEEP_LIBRARY'] ?? '';
  const view = progressView(answers, () => Date.now());
  let code: ExitCode | null = null;
  await runDemo(
    portsFor(context),
    { libraryDir: named === '' ? null : libraryDirOf(machine, named), size },
    signal,
    {
      ...syncHooks(answers, view, 1),
      onStart: (sandbox, dir) => {
        view.say(`The sandbox answers at ${sandbox.api}; syncing it into ${dir}`);
      },
    },
    async (demo) => {
      code = await show(context, demo);
    },
  );
  if (code === null) {
    throw new Error('the demo ended without an answer');
  }
  return code;
}

async function show(context: Context, { core, ends }: Demo): Promise<ExitCode> {
  const { answers, signal } = context;
  const library = core.library.root;
  await tellEnds(answers, ends, signal.aborted, { library });
  if (!answers.manner.json) {
    const ledger = await core.index.read.ledger({ accountId: null, chatId: null });
    await answers.lines(['', ...ledgerLines(ledger, answers), '', ...nextSteps(library, context)]);
  }
  if (signal.aborted) {
    answers.error(interrupted());
  }
  return exitCodeOfSync(ends, signal.aborted);
}

/** Commands that work as they are printed, in the shell that ran the demo. */
function nextSteps(library: string, { machine }: Context): string[] {
  const command = machine.env['npm_lifecycle_event'] === undefined ? 'chatkeep' : 'npm run --silent chatkeep --';
  const folder = /^[\w./:\\@%+-]+$/.test(library) ? library : JSON.stringify(library);
  const here = `${command} --library ${folder}`;
  return [
    `The library is in ${library}; it stays until it is deleted. The sandbox has ended. Try next:`,
    `  ${here} media --kind video --limit 5`,
    `  ${here} search light`,
    `  ${here} verify --deep`,
    `  ${here} runs`,
    `To sync again and again, keep a sandbox running in another terminal: ${command} sandbox`,
  ];
}
