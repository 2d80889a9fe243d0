import type { Command } from 'commander';
import type { CallOutput } from '../../../app/calls.ts';
import type { MessageHit } from '../../../contract/shapes.ts';
import type { Zone } from '../../../contract/time-zone.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { sayUnsearchable } from '../options/filter-options.ts';
import { counted, moment, safe, zoneWord } from '../terminal/format.ts';
import { parseCount, parseId, usage } from '../options/parse.ts';
import { rowLine, type Column } from '../terminal/table.ts';
import { examples } from '../options/command.ts';

interface Wanted {
  readonly text: string;
  readonly chatId: number | null;
  readonly accountId: number | null;
  readonly limit: number;
}

export function addSearch(program: Command, choose: (run: Run) => void): void {
  program
    .command('search')
    .description('Find messages by their words. The last word may be incomplete, accents do not matter.')
    .argument('<text...>', 'what to look for')
    .option('--chat <id>', 'only this chat')
    .option('--account <id>', 'only this account')
    .option('--limit <n>', 'at most this many (1 to 500)', '50')
    .addHelpText('after', examples('chatkeep search harbour light', 'chatkeep search cafe --chat 410000000 --json'))
    .action((words: string[], options: { chat?: string; account?: string; limit: string }) => {
      const text = words.join(' ').trim();
      if (text === '') {
        throw usage('There is nothing to search for', 'Name one word or more.');
      }
      const wanted: Wanted = {
        text,
        chatId: options.chat === undefined ? null : parseId(options.chat, '--chat'),
        accountId: options.account === undefined ? null : parseId(options.account, '--account'),
        limit: parseCount(options.limit, '--limit', 1, 500),
      };
      choose((context) => find(context, wanted));
    });
}

const PAGE = 100;

type Found = MessageHit & NonNullable<MessageHit['whole']>;

const columnsIn = (zone: Zone): readonly Column[] => [
  { title: `SENT (${zoneWord(zone)})`, width: 16 },
  { title: 'CHAT', align: 'right', width: 10 },
  { title: 'MESSAGE', align: 'right', width: 13 },
  { title: 'MEDIA', align: 'right', width: 5 },
  { title: 'TEXT', width: 70 },
];

function find(context: Context, wanted: Wanted): ReturnType<Run> {
  const { answers, zone } = context;
  const columns = columnsIn(zone);
  return withReader(context, async (library) => {
    const { text, accountId, chatId } = wanted;
    await library.ask('chats.known', { accountId, chatIds: chatId === null ? [] : [chatId] });
    sayUnsearchable(answers, text);
    const hits: Found[] = [];
    for (let after: string | null = null; ;) {
      const limit = Math.min(PAGE, wanted.limit - hits.length);
      const page: CallOutput<'search.messages'> = await library.ask('search.messages', {
        text,
        accountId,
        chatId,
        after,
        limit,
        whole: true,
      });
      hits.push(...page.hits.flatMap(({ whole, ...hit }) => (whole === undefined ? [] : { ...hit, ...whole })));
      after = page.next;
      if (after === null || hits.length >= wanted.limit) {
        break;
      }
    }
    if (answers.manner.json) {
      await answers.jsonLines(
        hits.map(({ messageId, chatId, senderId, sentAt, text, mediaIds }) => ({
          messageId,
          chatId,
          senderId,
          sentAt: new Date(sentAt).toISOString(),
          text,
          mediaIds,
        })),
      );
      return EXIT.done;
    }
    if (hits.length > 0) {
      await answers.lines([
        answers.dim(
          rowLine(
            columns,
            columns.map(({ title }) => title),
          ),
        ),
        ...hits.map((hit) =>
          rowLine(columns, [
            moment(hit.sentAt, zone),
            String(hit.chatId),
            String(hit.messageId),
            String(hit.mediaIds.length),
            safe(hit.text),
          ]),
        ),
      ]);
    }
    answers.word(
      hits.length < wanted.limit
        ? `${counted(hits.length, 'message')}.`
        : `The first ${counted(hits.length, 'message')}.`,
    );
    return EXIT.done;
  });
}
