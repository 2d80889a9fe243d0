import type { Command } from 'commander';
import { copyLibrary } from '../../../app/backup/copy-library.ts';
import type { BackupAnswer } from '../../../contract/backup-shapes.ts';
import { EXIT, type ExitCode } from '../../../app/kernel/exit-code.ts';
import { libraryDirOf } from '../../../app/core/open-core.ts';
import { backupLines, lostLine } from '../words/backup-text.ts';
import { portsFor, type Context, type Run } from '../context.ts';
import { counted } from '../terminal/format.ts';
import { usage } from '../options/parse.ts';
import { backupShown, progressView, Troubles } from '../words/progress-view.ts';
import { examples } from '../options/command.ts';

export function addBackup(program: Command, choose: (run: Run) => void): void {
  program
    .command('backup')
    .usage('--to DIR')
    .description(
      'Copy the library to a second folder, which is a whole library after every run. The same command again copies what is new.',
    )
    .option('--to <dir>', 'the folder of the backup, best on another drive')
    .addHelpText(
      'after',
      examples(
        'chatkeep backup --to /media/backup/chatkeep',
        'chatkeep --library /media/backup/chatkeep verify --deep',
        'chatkeep --library /media/backup/chatkeep backup --to ~/Chatkeep   # the way back',
      ),
    )
    .action(({ to }: { to?: string }) => {
      if (to === undefined || to === '') {
        throw usage('The folder of the backup is missing', 'Name it with --to DIR.');
      }
      choose((context) => run(context, to));
    });
}

/** Reading alone: the app or another command may be at work in the library. */
async function run(context: Context, to: string): Promise<ExitCode> {
  const { answers, signal, machine, library } = context;
  const { clock } = portsFor(context);
  const view = progressView(answers);
  const lost = new Troubles(answers, view);
  const options = { from: libraryDirOf(machine, library), to, as: 'backup', deep: false } as const;
  const answer = await copyLibrary(options, clock, signal, {
    onProgress: (progress) => view.show(backupShown(progress)),
    onLost: (file) => lost.tell(lostLine(file)),
  }).finally(() => view.end());
  lost.end((untold) => `${counted(untold, 'more file')} damaged or missing.`);
  await answers.give(agreed(answer), () => backupLines(answer));
  return lost.count > 0 ? EXIT.incomplete : EXIT.done;
}

/** The fields that scripts rely on. */
function agreed({ copied, bytes, there, damaged, missing, files, to }: BackupAnswer): object {
  return { copied, bytes, there, damaged, missing, files, to };
}
