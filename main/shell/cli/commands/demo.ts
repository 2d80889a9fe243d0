import type { Command } from 'commander';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interrupted } from '../../../app/kernel/error-words.ts';
import type { ExitCode } from '../../../app/kernel/exit-code.ts';
import { libraryDirOf } from '../../../app/core/open-core.ts';
import { openSandbox, type RunningSandbox, type SandboxSize } from '../../../app/accounts/sandbox.ts';
import { exitCodeOfSync } from '../../../app/sync/sync-accounts.ts';
import { serve, type Served } from '../../server/serve.ts';
import type { Context, Run } from '../context.ts';
import { ledgerLines } from '../words/ledger-text.ts';
import { openBrowser } from '../terminal/open-browser.ts';
import { progressView, type ProgressView, syncHooks } from '../words/progress-view.ts';
import { addSandboxOptions, sandboxSize, type SandboxOptions } from '../options/sandbox-options.ts';
import { tellEnds } from '../words/sync-text.ts';
import { untilAborted } from '../terminal/interrupt.ts';
import { examples } from '../options/command.ts';

export function addDemo(program: Command, choose: (run: Run) => void): void {
  addSandboxOptions(
    program
      .command('demo')
      .description(
        'The main job on sample chats: a sandbox, synced into a throw-away library unless --library is given, and the app opened on it. The library is kept.',
      )
      .option('--no-serve', 'end after the ledger, without the app'),
  )
    .addHelpText('after', examples('chatkeep demo', 'chatkeep --library ./demo demo --chats 10 --no-serve'))
    .action((options: SandboxOptions & { readonly serve: boolean }) =>
      choose((context) => run(context, sandboxSize(options), options.serve)),
    );
}

/** The sandbox's account comes as if from the environment and settings lie in a folder of their own: nothing of the person's is touched. */
async function run(context: Context, size: SandboxSize, pages: boolean): ReturnType<Run> {
  const { machine } = context;
  const named = context.library ?? machine.env['CHATKEEP_LIBRARY'] ?? '';
  const library = named === '' ? await mkdtemp(join(tmpdir(), 'chatkeep-demo-')) : libraryDirOf(machine, named);
  const config = await mkdtemp(join(tmpdir(), 'chatkeep-demo-config-'));
  const sandbox = await openSandbox(size);
  try {
    const environment = {
      key: sandbox.key,
      connectionId: sandbox.connection,
      apiBase: sandbox.api,
      // The stand-in has no limit.
      ratePerMinute: 0,
    };
    const own = { ...machine, env: { ...machine.env, CHATKEEP_CONFIG: config } };
    const served = await serve(own, { library, port: 0, environment, pages, command: commandOf(machine) });
    try {
      return await syncAndStay(context, sandbox, served, library);
    } finally {
      await served.close();
    }
  } finally {
    await sandbox.close();
    await rm(config, { recursive: true, force: true });
  }
}

async function syncAndStay(
  context: Context,
  sandbox: RunningSandbox,
  { app, newUrl }: Served,
  library: string,
): Promise<ExitCode> {
  const { answers, signal } = context;
  const view = progressView(answers);
  const url = newUrl();
  view.say(`The sandbox answers at ${sandbox.api}; syncing it into ${library}`);
  if (url !== null) {
    announce(context, view, url);
  }
  const hooks = syncHooks(answers, view, 1);
  const ends = await app.syncHere((progress) => hooks.onProgress(progress), signal);
  for (const end of ends) {
    hooks.onEnd(end);
  }
  await tellEnds(answers, ends, signal.aborted, { library, ...(url !== null && { url }) });
  if (!answers.manner.json) {
    const ledger = await app.call('ledger.get', { accountId: null, chatId: null, order: 'added' }, signal);
    await answers.lines([
      '',
      ...(ledger.ok ? ledgerLines(ledger.value, answers) : []),
      '',
      ...nextSteps(library, context, url !== null),
    ]);
  }
  if (signal.aborted) {
    answers.error(interrupted());
  } else if (url !== null) {
    if (!answers.manner.json) {
      answers.word(
        'The app stays open until Ctrl-C. The link signs in one browser, once; press Enter for a fresh one.',
      );
      await answers.lines(['', newUrl() ?? url, '']);
    }
    const run = (): void => {
      const fresh = newUrl();
      if (fresh !== null && !answers.manner.json) {
        void answers.lines([fresh, '']).catch(() => undefined);
        show(context, fresh);
      }
    };
    await untilAborted(signal, { stdin: answers.io.stdin, run });
    return exitCodeOfSync(ends, false);
  }
  return exitCodeOfSync(ends, signal.aborted);
}

/** The grid fills while the sync runs. */
function announce(context: Context, view: ProgressView, url: string): void {
  view.say(`The app is at ${url}`);
  show(context, url);
}

/** Opens the link where a person watches. */
function show({ answers, machine }: Context, url: string): void {
  if (answers.io.outIsTerminal) {
    openBrowser(url, machine.platform);
  }
}

/** The command that the person typed. */
const commandOf = ({ env }: Context['machine']): string =>
  env['npm_lifecycle_event'] === 'demo' ? 'npm run demo' : 'chatkeep demo';

/** Commands that work as they are printed, in the shell that ran the demo. */
function nextSteps(library: string, { machine }: Context, served: boolean): string[] {
  const command = machine.env['npm_lifecycle_event'] === undefined ? 'chatkeep' : 'npm run --silent chatkeep --';
  const here = `${command} --library ${quoted(library)}`;
  return [
    `The library is in ${library}; it stays until it is deleted. Try next${served ? ', in another terminal' : ''}:`,
    `  ${here} media --kind video --limit 5`,
    `  ${here} search light`,
    `  ${here} runs`,
    // One process at a time may write: what checks and exports wants the app closed.
    ...(served ? ['And when the app is closed:'] : []),
    `  ${here} verify --deep`,
    `  ${here} export --to ${quoted(`${library}-export`)} --layout by-month`,
    `To sync again and again, keep a sandbox running in another terminal: ${command} sandbox`,
  ];
}

function quoted(path: string): string {
  return /^[\w./:\\@%+-]+$/.test(path) ? path : JSON.stringify(path);
}
