import type { Command } from 'commander';
import type { CallOutput } from '../../../app/calls.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { listEnvironmentChats, type ChatLine } from '../../../app/chats/remote-chats.ts';
import { portsFor, withReader, type Context, type Run } from '../context.ts';
import { examples, ONE_ACCOUNT } from '../options/command.ts';
import { count, safe } from '../terminal/format.ts';
import type { Column } from '../terminal/table.ts';
import { accountColumn } from './account-column.ts';

export function addChats(program: Command, choose: (run: Run) => void): void {
  program
    .command('chats')
    .description('List the chats in the library, or at the service.')
    .option('--remote', 'ask the service; nothing is stored')
    .addOption(ONE_ACCOUNT)
    .addHelpText('after', examples('chatkeep chats', 'chatkeep chats --remote --json | head -n 5'))
    .action((options: { remote?: true; account?: number }) =>
      choose((context) => (options.remote === true ? remote : local)(context, options.account ?? null)),
    );
}

const PAGE = 500;

const COLUMNS: readonly Column<ChatLine>[] = [
  { title: 'ID', align: 'right', width: 10, cell: ({ id }) => String(id) },
  { title: 'NAME', width: 32, cell: ({ name }) => safe(name ?? '-') },
  { title: 'USERNAME', width: 20, cell: ({ username }) => safe(username ?? '-') },
  { title: 'MEDIA', align: 'right', width: 9, cell: ({ media }) => count(media) },
  { title: 'COMPLETE', width: 8, cell: ({ complete }) => (complete ? 'yes' : 'no') },
];

function local(context: Context, accountId: number | null): ReturnType<Run> {
  return withReader(context, async (library) => {
    await library.ask('chats.known', { accountId, chatIds: [] });
    const columns = [...(await accountColumn(library, accountId)), ...COLUMNS];
    const print = context.answers.list(columns, lineOf);
    let after: string | null = null;
    do {
      const question = { accountId, order: 'added', after, limit: PAGE } as const;
      const page: CallOutput<'chats.list'> = await library.ask('chats.list', question);
      if (after === null && page.rows.length === 0) {
        context.answers.hint('No chats yet. A sync lists them: chatkeep sync');
      }
      await print(page.rows);
      after = page.next;
    } while (after !== null);
    return EXIT.done;
  });
}

async function remote(context: Context, accountId: number | null): ReturnType<Run> {
  const ports = portsFor(context);
  if (accountId === null && ports.environment !== null) {
    const print = context.answers.list(COLUMNS, lineOf);
    for await (const page of listEnvironmentChats(ports, ports.environment, context.signal)) {
      await print(page);
    }
    return EXIT.done;
  }
  return await withReader(context, async (library) => {
    const columns = [...(await accountColumn(library, accountId)), ...COLUMNS];
    await library.works.remoteChats(accountId, context.signal, context.answers.list(columns, lineOf));
    return EXIT.done;
  });
}

/** The fields that scripts rely on. */
function lineOf({ id, name, username, newestMessageId, media, complete, accountId }: ChatLine): ChatLine {
  return { id, name, username, newestMessageId, media, complete, accountId };
}
