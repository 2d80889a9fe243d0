import type { Command } from 'commander';
import type { CallOutput } from '../../../app/calls.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { listEnvironmentChats, type ChatLine } from '../../../app/chats/remote-chats.ts';
import type { Answers } from '../terminal/answers.ts';
import { portsFor, withReader, type Context, type Run } from '../context.ts';
import { count, safe } from '../terminal/format.ts';
import { parseId } from '../options/parse.ts';
import { rowLine, type Column } from '../terminal/table.ts';
import { examples } from '../options/command.ts';

export function addChats(program: Command, choose: (run: Run) => void): void {
  program
    .command('chats')
    .description('List the chats in the library, or at the service.')
    .option('--remote', 'ask the service; nothing is stored')
    .option('--account <id>', 'only this account')
    .addHelpText('after', examples('chatkeep chats', 'chatkeep chats --remote --json | head -n 5'))
    .action((options: { remote?: true; account?: string }) => {
      const account = options.account === undefined ? null : parseId(options.account, '--account');
      choose((context) => (options.remote === true ? remote(context, account) : local(context, account)));
    });
}

const PAGE = 500;

function local(context: Context, accountId: number | null): ReturnType<Run> {
  return withReader(context, async (library) => {
    await library.ask('chats.known', { accountId, chatIds: [] });
    const print = printer(context.answers);
    for (let after: string | null = null; ;) {
      const page: CallOutput<'chats.list'> = await library.ask('chats.list', {
        accountId,
        order: 'added',
        after,
        limit: PAGE,
      });
      if (page.rows.length > 0) {
        await print(
          page.rows.map(({ id, name, username, newestMessageId, media, complete }) => ({
            id,
            name,
            username,
            newestMessageId,
            media,
            complete,
          })),
        );
      }
      after = page.next;
      if (after === null) {
        break;
      }
    }
    return EXIT.done;
  });
}

async function remote(context: Context, accountId: number | null): ReturnType<Run> {
  const print = printer(context.answers);
  const ports = portsFor(context);
  if (accountId === null && ports.environment !== null) {
    for await (const page of listEnvironmentChats(ports, ports.environment, context.signal)) {
      await print(page);
    }
    return EXIT.done;
  }
  return await withReader(context, async ({ works }) => {
    await works.remoteChats(accountId, context.signal, print);
    return EXIT.done;
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'ID', align: 'right', width: 10 },
  { title: 'NAME', width: 32 },
  { title: 'USERNAME', width: 20 },
  { title: 'MEDIA', align: 'right', width: 9 },
  { title: 'COMPLETE', width: 8 },
];

/** Prints page by page; the head before the first. */
function printer(answers: Answers): (lines: readonly ChatLine[]) => Promise<void> {
  let first = true;
  return async (lines) => {
    if (answers.manner.json) {
      await answers.jsonLines(lines);
      return;
    }
    const head = first
      ? [
          answers.dim(
            rowLine(
              COLUMNS,
              COLUMNS.map(({ title }) => title),
            ),
          ),
        ]
      : [];
    first = false;
    await answers.lines([
      ...head,
      ...lines.map((chat) =>
        rowLine(COLUMNS, [
          String(chat.id),
          safe(chat.name ?? '-'),
          safe(chat.username ?? '-'),
          count(chat.media),
          chat.complete ? 'yes' : 'no',
        ]),
      ),
    ]);
  };
}
