import { z } from 'zod';
import type { AccountRow } from '../../index/accounts/calls.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Core } from '../core/core.ts';
import type { Logger } from '../kernel/log.ts';
import { openSandbox, type RunningSandbox } from './sandbox.ts';
import type { SettingsFile } from '../settings/settings-file.ts';

const rememberedSchema = z.object({
  port: z.int().positive(),
  chats: z.int().positive(),
  messages: z.int().positive(),
});
const SEED = 1;

/** Accounts of the built-in stand-in live on this machine. */
export function isSample(account: Pick<AccountRow, 'apiBase'>): boolean {
  return (
    URL.canParse(account.apiBase) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(account.apiBase).hostname)
  );
}

/**
 * The built-in stand-in of the service, run in this process. Its port and size are remembered: the same world answers at the same address
 * after the next start, and the account stays one account.
 */
export class SampleService {
  readonly #settings: SettingsFile;
  readonly #log: Logger;
  #running: Promise<RunningSandbox> | null = null;

  constructor(settings: SettingsFile, log: Logger) {
    this.#settings = settings;
    this.#log = log;
  }

  /** Starts it if it does not run, and adds its account. AppError `usage` when it cannot be started. */
  async start(
    core: Core,
    size: { readonly chats: number; readonly messages: number },
    signal: AbortSignal,
  ): Promise<AccountRow> {
    const sandbox = await this.#run(size);
    return await core.accounts.add(
      {
        name: 'Sample chats',
        key: sandbox.key,
        connectionId: sandbox.connection,
        apiBase: sandbox.api,
        ratePerMinute: 0,
      },
      signal,
    );
  }

  /** At the start of the app: brings the stand-in of a library's sample account back. Never rejects. */
  async resume(core: Core): Promise<void> {
    try {
      const remembered = this.#remembered();
      const accounts = await core.index.read.accounts({});
      if (
        remembered !== null &&
        accounts.some((each) => isSample(each) && new URL(each.apiBase).port === String(remembered.port))
      ) {
        await this.#run(remembered);
      }
    } catch (error) {
      this.#log.warn('the sample chats could not be started again', {
        code: error instanceof AppError ? error.code : 'internal',
      });
    }
  }

  async close(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    await (await running?.catch(() => null))?.close();
  }

  #run(size: { readonly chats: number; readonly messages: number }): Promise<RunningSandbox> {
    this.#running ??= this.#open(size).catch((error: unknown) => {
      this.#running = null;
      throw error;
    });
    return this.#running;
  }

  async #open({ chats, messages }: { readonly chats: number; readonly messages: number }): Promise<RunningSandbox> {
    const remembered = this.#remembered();
    const wanted = { chats, messages, seed: SEED };
    const sandbox = await openSandbox({ ...wanted, port: remembered?.port ?? null }).catch((error: unknown) => {
      if (remembered === null) {
        throw error;
      }
      // Its former port is taken: another will do, as another account.
      return openSandbox({ ...wanted, port: null });
    });
    await this.#settings.remember('sample', { port: Number(new URL(sandbox.api).port), chats, messages });
    return sandbox;
  }

  #remembered(): z.infer<typeof rememberedSchema> | null {
    return rememberedSchema.safeParse(this.#settings.recall('sample')).data ?? null;
  }
}
