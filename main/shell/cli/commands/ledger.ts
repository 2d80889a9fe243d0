import type { Command } from 'commander';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { examples, ONE_ACCOUNT, ONE_CHAT } from '../options/command.ts';
import { ledgerLines } from '../words/ledger-text.ts';
import { accountColumn } from './account-column.ts';

interface Options {
  readonly chat?: number;
  readonly account?: number;
}

export function addLedger(program: Command, choose: (run: Run) => void): void {
  program
    .command('ledger')
    .description(
      'What is here, what is not and why: listed = stored + locked + not ready + protected + gone + failed + pending.',
    )
    .addOption(ONE_CHAT)
    .addOption(ONE_ACCOUNT)
    .addHelpText('after', examples('chatkeep ledger', "chatkeep ledger --json | jq '.total'"))
    .action((options: Options) => choose((context) => show(context, options)));
}

function show(context: Context, options: Options): ReturnType<Run> {
  const { answers } = context;
  const chatId = options.chat ?? null;
  const accountId = options.account ?? null;
  return withReader(context, async (library) => {
    await library.ask('chats.known', { accountId, chatIds: chatId === null ? [] : [chatId] });
    const ledger = await library.ask('ledger.get', { accountId, chatId, order: 'added' });
    const value = {
      chats: ledger.chats.map(({ accountId: ofAccount, chatId: id, name, complete, media, removed }) => ({
        id,
        name,
        complete,
        media,
        ...(removed > 0 && { removed }),
        accountId: ofAccount,
      })),
      total: ledger.total,
      ...(ledger.removed > 0 && { removed: ledger.removed }),
    };
    const account = await accountColumn(library, accountId);
    await answers.give(value, () => ledgerLines(ledger, answers, account));
    return EXIT.done;
  });
}
