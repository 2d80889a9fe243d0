import type { Command } from 'commander';
import { MEDIA_TYPES } from '../../../contract/model.ts';
import { exitCodeOfSync, WHOLE_SYNC, type SyncChoice } from '../../../app/sync/sync-accounts.ts';
import { interrupted } from '../../../app/kernel/error-words.ts';
import { withLibrary, type Context, type Run } from '../context.ts';
import { parseCount, parseFlag, parseId, parseOneOf } from '../options/parse.ts';
import { progressView, syncHooks } from '../words/progress-view.ts';
import { tellEnds } from '../words/sync-text.ts';
import { collect, examples } from '../options/command.ts';

interface Options {
  readonly chat?: readonly string[];
  readonly type?: string;
  readonly opened?: string;
  readonly full?: true;
  readonly files: boolean;
  readonly concurrency?: string;
  readonly conversations?: boolean;
  readonly account?: string;
}

export function addSync(program: Command, choose: (run: Run) => void): void {
  program
    .command('sync')
    .description(
      'List new pages and fetch missing files, of all chats unless some are named. Interrupted or not: the same command again goes on.',
    )
    .option('--chat <id>', 'only this chat; may be repeated', collect)
    .option('--type <type>', `a narrower pass: ${MEDIA_TYPES.join(', ')}`)
    .option('--opened <flag>', 'a narrower pass through the service\'s "opened" filter: true or false')
    .option('--full', 'walk everything again')
    .option('--no-files', 'list only')
    .option('--concurrency <n>', 'transfers at once, 1 to 32 (default: adapts to the host)')
    .option('--conversations', 'messages without media too, in this run')
    .option('--account <id>', 'only this account')
    .addHelpText(
      'after',
      examples(
        'chatkeep sync',
        'chatkeep sync --chat 410000000 --chat 410000001',
        'chatkeep sync --type videos --no-files',
        "chatkeep sync --json | jq '.ledger'",
      ),
    )
    .action((options: Options) => {
      const account = options.account === undefined ? null : parseId(options.account, '--account');
      const choice = readChoice(options);
      choose((context) => sync(context, account, choice));
    });
}

function readChoice(options: Options): SyncChoice {
  return {
    ...WHOLE_SYNC,
    chatIds: [...new Set((options.chat ?? []).map((id) => parseId(id, '--chat')))],
    type: options.type === undefined ? null : parseOneOf(options.type, '--type', MEDIA_TYPES),
    opened: options.opened === undefined ? null : parseFlag(options.opened, '--opened'),
    full: options.full === true,
    files: options.files,
    concurrency: options.concurrency === undefined ? null : parseCount(options.concurrency, '--concurrency', 1, 32),
    conversations: options.conversations ?? null,
  };
}

function sync(context: Context, accountId: number | null, choice: SyncChoice): ReturnType<Run> {
  const { answers, signal } = context;
  return withLibrary(context, { mode: 'write', create: true }, async ({ works }) => {
    const view = progressView(answers, () => Date.now());
    const ends = await works.sync(accountId, choice, signal, (accounts) => syncHooks(answers, view, accounts));
    await tellEnds(answers, ends, signal.aborted);
    if (signal.aborted) {
      answers.error(interrupted());
    }
    return exitCodeOfSync(ends, signal.aborted);
  });
}
