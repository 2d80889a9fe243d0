import type { Command } from 'commander';
import { chatsById } from '../../../app/sync/choose.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withCore, type Context, type Run } from '../context.ts';
import { sayUnsearchable } from '../filter-options.ts';
import { counted, moment, safe } from '../format.ts';
import { parseCount, parseId, usage } from '../parse.ts';
import { rowLine, type Column } from '../table.ts';
import { examples } from './command.ts';

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

const COLUMNS: readonly Column[] = [
  { title: 'SENT (UTC)', width: 16 },
  { title: 'CHAT', align: 'right', width: 10 },
  { title: 'MESSAGE', align: 'right', width: 13 },
  { title: 'MEDIA', align: 'right', width: 5 },
  { title: 'TEXT', width: 70 },
];

function find(context: Context, wanted: Wanted): ReturnType<Run> {
  const { answers } = context;
  return withCore(context, { mode: 'read' }, async (core) => {
    if (wanted.accountId !== null) {
      await core.accounts.byId(wanted.accountId);
    }
    await chatsById(core, wanted.accountId, wanted.chatId === null ? [] : [wanted.chatId]);
    sayUnsearchable(answers, wanted.text);
    const hits = await core.index.read.search(wanted);
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
            COLUMNS,
            COLUMNS.map(({ title }) => title),
          ),
        ),
        ...hits.map((hit) =>
          rowLine(COLUMNS, [
            moment(hit.sentAt),
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
