import type { Command } from 'commander';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { serve as serveApp } from '../../server/serve.ts';
import type { Context, Run } from '../context.ts';
import { openBrowser } from '../terminal/open-browser.ts';
import { untilAborted } from '../terminal/interrupt.ts';
import { count, examples, option } from '../options/command.ts';

interface ServeFlags {
  readonly port?: number;
  readonly host?: string;
  readonly open?: true;
}

export function addServe(program: Command, choose: (run: Run) => void): void {
  program
    .command('serve')
    .description(
      'The app for a browser on this machine; prints the address with its one-time token and runs until interrupted.',
    )
    .addOption(option('--port <n>', 'a fixed port instead of a free one', count(0, 65_535)))
    .option('--open', 'open the address in the browser')
    .option('--host <address>', 'another address than this machine alone; wants a password in CHATKEEP_PASSWORD')
    .addHelpText('after', examples('chatkeep serve --open', 'chatkeep --library ./archive serve --port 8123 --json'))
    .action((flags: ServeFlags) => choose((context) => run(context, flags)));
}

async function run(context: Context, flags: ServeFlags): ReturnType<Run> {
  const { answers, machine, signal } = context;
  const password = machine.env['CHATKEEP_PASSWORD'];
  const served = await serveApp(machine, {
    library: context.library,
    port: flags.port ?? 0,
    ...(flags.host !== undefined && { host: flags.host }),
    ...(password !== undefined && { password }),
  });
  try {
    const url = served.newUrl();
    await answers.give({ url }, () => (url === null ? [] : [url]));
    answers.hint('The link signs in one browser, once. Press Enter for a fresh one, Ctrl-C to end.');
    if (flags.open === true && url !== null) {
      openBrowser(url, machine.platform);
    }
    const run = (): void => {
      const fresh = served.newUrl();
      if (fresh !== null && !answers.manner.json) {
        void answers.lines([fresh]).catch(() => undefined);
        if (flags.open === true) {
          openBrowser(fresh, machine.platform);
        }
      }
    };
    await untilAborted(signal, { stdin: answers.io.stdin, run });
    return EXIT.interrupted;
  } finally {
    await served.close();
  }
}
