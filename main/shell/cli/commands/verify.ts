import type { Command } from 'commander';
import { EXIT, gravest, type ExitCode } from '../../../app/kernel/exit-code.ts';
import { exitCodeOfSync } from '../../../app/sync/sync-accounts.ts';
import type { VerifyAnswer } from '../../../app/checks/verify.ts';
import { withLibrary, type Context, type Run } from '../context.ts';
import { bytes, count, counted } from '../terminal/format.ts';
import { progressView, syncHooks, verifyShown } from '../words/progress-view.ts';
import { examples } from '../options/command.ts';

export function addVerify(program: Command, choose: (run: Run) => void): void {
  program
    .command('verify')
    .description('Compare the library with the disk. Files the index does not know are counted and left alone.')
    .option('--deep', 'hash every file, not only compare sizes')
    .option('--repair', 'fetch again what is damaged or missing; damaged files are moved to damaged/, never deleted')
    .addHelpText(
      'after',
      examples('chatkeep verify', 'chatkeep verify --deep --repair', "chatkeep verify --json | jq '.missing'"),
    )
    .action((options: { deep?: true; repair?: true }) =>
      choose((context) => check(context, options.deep === true, options.repair === true)),
    );
}

function check(context: Context, deep: boolean, repair: boolean): ReturnType<Run> {
  const { answers, signal } = context;
  return withLibrary(context, { mode: 'write' }, async ({ works }) => {
    const view = progressView(answers);
    const { answer, repairs } = await works
      .verify({ deep, repair }, signal, {
        ...syncHooks(answers, view, 1),
        onChecked: (progress) => view.show(verifyShown(progress)),
        onRepair: (damaged) => view.say(`${counted(damaged, 'file')} missing or damaged; fetching again.`),
      })
      .finally(() => view.end());
    const error = repairs.find(({ problem }) => problem !== null)?.problem;
    const failed = error && { error: { code: error.code, message: error.message, hint: error.hint } };
    await answers.give({ ...answer, ...failed }, () => verifyLines(answer, { deep, repair }));
    return exitCodeOfVerify(answer, signal.aborted, exitCodeOfSync(repairs, signal.aborted));
  });
}

function exitCodeOfVerify(answer: VerifyAnswer, cancelled: boolean, repairs: ExitCode): ExitCode {
  if (cancelled) {
    return EXIT.interrupted;
  }
  const clean = answer.missing + answer.corrupt === answer.repaired;
  // A repair that left other files of the library waiting is no failure of the check.
  return clean ? EXIT.done : gravest([EXIT.incomplete, repairs]);
}

/** Pure. */
function verifyLines(answer: VerifyAnswer, options: { readonly deep: boolean; readonly repair: boolean }): string[] {
  const damaged = answer.missing + answer.corrupt;
  const how = options.deep ? 'every byte read' : 'sizes compared';
  return [
    `${counted(answer.checked, 'file')} checked (${bytes(answer.bytes)}, ${how}): ${count(answer.ok)} ok, ${count(answer.missing)} missing, ${count(answer.corrupt)} damaged.`,
    ...(answer.orphan > 0
      ? [`${counted(answer.orphan, 'file')} in the store that the index does not know; left alone.`]
      : []),
    ...(options.repair && damaged > 0 ? [`${count(answer.repaired)} of ${count(damaged)} repaired.`] : []),
    ...(!options.repair && damaged > 0 ? ['Fetch them again with: chatkeep verify --repair'] : []),
  ];
}
