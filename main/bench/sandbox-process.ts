import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { expectEqual } from './figures.ts';
import type { SandboxOptions } from '../sandbox/testing/sandbox.ts';

const CHILD = fileURLToPath(new URL('./sandbox-child.ts', import.meta.url));
const addressSchema = z.object({ api: z.string(), media: z.string(), key: z.string(), connection: z.string() });

export type Address = z.infer<typeof addressSchema>;
export type ChildSandboxOptions = Pick<
  SandboxOptions,
  'chats' | 'messages' | 'seed' | 'fixedFileBytes' | 'largeFileBytes' | 'urlLifetimeMs'
>;

const requestsSchema = z.object({
  api: z.number(),
  media: z.number(),
  byFile: z.record(z.string(), z.object({ bytes: z.number() })),
});

/** A sandbox in another process, steered by messages. */
export interface SandboxProcess extends Address {
  /** Every distinct media item, counted by the sandbox itself. */
  countMedia(): Promise<number>;
  /** Requests since the last reset, and the bytes of files handed over. */
  requests(): Promise<{ api: number; media: number; fileBytes: number }>;
  resetRequests(): Promise<void>;
  /** Throws `BenchFailure` when a visitor did what it must never do. */
  expectNoViolations(): Promise<void>;
  addMessages(chatId: number, messages: number): Promise<void>;
  /** Every answer waits so long, and its body comes in pieces. */
  slow(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startSandboxProcess(options: ChildSandboxOptions): Promise<SandboxProcess> {
  const child = fork(CHILD, [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const told = async (): Promise<unknown> => (await once(child, 'message'))[0] as unknown;
  const address = addressSchema.parse(await told());
  const call = async (question: Readonly<Record<string, string | number>>): Promise<unknown> => {
    const answer = told();
    child.send(question);
    return z.object({ answer: z.unknown() }).parse(await answer).answer;
  };
  return {
    ...address,
    countMedia: async () => z.number().parse(await call({ ask: 'media' })),
    requests: async () => {
      const { api, media, byFile } = requestsSchema.parse(await call({ ask: 'requests' }));
      return { api, media, fileBytes: Object.values(byFile).reduce((sum, file) => sum + file.bytes, 0) };
    },
    resetRequests: async () => {
      await call({ ask: 'reset' });
    },
    expectNoViolations: async () => {
      expectEqual('violations seen by the sandbox', await call({ ask: 'violations' }), []);
    },
    addMessages: async (chatId, messages) => {
      await call({ ask: 'add', chatId, messages });
    },
    slow: async (ms) => {
      await call({ ask: 'slow', ms });
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
