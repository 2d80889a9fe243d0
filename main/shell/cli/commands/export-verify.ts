import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../../../app/kernel/exit-code.ts';
import { verifyExport } from '../../../app/exports/export-selection.ts';
import type { Context, Run } from '../context.ts';
import { count, counted, safe } from '../format.ts';
import { progressView } from '../progress-view.ts';
import { examples } from './command.ts';

const MOST_TOLD = 20;

export function addExportVerify(parent: Command, choose: (run: Run) => void): void {
  parent
    .command('verify <dir>')
    .description('Check an exported folder against its manifest. Needs no library.')
    .addHelpText('after', examples('chatkeep export verify ~/Pictures/chats', 'chatkeep export verify case-17 --json'))
    .action((dir: string) => {
      choose((context) => check(context, dir));
    });
}

async function check({ answers, signal }: Context, dir: string): Promise<ExitCode> {
  const view = progressView(answers, () => Date.now());
  let problems = 0;
  const result = await verifyExport(dir, signal, {
    onProgress: (progress) => {
      if (progress.checked > 0 || progress.bytes > 0) {
        view.verify(progress);
      }
    },
    onProblem: (path, problem) => {
      problems += 1;
      if (problems <= MOST_TOLD) {
        view.end();
        answers.io.word(`${problem === 'missing' ? 'Missing' : 'Changed'}: ${safe(path)}`);
      }
    },
  }).finally(() => {
    view.end();
  });
  if (problems > MOST_TOLD) {
    answers.io.word(`${counted(problems - MOST_TOLD, 'more file')} missing or changed.`);
  }
  if (answers.manner.json) {
    await answers.json(result);
  } else {
    const { checked, ok, missing, changed } = result;
    await answers.lines([
      `${counted(checked, 'file')} checked: ${count(ok)} ok, ${count(missing)} missing, ${count(changed)} changed.`,
    ]);
  }
  return result.missing + result.changed > 0 ? EXIT.incomplete : EXIT.done;
}
