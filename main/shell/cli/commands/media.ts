import type { Command } from 'commander';
import type { Zone } from '../../../contract/time-zone.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { examples } from '../options/command.ts';
import {
  addFilterOptions,
  addRangeOptions,
  readFilter,
  sayUnsearchable,
  type FilterOptions,
  type RangeOptions,
} from '../options/filter-options.ts';
import { bytes, duration, moment, safe, zoneWord } from '../terminal/format.ts';
import type { Column } from '../terminal/table.ts';
import { listPages } from './list-pages.ts';
import { mediaLines, PAGE, type MediaLine } from './media-lines.ts';
import { accountColumn } from './account-column.ts';

type Options = FilterOptions & RangeOptions;

export function addMedia(program: Command, choose: (run: Run) => void): void {
  addRangeOptions(addFilterOptions(program.command('media').description('List media, newest first.')))
    .addHelpText(
      'after',
      examples(
        'chatkeep media --kind video --from 2025-06-01 --to 2025-06-30',
        'chatkeep media --state failed --state pending',
        "chatkeep media --json --state stored | jq -r '.path'",
        'chatkeep media --json --limit 1000 --after TOKEN',
      ),
    )
    .action((options: Options) => choose((context) => list(context, options)));
}

async function list(context: Context, options: Options): ReturnType<Run> {
  const { answers, signal, zone } = context;
  const filter = readFilter(options, zone);
  return await withReader(context, async (library) => {
    await library.ask('chats.known', { accountId: filter.accountId, chatIds: filter.chatIds });
    sayUnsearchable(answers, filter.text);
    const print = answers.list([...(await accountColumn(library, filter.accountId)), ...columnsIn(zone)]);
    await listPages(answers, options, PAGE, 'No media.', async (part) => {
      signal.throwIfAborted();
      const page = await library.ask('media.page', { filter, ...part });
      await print(await mediaLines(library, page.rows));
      return page;
    });
    return EXIT.done;
  });
}

const columnsIn = (zone: Zone): readonly Column<MediaLine>[] => [
  { title: `SENT (${zoneWord(zone)})`, width: 16, cell: ({ sentAt }) => moment(Date.parse(sentAt), zone) },
  { title: 'CHAT', align: 'right', width: 10, cell: ({ chatId }) => String(chatId) },
  { title: 'MEDIA', align: 'right', width: 12, cell: ({ id }) => String(id) },
  { title: 'KIND', width: 5, cell: ({ kind }) => kind },
  { title: 'STATE', width: 9, cell: ({ state }) => (state === 'notReady' ? 'not ready' : state) },
  { title: 'SIZE', align: 'right', width: 7, cell: (line) => (line.bytes === null ? '-' : bytes(line.bytes)) },
  {
    title: 'PIXELS',
    width: 9,
    cell: ({ width, height }) => (width === null || height === null ? '-' : `${width}×${height}`),
  },
  {
    title: 'LENGTH',
    align: 'right',
    width: 8,
    cell: (line) => (line.duration === null ? '-' : duration(line.duration * 1000)),
  },
  { title: 'TEXT', width: 40, cell: ({ text }) => safe(text) },
];
