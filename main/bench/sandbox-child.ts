/** A sandbox in a process of its own, so that what it costs is not counted as the archiver's: `node sandbox-child.ts <options as JSON>`. */
import { z } from 'zod';
import { startSandbox } from '../sandbox/sandbox.ts';

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
process.on('message', (question) => {
  if (question === 'media') {
    let media = 0;
    for (const _ of sandbox.truth().media()) {
      media += 1;
    }
    process.send?.({ media });
  }
});
process.on('disconnect', () => {
  process.exit(0);
});
