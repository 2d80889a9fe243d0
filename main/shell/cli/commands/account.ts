import type { Command } from 'commander';
import { DEFAULT_API_BASE, readRate } from '../../../app/core/environment.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { portsFor, withLibrary, withReader, type Asked, type Context, type Run } from '../context.ts';
import { idOrDash, safe } from '../terminal/format.ts';
import { readKey } from '../options/key-input.ts';
import { parseId, usage } from '../options/parse.ts';
import type { Column } from '../terminal/table.ts';
import { examples, option } from '../options/command.ts';

interface AddOptions {
  readonly name: string;
  readonly connection?: string;
  readonly apiBase: string;
  readonly keyStdin?: true;
  readonly key?: string;
  readonly rate?: number | null;
  readonly conversations?: boolean;
}

export function addAccount(program: Command, choose: (run: Run) => void): void {
  const account = program
    .command('account')
    .description('Add, list and remove accounts.')
    .addHelpText('after', examples('chatkeep account list', 'chatkeep account add --name Mine --key-stdin < key'));
  account
    .command('add')
    .description(
      'Test a key and its connection at the service and store both. The key is read from stdin, never from an argument.',
    )
    .requiredOption('--name <name>', 'what to call the account here')
    .option('--connection <id>', "the connection's id; may be left out when the key has only one active connection")
    .option('--api-base <url>', "the API's address", DEFAULT_API_BASE)
    .addOption(
      option(
        '--rate <n>',
        'requests a minute that the plan allows, 0 = no limit (default: as documented, 60)',
        readRate,
      ),
    )
    .option('--conversations', 'keep messages without media too')
    .option('--no-conversations', 'keep messages with media only')
    .option('--key-stdin', 'read the key from stdin')
    .addOption(account.createOption('--key [key]', 'refused').hideHelp())
    .addHelpText(
      'after',
      examples(
        'chatkeep account add --name Mine --connection conn_… --key-stdin < key',
        'pass show ofauth | chatkeep account add --name Mine --key-stdin',
      ),
    )
    .action((options: AddOptions) => {
      if (options.key !== undefined) {
        throw usage(
          'The key is not taken from an argument, where other programs and the shell history see it',
          'Pass it on stdin: --key-stdin < FILE. If this key was real, replace it in the OFAuth dashboard.',
        );
      }
      if (options.keyStdin !== true) {
        throw usage(
          'account add needs --key-stdin',
          'The key is read from stdin: chatkeep account add --name NAME --key-stdin < FILE',
        );
      }
      choose((context) => add(context, options));
    });
  account
    .command('list')
    .description('List the accounts of the library.')
    .addHelpText('after', examples('chatkeep account list --json'))
    .action(() => choose(list));
  account
    .command('remove')
    .description('Forget an account and its key. Its chats and files stay.')
    .argument('<id>', 'as account list shows it', (text) => parseId(text, 'ID'))
    .addHelpText('after', examples('chatkeep account remove 1'))
    .action((id: number) => choose((context) => remove(context, id)));
}

async function add(context: Context, options: AddOptions): ReturnType<Run> {
  const { answers, signal } = context;
  const key = await readKey(answers.io, signal);
  return await withLibrary(context, { mode: 'write', create: true }, async ({ works }) => {
    const account = await works.addAccount(
      {
        name: options.name,
        key,
        connectionId: options.connection ?? null,
        apiBase: options.apiBase,
        ratePerMinute: options.rate ?? null,
      },
      options.conversations,
      signal,
    );
    await answers.give(toLine(account), () => [`Account ${account.id} "${safe(account.name)}" is stored.`]);
    answers.hint(`The key is kept in ${(await portsFor(context).secrets.place()).words}. Next: chatkeep sync`);
    return EXIT.done;
  });
}

function list(context: Context): ReturnType<Run> {
  const { answers } = context;
  return withReader(context, async ({ works }) => {
    const accounts = await works.accounts();
    await answers.list(COLUMNS, toLine)(accounts);
    if (accounts.length === 0) {
      answers.hint('No accounts. Add one with: chatkeep account add --name NAME --key-stdin');
    }
    return EXIT.done;
  });
}

type Account = Awaited<ReturnType<Asked['works']['accounts']>>[number];

const COLUMNS: readonly Column<Account>[] = [
  { title: 'ID', align: 'right', cell: ({ id }) => String(id) },
  { title: 'NAME', max: 32, cell: ({ name }) => safe(name) },
  { title: 'USER', cell: ({ userId }) => idOrDash(userId) },
  { title: 'CONNECTION', cell: ({ connectionId }) => safe(connectionId ?? '-') },
  { title: 'STATE', cell: ({ status }) => (status === 'ok' ? 'ok' : 'needs attention') },
  { title: 'API', cell: ({ apiBase }) => safe(apiBase) },
];

function remove(context: Context, id: number): ReturnType<Run> {
  const { answers } = context;
  return withLibrary(context, { mode: 'write' }, async ({ works }) => {
    const account = (await works.accounts()).find((each) => each.id === id);
    await works.removeAccount(id);
    await answers.give(account === undefined ? { id } : toLine(account), () => [
      `Account ${id} is removed, its key is deleted. Its chats and files stay.`,
    ]);
    return EXIT.done;
  });
}

/** The JSON form of an account; no answer contains the key. */
function toLine({ id, name, apiBase, connectionId, userId }: Account): object {
  return { id, name, apiBase, connectionId, userId };
}
