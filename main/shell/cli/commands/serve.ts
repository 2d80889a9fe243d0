import type { Command } from 'commander';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { serve as serveApp } from '../../server/serve.ts';
import type { Context, Run } from '../context.ts';
import { openBrowser } from '../terminal/open-browser.ts';
import { parseCount } from '../options/parse.ts';
import { untilAborted } from '../terminal/interrupt.ts';
import { examples } from '../options/command.ts';

interface ServeFlags {
  readonly port?: string;
  readonly host?: string;
  readonly open?: true;
}

export function addServe(program: Command, choose: (run: Run) => void): void {
  program
    .command('serve')
    .description(
      'The app for a browser on this machine; prints the address with its one-time token and runs until interrupted.',
    )
    .option('--port <n>', 'a fixed port instead of a free one')
    .option('--open', 'open the address in the browser')
    .option('--host <address>', 'another address than this machine alone; wants a password in CHATKEEP_PASSWORD')
    .addHelpText('after', examples('chatkeep serve --open', 'chatkeep --library ./archive serve --port 8123 --json'))
    .action((flags: ServeFlags) => {
      const port = flags.port === undefined ? 0 : parseCount(flags.port, '--port', 0, 65_535);
      choose((context) => run(context, port, flags));
    });
}

async function run(context: Context, port: number, flags: ServeFlags): ReturnType<Run> {
  const { answers, machine, signal } = context;
  const password = machine.env['CHATKEEP_PASSWORD'];
  const served = await serveApp(machine, {
    library: context.library,
    port,
    ...(flags.host !== undefined && { host: flags.host }),
    ...(password !== undefined && { password }),
  });
  try {
    const url = served.newUrl();
    if (answers.manner.json) {
      await answers.json({ url });
    } else {
      await answers.lines(url === null ? [] : [url]);
      answers.word('The link signs in one browser, once. Press Enter for a fresh one, Ctrl-C to end.');
    }
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
