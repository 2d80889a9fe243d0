import type { Command } from 'commander';
import type { Zone } from '../../../contract/time-zone.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import type { Change } from '../../../contract/shapes.ts';
import type { CallOutput } from '../../../app/calls.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { counted, cut, moment, safe, zoneWord } from '../terminal/format.ts';
import { parseSince } from '../options/parse.ts';
import { rowLine, type Column } from '../terminal/table.ts';
import { examples } from '../options/command.ts';

const PAGE = 500;

type Since = ReturnType<typeof parseSince>;

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
    .action((options: { since?: string }) =>
      choose((context) =>
        list(context, options.since === undefined ? null : parseSince(options.since, '--since', context.zone)),
      ),
    );
}

function list(context: Context, since: Since | null): ReturnType<Run> {
  const { answers, signal, zone } = context;
  const columns = columnsIn(zone);
  return withReader(context, async (library) => {
    const [last] = since === null ? (await library.ask('runs.list', { before: null, limit: 1 })).rows : [];
    const from = since ?? { run: last?.id ?? 0 };
    let after: number | null = null;
    let found = 0;
    for (;;) {
      signal.throwIfAborted();
      const { rows }: CallOutput<'changes.list'> = await library.ask('changes.list', {
        sinceRun: 'run' in from ? from.run : null,
        sinceAt: 'at' in from ? from.at : null,
        after,
        limit: PAGE,
      });
      const end = rows.at(-1);
      if (end === undefined) {
        break;
      }
      after = end.id;
      if (answers.manner.json) {
        await answers.jsonLines(rows.map(changeLine));
      } else {
        const head =
          found === 0
            ? [
                answers.dim(
                  rowLine(
                    columns,
                    columns.map(({ title }) => title),
                  ),
                ),
              ]
            : [];
        await answers.lines([...head, ...rows.map((change) => rowLine(columns, cellsOf(change, zone)))]);
      }
      found += rows.length;
    }
    answers.word(`${counted(found, 'change')}.`);
    return EXIT.done;
  });
}

function changeLine({ at, ...change }: Change): Readonly<Record<string, unknown>> {
  return { ...change, at: new Date(at).toISOString() };
}

const columnsIn = (zone: Zone): readonly Column[] => [
  { title: `NOTICED (${zoneWord(zone)})`, width: 16 },
  { title: 'RUN', align: 'right', width: 5 },
  { title: 'WHAT', width: 13 },
  { title: 'ACCOUNT', align: 'right', width: 7 },
  { title: 'CHAT', align: 'right', width: 10 },
  { title: 'MESSAGE', align: 'right', width: 13 },
  { title: 'MEDIA', align: 'right', width: 12 },
  { title: 'BEFORE → AFTER', width: 60 },
];

function cellsOf(change: Change, zone: Zone): string[] {
  const value = (text: string | null): string => cut(safe(text ?? '-'), 28);
  return [
    moment(change.at, zone),
    change.runId === null ? '-' : String(change.runId),
    change.field,
    change.accountId === null ? '-' : String(change.accountId),
    change.chatId === null ? '-' : String(change.chatId),
    change.messageId === null ? '-' : String(change.messageId),
    change.mediaId === null ? '-' : String(change.mediaId),
    change.before === null && change.after === null ? '' : `${value(change.before)} → ${value(change.after)}`,
  ];
}
