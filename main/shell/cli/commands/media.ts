import type { Command } from 'commander';
import type { Zone } from '../../../contract/time-zone.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import type { MediaFilter } from '../../../contract/shapes.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { listMedia, type MediaLine } from './media-lines.ts';
import { addFilterOptions, sayUnsearchable, readFilter, type FilterOptions } from '../options/filter-options.ts';
import { bytes, duration, moment, safe, zoneWord } from '../terminal/format.ts';
import { parseCount } from '../options/parse.ts';
import { rowLine, type Column } from '../terminal/table.ts';
import { examples } from '../options/command.ts';

interface Options extends FilterOptions {
  readonly limit?: string;
  readonly after?: string;
}

export function addMedia(program: Command, choose: (run: Run) => void): void {
  addFilterOptions(program.command('media').description('List media, newest first.'))
    .option('--limit <n>', 'at most this many; where there are more, a line "next: TOKEN" goes to stderr')
    .option('--after <token>', 'go on after a list that --limit has cut')
    .addHelpText(
      'after',
      examples(
        'chatkeep media --kind video --from 2025-06-01 --to 2025-06-30',
        'chatkeep media --state failed --state pending',
        "chatkeep media --json --state stored | jq -r '.path'",
        'chatkeep media --json --limit 1000 --after TOKEN',
      ),
    )
    .action((options: Options) => {
      const limit = options.limit === undefined ? null : parseCount(options.limit, '--limit', 1, 1_000_000_000);
      choose((context) => list(context, readFilter(options, context.zone), { limit, after: options.after ?? null }));
    });
}

function list(
  context: Context,
  filter: MediaFilter,
  range: { readonly limit: number | null; readonly after: string | null },
): ReturnType<Run> {
  const { answers, signal, zone } = context;
  const columns = columnsIn(zone);
  return withReader(context, async (library) => {
    await library.ask('chats.known', { accountId: filter.accountId, chatIds: filter.chatIds });
    sayUnsearchable(answers, filter.text);
    let next: string | null = null;
    let first = true;
    for await (const page of listMedia(library, filter, range)) {
      signal.throwIfAborted();
      if (answers.manner.json) {
        await answers.jsonLines(page.lines);
      } else {
        const head = first
          ? [
              answers.dim(
                rowLine(
                  columns,
                  columns.map(({ title }) => title),
                ),
              ),
            ]
          : [];
        await answers.lines([...head, ...page.lines.map((line) => rowLine(columns, cellsOf(line, zone)))]);
      }
      first = false;
      next = page.next;
    }
    if (next !== null) {
      // Not left out with --quiet: without it a script could not continue.
      answers.io.word(`next: ${next}`);
    }
    return EXIT.done;
  });
}

const columnsIn = (zone: Zone): readonly Column[] => [
  { title: `SENT (${zoneWord(zone)})`, width: 16 },
  { title: 'CHAT', align: 'right', width: 10 },
  { title: 'MEDIA', align: 'right', width: 12 },
  { title: 'KIND', width: 5 },
  { title: 'STATE', width: 9 },
  { title: 'SIZE', align: 'right', width: 7 },
  { title: 'PIXELS', width: 9 },
  { title: 'LENGTH', align: 'right', width: 8 },
  { title: 'TEXT', width: 40 },
];

const cellsOf = (line: MediaLine, zone: Zone): string[] => [
  moment(Date.parse(line.sentAt), zone),
  String(line.chatId),
  String(line.id),
  line.kind,
  line.state === 'notReady' ? 'not ready' : line.state,
  line.bytes === null ? '-' : bytes(line.bytes),
  line.width === null || line.height === null ? '-' : `${line.width}×${line.height}`,
  line.duration === null ? '-' : duration(line.duration * 1000),
  safe(line.text),
];
