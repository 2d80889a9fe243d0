import type { Command } from 'commander';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { ledgerLines } from '../words/ledger-text.ts';
import { parseId } from '../options/parse.ts';
import { examples } from '../options/command.ts';

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
  return withReader(context, async (library) => {
    await library.ask('chats.known', { accountId, chatIds: chatId === null ? [] : [chatId] });
    const ledger = await library.ask('ledger.get', { accountId, chatId, order: 'added' });
    if (answers.manner.json) {
      await answers.json({
        chats: ledger.chats.map(({ chatId: id, name, complete, media, removed }) => ({
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
