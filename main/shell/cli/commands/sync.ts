import type { Command } from 'commander';
import { MEDIA_TYPES } from '../../../contract/model.ts';
import { exitCodeOfSync, WHOLE_SYNC, type SyncChoice } from '../../../app/sync/sync-accounts.ts';
import { interrupted } from '../../../app/kernel/error-words.ts';
import { withLibrary, type Context, type Run } from '../context.ts';
import { parseFlag } from '../options/parse.ts';
import { progressView, syncHooks } from '../words/progress-view.ts';
import { tellEnds } from '../words/sync-text.ts';
import { count, examples, ONE_ACCOUNT, oneOf, option, SOME_CHATS } from '../options/command.ts';

interface Options {
  readonly chat?: readonly number[];
  readonly type?: SyncChoice['type'];
  readonly opened?: boolean;
  readonly full?: true;
  readonly files: boolean;
  readonly concurrency?: number;
  readonly conversations?: boolean;
  readonly account?: number;
}

export function addSync(program: Command, choose: (run: Run) => void): void {
  program
    .command('sync')
    .description(
      'List new pages and fetch missing files, of all chats unless some are named. Interrupted or not: the same command again goes on.',
    )
    .addOption(SOME_CHATS)
    .addOption(option('--type <type>', `a narrower pass: ${MEDIA_TYPES.join(', ')}`, oneOf(MEDIA_TYPES)))
    .addOption(
      option('--opened <flag>', 'a narrower pass through the service\'s "opened" filter: true or false', parseFlag),
    )
    .option('--full', 'walk everything again')
    .option('--no-files', 'list only')
    .addOption(option('--concurrency <n>', 'transfers at once, 1 to 32 (default: adapts to the host)', count(1, 32)))
    .option('--conversations', 'messages without media too, in this run')
    .addOption(ONE_ACCOUNT)
    .addHelpText(
      'after',
      examples(
        'chatkeep sync',
        'chatkeep sync --chat 410000000 --chat 410000001',
        'chatkeep sync --type videos --no-files',
        "chatkeep sync --json | jq '.ledger'",
      ),
    )
    .action((options: Options) => choose((context) => sync(context, options)));
}

function choiceOf(options: Options): SyncChoice {
  const { chat = [], type = null, opened = null, full, files, concurrency = null, conversations = null } = options;
  return {
    ...WHOLE_SYNC,
    chatIds: [...new Set(chat)],
    type,
    opened,
    full: full === true,
    files,
    concurrency,
    conversations,
  };
}

function sync(context: Context, options: Options): ReturnType<Run> {
  const { answers, signal } = context;
  return withLibrary(context, { mode: 'write', create: true }, async ({ works }) => {
    const view = progressView(answers);
    const ends = await works.sync(options.account ?? null, choiceOf(options), signal, (accounts) =>
      syncHooks(answers, view, accounts),
    );
    await tellEnds(answers, ends, signal.aborted);
    if (signal.aborted) {
      answers.error(interrupted());
    }
    return exitCodeOfSync(ends, signal.aborted);
  });
}
