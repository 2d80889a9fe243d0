import type { Command } from 'commander';
import type { Zone } from '../../../contract/time-zone.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import type { KeptMessage } from '../../../contract/browse-shapes.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { examples } from '../options/command.ts';
import {
  addMessageOptions,
  addRangeOptions,
  readFilter,
  sayUnsearchable,
  type FilterOptions,
  type RangeOptions,
} from '../options/filter-options.ts';
import { usage } from '../options/parse.ts';
import { idOrDash, moment, safe, zoneWord } from '../terminal/format.ts';
import type { Column } from '../terminal/table.ts';
import { listPages } from './list-pages.ts';
import { accountColumn } from './account-column.ts';

type Options = RangeOptions &
  Pick<FilterOptions, 'chat' | 'from' | 'to' | 'text' | 'account'> & { readonly raw?: true };

export function addMessages(program: Command, choose: (run: Run) => void): void {
  const command = program.command('messages').description('List kept messages, chat by chat, newest first.');
  addRangeOptions(addMessageOptions(command).option('--raw', 'with --json: also each message as the service sent it'))
    .addHelpText(
      'after',
      examples(
        'chatkeep messages --chat 410000000 --from 2025-06-01 --to 2025-06-30',
        'chatkeep messages --json | jq -r \'select(.state == "gone") | .text\'',
      ),
    )
    .action((options: Options) => choose((context) => list(context, options)));
}

const PAGE = 500;

async function list(context: Context, options: Options): ReturnType<Run> {
  const { answers, zone } = context;
  const raw = options.raw === true;
  if (raw && !answers.manner.json) {
    throw usage('--raw needs --json.', 'Add --json.');
  }
  const { accountId, chatIds, from, to, text } = readFilter(options, zone);
  return await withReader(context, async (library) => {
    await library.ask('chats.known', { accountId, chatIds });
    sayUnsearchable(answers, text);
    const print = answers.list([...(await accountColumn(library, accountId)), ...columnsIn(zone)], lineOf);
    await listPages(answers, options, PAGE, 'No messages.', async (part) => {
      const page = await library.ask('messages.list', { accountId, chatIds, from, to, text, raw, ...part });
      await print(page.rows);
      return page;
    });
    return EXIT.done;
  });
}

/** `gone`: the service no longer lists it. */
const stateOf = ({ goneAt }: KeptMessage): string => (goneAt === null ? 'listed' : 'gone');

/** A message as scripts see it (docs/cli.md). `raw`: as the service sent it, where it was asked for. */
const lineOf = (message: KeptMessage): object => ({
  id: message.id,
  chatId: message.chatId,
  senderId: message.senderId,
  sentAt: new Date(message.sentAt).toISOString(),
  changedAt: message.changedAt === null ? null : new Date(message.changedAt).toISOString(),
  text: message.text,
  state: stateOf(message),
  replyTo: message.replyTo,
  mediaIds: message.mediaIds,
  accountId: message.accountId,
  ...(message.raw !== undefined && { raw: JSON.parse(message.raw) as unknown }),
});

const columnsIn = (zone: Zone): readonly Column<KeptMessage>[] => [
  { title: `SENT (${zoneWord(zone)})`, width: 16, cell: ({ sentAt }) => moment(sentAt, zone) },
  { title: 'CHAT', align: 'right', width: 10, cell: ({ chatId }) => String(chatId) },
  { title: 'MESSAGE', align: 'right', width: 13, cell: ({ id }) => String(id) },
  { title: 'FROM', align: 'right', width: 10, cell: ({ senderId }) => idOrDash(senderId) },
  { title: 'MEDIA', align: 'right', width: 5, cell: ({ mediaIds }) => String(mediaIds.length) },
  { title: 'STATE', width: 6, cell: stateOf },
  { title: 'TEXT', width: 60, cell: ({ text }) => safe(text) },
];
