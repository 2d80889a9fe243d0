import type { Command } from 'commander';
import type { Zone } from '../../../contract/time-zone.ts';
import { AppError } from '../../../lib/app-error.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import type { KeptMessage } from '../../../contract/browse-shapes.ts';
import { withReader, type Run } from '../context.ts';
import { readFilter, sayUnsearchable, type FilterOptions } from '../options/filter-options.ts';
import { moment, safe, zoneWord } from '../terminal/format.ts';
import { pagesOf } from './list-pages.ts';
import { parseCount } from '../options/parse.ts';
import { rowLine, type Column } from '../terminal/table.ts';
import { collect, examples } from '../options/command.ts';

type Options = Pick<FilterOptions, 'chat' | 'from' | 'to' | 'text' | 'account'> & {
  readonly raw?: boolean;
  readonly limit?: string;
  readonly after?: string;
};

export function addMessages(program: Command, choose: (run: Run) => void): void {
  program
    .command('messages')
    .description('List kept messages, chat by chat, newest first.')
    .option('--chat <id>', 'only this chat; may be repeated', collect)
    .option('--from <date>', 'sent at or after: 2025-06-01 or 2025-06-01T14:30Z')
    .option('--to <date>', 'sent before this time, or up to the end of this day (UTC, or that of --time-zone)')
    .option('--text <query>', 'words of the message')
    .option('--account <id>', 'only this account')
    .option('--raw', 'with --json: also each message as the service sent it')
    .option('--limit <n>', 'at most this many; where there are more, a line "next: TOKEN" goes to stderr')
    .option('--after <token>', 'go on after a list that --limit has cut')
    .addHelpText(
      'after',
      examples(
        'chatkeep messages --chat 410000000 --from 2025-06-01 --to 2025-06-30',
        'chatkeep messages --json | jq -r \'select(.state == "gone") | .text\'',
      ),
    )
    .action((options: Options) => {
      const limit = options.limit === undefined ? null : parseCount(options.limit, '--limit', 1, 1_000_000_000);
      choose((context) => {
        const { answers, zone } = context;
        const raw = options.raw === true;
        if (raw && !answers.manner.json) {
          throw new AppError('usage', '--raw needs --json.', 'Add --json.');
        }
        const filter = readFilter(options, zone);
        const columns = columnsIn(zone);
        return withReader(context, async (library) => {
          const { accountId, chatIds, from, to, text } = filter;
          await library.ask('chats.known', { accountId, chatIds });
          sayUnsearchable(answers, text);
          let next: string | null = null;
          const titles = columns.map(({ title }) => title);
          let head = [answers.dim(rowLine(columns, titles))];
          const question = { accountId, chatIds, from, to, text, raw };
          for await (const page of pagesOf({ limit, after: options.after ?? null }, PAGE, (part) =>
            library.ask('messages.list', { ...question, ...part }),
          )) {
            const lines = page.rows.map(toLine);
            await (answers.manner.json
              ? answers.jsonLines(lines)
              : answers.lines([...head, ...lines.map((line) => rowLine(columns, cellsOf(line, zone)))]));
            head = [];
            next = page.next;
          }
          if (next !== null) {
            // Not left out with --quiet: without it a script could not continue.
            answers.io.word(`next: ${next}`);
          }
          return EXIT.done;
        });
      });
    });
}

const PAGE = 500;

/** A message as scripts see it (docs/cli.md). */
interface MessageLine {
  readonly id: number;
  readonly chatId: number;
  readonly senderId: number | null;
  /** ISO 8601 UTC. */
  readonly sentAt: string;
  readonly changedAt: string | null;
  readonly text: string;
  /** `gone`: the service no longer lists it. */
  readonly state: 'listed' | 'gone';
  /** The id of the message that it answers. */
  readonly replyTo: number | null;
  readonly mediaIds: readonly number[];
  /** The message as the service sent it, where it was asked for. */
  readonly raw?: unknown;
}

const toLine = (message: KeptMessage): MessageLine => ({
  id: message.id,
  chatId: message.chatId,
  senderId: message.senderId,
  sentAt: new Date(message.sentAt).toISOString(),
  changedAt: message.changedAt === null ? null : new Date(message.changedAt).toISOString(),
  text: message.text,
  state: message.goneAt === null ? 'listed' : 'gone',
  replyTo: message.replyTo,
  mediaIds: message.mediaIds,
  ...(message.raw !== undefined && { raw: JSON.parse(message.raw) as unknown }),
});

const columnsIn = (zone: Zone): readonly Column[] => [
  { title: `SENT (${zoneWord(zone)})`, width: 16 },
  { title: 'CHAT', align: 'right', width: 10 },
  { title: 'MESSAGE', align: 'right', width: 12 },
  { title: 'FROM', align: 'right', width: 10 },
  { title: 'MEDIA', align: 'right', width: 5 },
  { title: 'STATE', width: 6 },
  { title: 'TEXT', width: 60 },
];

const cellsOf = (line: MessageLine, zone: Zone): string[] => [
  moment(Date.parse(line.sentAt), zone),
  String(line.chatId),
  String(line.id),
  line.senderId === null ? '-' : String(line.senderId),
  String(line.mediaIds.length),
  line.state,
  safe(line.text),
];
