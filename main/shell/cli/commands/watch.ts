import type { Command } from 'commander';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { sumUp } from '../../../app/sync/sync-accounts.ts';
import { watchLibrary, type WatchRound } from '../../../app/sync/watch.ts';
import { errorValue } from '../terminal/answers.ts';
import type { Context, Run } from '../context.ts';
import { moment } from '../terminal/format.ts';
import { parseInterval } from '../options/parse.ts';
import { progressView, syncHooks } from '../words/progress-view.ts';
import { roundLine, syncAnswer } from '../words/sync-text.ts';
import { examples, ONE_ACCOUNT, option } from '../options/command.ts';

export function addWatch(program: Command, choose: (run: Run) => void): void {
  program
    .command('watch')
    .description(
      'Sync again and again until interrupted. Chats without anything new cost nothing: the chat list tells. Errors do not end it.',
    )
    .addOption(
      option(
        '--every <time>',
        'time between two rounds, such as 30s, 15m, 2h (from 10s); varied by a tenth',
        parseInterval,
      ).default(parseInterval('15m', '--every'), '15m'),
    )
    .addOption(ONE_ACCOUNT)
    .addHelpText(
      'after',
      examples('chatkeep watch --every 15m', 'chatkeep watch --every 1h --quiet --json >> rounds.jsonl'),
    )
    .action(({ every, account }: { every: number; account?: number }) =>
      choose((context) => run(context, every, account ?? null)),
    );
}

async function run(context: Context, everyMs: number, accountId: number | null): ReturnType<Run> {
  const { answers, signal, machine, library } = context;
  const view = progressView(answers);
  await watchLibrary(machine, library, { everyMs, accountId }, signal, {
    ...syncHooks(answers, view, 1),
    onRound: async (round, next) => {
      view.end();
      await tell(context, round, next);
    },
  });
  view.end();
  answers.word('Stopped; nothing is lost.');
  return EXIT.interrupted;
}

async function tell({ answers, zone }: Context, round: WatchRound, next: number): Promise<void> {
  const now = Date.now();
  if (round.problem !== null) {
    answers.error(round.problem);
  }
  if (answers.manner.json) {
    const value =
      round.problem === null ? syncAnswer(sumUp(round.ends, false), round.ends) : { error: errorValue(round.problem) };
    await answers.json({ at: new Date(now).toISOString(), ...value, next: new Date(next).toISOString() });
    return;
  }
  const lines = round.problem === null ? round.ends.map(roundLine) : ['Not synced'];
  await answers.lines(lines.map((line) => `${moment(now, zone)} ${line}; next ${moment(next, zone)}`));
}
