import type { Command } from 'commander';
import { chatsById } from '../../../app/sync/choose.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withCore, type Context, type Run } from '../context.ts';
import { ledgerLines } from '../ledger-text.ts';
import { parseId } from '../parse.ts';
import { examples } from './command.ts';

export function addLedger(program: Command, choose: (run: Run) => void): void {
  program
    .command('ledger')
    .description(
      'What is here, what is not and why: listed = stored + locked + not ready + protected + gone + failed + pending.',
    )
    .option('--chat <id>', 'only this chat')
    .option('--account <id>', 'only this account')
    .addHelpText('after', examples('chatkeep ledger', "chatkeep ledger --json | jq '.total'"))
    .action((options: { chat?: string; account?: string }) => {
      const chat = options.chat === undefined ? null : parseId(options.chat, '--chat');
      const account = options.account === undefined ? null : parseId(options.account, '--account');
      choose((context) => show(context, chat, account));
    });
}

function show(context: Context, chatId: number | null, accountId: number | null): ReturnType<Run> {
  const { answers } = context;
  return withCore(context, { mode: 'read' }, async (core) => {
    if (accountId !== null) {
      await core.accounts.byId(accountId);
    }
    await chatsById(core, accountId, chatId === null ? [] : [chatId]);
    const ledger = await core.index.read.ledger({ accountId, chatId });
    if (answers.manner.json) {
      await answers.json({
        chats: ledger.chats.map(({ id, name, complete, media, removed }) => ({
          id,
          name,
          complete,
          media,
          ...(removed > 0 && { removed }),
        })),
        total: ledger.total,
        ...(ledger.removed > 0 && { removed: ledger.removed }),
      });
    } else {
      await answers.lines(ledgerLines(ledger, answers));
    }
    return EXIT.done;
  });
}
