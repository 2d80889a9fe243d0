/** A sandbox in a process of its own, so that what it costs is not counted as the archiver's: `node sandbox-child.ts <options as JSON>`. */
import { z } from 'zod';
import { startSandbox } from '../sandbox/testing/sandbox.ts';
import { truthOf } from '../sandbox/testing/truth.ts';

const optionsSchema = z.object({
  chats: z.number().optional(),
  messages: z.number().optional(),
  seed: z.number().optional(),
  fixedFileBytes: z.number().optional(),
  largeFileBytes: z.number().optional(),
  urlLifetimeMs: z.number().optional(),
});

const sandbox = await startSandbox(optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}')));
process.send?.({ api: sandbox.api, media: sandbox.media, key: sandbox.key, connection: sandbox.connection });

const questionSchema = z.discriminatedUnion('ask', [
  z.object({ ask: z.enum(['media', 'requests', 'reset', 'violations']) }),
  z.object({ ask: z.literal('add'), chatId: z.number(), messages: z.number() }),
  z.object({ ask: z.literal('slow'), ms: z.number() }),
]);

function answer(question: z.infer<typeof questionSchema>): unknown {
  switch (question.ask) {
    case 'media':
      return [...truthOf(sandbox).media()].length;
    case 'requests':
      return sandbox.requests;
    case 'violations':
      return sandbox.violations;
    case 'reset':
      return sandbox.resetRequests();
    case 'add':
      return sandbox.addMessages(question.chatId, question.messages);
    case 'slow':
      return sandbox.faults.set('slow', { ms: question.ms });
  }
}

process.on('message', (question) => {
  process.send?.({ answer: answer(questionSchema.parse(question)) ?? null });
});
process.on('disconnect', () => {
  process.exit(0);
});
