import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { expectEqual } from './figures.ts';
import type { SandboxOptions } from '../sandbox/sandbox.ts';

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

/** A sandbox in another process, steered over HTTP. */
export interface SandboxProcess extends Address {
  /** Every distinct media item, counted by the sandbox itself. */
  countMedia(): Promise<number>;
  /** Requests since the last reset, and the bytes of files handed over. */
  requests(): Promise<{ api: number; media: number; fileBytes: number }>;
  resetRequests(): Promise<void>;
  /** Throws `BenchFailure` when a visitor did what it must never do. */
  expectNoViolations(): Promise<void>;
  change(command: Readonly<Record<string, unknown>>): Promise<void>;
  fault(name: string, options?: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): Promise<void>;
}

export async function startSandboxProcess(options: ChildSandboxOptions): Promise<SandboxProcess> {
  const child = fork(CHILD, [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ask = async (): Promise<unknown> => (await once(child, 'message'))[0] as unknown;
  const address = addressSchema.parse(await ask());
  const call = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${address.api}/__sandbox/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { apikey: address.key },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) {
      throw new Error(`the sandbox refused ${path}: ${JSON.stringify(answer)}`);
    }
    return answer;
  };
  return {
    ...address,
    countMedia: async () => {
      const answer = ask();
      child.send('media');
      return z.object({ media: z.number() }).parse(await answer).media;
    },
    requests: async () => {
      const { api, media, byFile } = requestsSchema.parse(await call('requests'));
      return { api, media, fileBytes: Object.values(byFile).reduce((sum, file) => sum + file.bytes, 0) };
    },
    resetRequests: async () => {
      await call('requests/reset', {});
    },
    expectNoViolations: async () => {
      expectEqual('violations seen by the sandbox', await call('violations'), []);
    },
    change: async (command) => {
      await call('change', command);
    },
    fault: async (name, settings = {}) => {
      await call('faults', { set: name, options: settings });
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
