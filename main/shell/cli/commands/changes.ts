import type { Command } from 'commander';
import type { Zone } from '../../../contract/time-zone.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import type { Change } from '../../../contract/shapes.ts';
import type { CallOutput } from '../../../app/calls.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { examples } from '../options/command.ts';
import { parseSince } from '../options/parse.ts';
import { counted, cut, idOrDash, moment, safe, zoneWord } from '../terminal/format.ts';
import type { Column } from '../terminal/table.ts';

const PAGE = 500;

export function addChanges(program: Command, choose: (run: Run) => void): void {
  program
    .command('changes')
    .description(
      'What runs found changed: edited and withdrawn messages, media unlocked, ready or gone, new names, stored files. Oldest first.',
    )
    .option('--since <run|date>', 'from this run on, or from this date on (default: the last run)')
    .addHelpText(
      'after',
      examples('chatkeep changes', 'chatkeep changes --since 12', 'chatkeep changes --since 2025-06-01 --json'),
    )
    .action(({ since }: { since?: string }) => choose((context) => list(context, since)));
}

async function list(context: Context, since: string | undefined): ReturnType<Run> {
  const { answers, signal, zone } = context;
  const given = since === undefined ? null : parseSince(since, '--since', zone);
  return await withReader(context, async (library) => {
    const [last] = given === null ? (await library.ask('runs.list', { before: null, limit: 1 })).rows : [];
    const from = given ?? { run: last?.id ?? 0 };
    const question = { sinceRun: 'run' in from ? from.run : null, sinceAt: 'at' in from ? from.at : null, limit: PAGE };
    const print = answers.list(columnsIn(zone), ({ at, ...change }) => ({ ...change, at: new Date(at).toISOString() }));
    let after: number | null = null;
    let found = 0;
    do {
      signal.throwIfAborted();
      const page: CallOutput<'changes.list'> = await library.ask('changes.list', { ...question, after });
      await print(page.rows);
      found += page.rows.length;
      after = page.next;
    } while (after !== null);
    answers.word(`${counted(found, 'change')}.`);
    return EXIT.done;
  });
}

const value = (text: string | null): string => cut(safe(text ?? '-'), 28);

const columnsIn = (zone: Zone): readonly Column<Change>[] => [
  { title: `NOTICED (${zoneWord(zone)})`, width: 16, cell: ({ at }) => moment(at, zone) },
  { title: 'RUN', align: 'right', width: 5, cell: ({ runId }) => idOrDash(runId) },
  { title: 'WHAT', width: 13, cell: ({ field }) => field },
  { title: 'ACCOUNT', align: 'right', width: 7, cell: ({ accountId }) => idOrDash(accountId) },
  { title: 'CHAT', align: 'right', width: 10, cell: ({ chatId }) => idOrDash(chatId) },
  { title: 'MESSAGE', align: 'right', width: 13, cell: ({ messageId }) => idOrDash(messageId) },
  { title: 'MEDIA', align: 'right', width: 12, cell: ({ mediaId }) => idOrDash(mediaId) },
  {
    title: 'BEFORE → AFTER',
    width: 60,
    cell: ({ before, after }) => (before === null && after === null ? '' : `${value(before)} → ${value(after)}`),
  },
];
