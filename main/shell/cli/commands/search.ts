import type { Command } from 'commander';
import type { CallOutput } from '../../../app/calls.ts';
import type { MessageHit } from '../../../contract/shapes.ts';
import type { Zone } from '../../../contract/time-zone.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { count, examples, ONE_ACCOUNT, ONE_CHAT, option } from '../options/command.ts';
import { sayUnsearchable } from '../options/filter-options.ts';
import { usage } from '../options/parse.ts';
import { counted, moment, safe, zoneWord } from '../terminal/format.ts';
import type { Column } from '../terminal/table.ts';
import { accountColumn } from './account-column.ts';

interface Options {
  readonly chat?: number;
  readonly account?: number;
  readonly limit: number;
}

export function addSearch(program: Command, choose: (run: Run) => void): void {
  program
    .command('search')
    .description('Find messages by their words. The last word may be incomplete, accents do not matter.')
    .argument('<text...>', 'what to look for')
    .addOption(ONE_CHAT)
    .addOption(ONE_ACCOUNT)
    .addOption(option('--limit <n>', 'at most this many (1 to 500)', count(1, 500)).default(50))
    .addHelpText('after', examples('chatkeep search harbour light', 'chatkeep search cafe --chat 410000000 --json'))
    .action((words: string[], options: Options) => {
      const text = words.join(' ').trim();
      if (text === '') {
        throw usage('There is nothing to search for', 'Name one word or more.');
      }
      choose((context) => find(context, text, options));
    });
}

const PAGE = 100;

type Found = MessageHit & NonNullable<MessageHit['whole']>;

const columnsIn = (zone: Zone): readonly Column<Found>[] => [
  { title: `SENT (${zoneWord(zone)})`, width: 16, cell: ({ sentAt }) => moment(sentAt, zone) },
  { title: 'CHAT', align: 'right', width: 10, cell: ({ chatId }) => String(chatId) },
  { title: 'MESSAGE', align: 'right', width: 13, cell: ({ messageId }) => String(messageId) },
  { title: 'MEDIA', align: 'right', width: 5, cell: ({ mediaIds }) => String(mediaIds.length) },
  { title: 'TEXT', width: 70, cell: ({ text }) => safe(text) },
];

function find(context: Context, text: string, options: Options): ReturnType<Run> {
  const { answers, zone } = context;
  const { chat: chatId = null, account: accountId = null, limit: most } = options;
  return withReader(context, async (library) => {
    await library.ask('chats.known', { accountId, chatIds: chatId === null ? [] : [chatId] });
    sayUnsearchable(answers, text);
    const hits: Found[] = [];
    let after: string | null = null;
    do {
      const limit = Math.min(PAGE, most - hits.length);
      const question = { text, accountId, chatId, after, limit, whole: true } as const;
      const page: CallOutput<'search.messages'> = await library.ask('search.messages', question);
      hits.push(...page.hits.flatMap(({ whole, ...hit }) => (whole === undefined ? [] : { ...hit, ...whole })));
      after = page.next;
    } while (after !== null && hits.length < most);
    await answers.list([...(await accountColumn(library, accountId)), ...columnsIn(zone)], lineOf)(hits);
    const found = counted(hits.length, 'message');
    answers.hint(hits.length < most ? `${found}.` : `The first ${found}.`);
    return EXIT.done;
  });
}

/** The fields that scripts rely on. */
function lineOf({ messageId, chatId, senderId, sentAt, text, mediaIds, accountId }: Found): object {
  return { messageId, chatId, senderId, sentAt: new Date(sentAt).toISOString(), text, mediaIds, accountId };
}
