/** Many chats of which few changed: what a later run costs, with and without the chat list's word for which are quiet. */
import { join } from 'node:path';
import { runArchiver } from './archiver-process.ts';
import { expectEqual, figure, type BenchContext, type Figure } from './figures.ts';
import { startSandboxProcess } from './sandbox-process.ts';
import { FIRST_CHAT_ID } from '../sandbox/world.ts';

const CHANGED = 5;
const NEW_MESSAGES = 3;
const ROUNDS = 3;

export async function catchUp(context: BenchContext): Promise<Figure[]> {
  const chats = context.sizes['chats'] ?? (context.quick ? 100 : 500);
  const sandbox = await startSandboxProcess({ chats, messages: 6, fixedFileBytes: 40_000 });
  try {
    const library = join(await context.folder(), 'library');
    let stored = (await runArchiver(library, sandbox)).ledger.stored;
    const times = { sync: [] as number[], onlyChanged: [] as number[] };
    const requests = { sync: [] as number[], onlyChanged: [] as number[] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const way of ['sync', 'onlyChanged'] as const) {
        for (let chat = 0; chat < CHANGED; chat += 1) {
          const chatId = FIRST_CHAT_ID + ((round * CHANGED + chat * 7) % chats);
          await sandbox.addMessages(chatId, NEW_MESSAGES);
        }
        await sandbox.resetRequests();
        const answer = await runArchiver(library, sandbox, { onlyChanged: way === 'onlyChanged' });
        stored += CHANGED * NEW_MESSAGES;
        expectEqual(`files stored after ${way}`, answer.ledger.stored, stored);
        const asked = await sandbox.requests();
        expectEqual('files fetched', asked.media, CHANGED * NEW_MESSAGES);
        context.say(`round ${round}: ${way} ${Math.round(answer.ms)} ms, ${asked.api} requests`);
        if (round > 0) {
          times[way].push(answer.ms);
          requests[way].push(asked.api);
        }
      }
    }
    await sandbox.expectNoViolations();
    const bench = `catch-up (${chats} chats, ${CHANGED} changed)`;
    return [
      figure(bench, 'sync of all chats', 'ms', times.sync),
      figure(bench, 'sync of all chats, requests', '', requests.sync),
      figure(bench, 'watch: changed chats only', 'ms', times.onlyChanged),
      figure(bench, 'watch: changed chats only, requests', '', requests.onlyChanged, {
        // A page of the chat list tells of twenty; a changed chat is listed, and its new page again below it.
        atMost: { value: Math.ceil(chats / 20) + 2 * CHANGED },
      }),
    ];
  } finally {
    await sandbox.stop();
  }
}
