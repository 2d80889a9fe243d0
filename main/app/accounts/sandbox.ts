import { AppError } from '../../lib/app-error.ts';

export interface SandboxSize {
  /** Port of the API; null = any free one. */
  readonly port: number | null;
  readonly chats: number;
  /** Per chat. */
  readonly messages: number;
  readonly seed: number;
}

export const DEFAULT_SANDBOX: SandboxSize = { port: null, chats: 3, messages: 250, seed: 1 };

/** A running stand-in of the service: where it is and with what it lets in. */
export interface RunningSandbox {
  readonly api: string;
  readonly media: string;
  readonly key: string;
  readonly connection: string;
  close(): Promise<void>;
}

/** Starts the stand-in of the service on this machine. AppError `usage` when its size is senseless or the port is taken. */
export async function openSandbox(size: SandboxSize): Promise<RunningSandbox> {
  const { port, chats, messages, seed } = size;
  try {
    const { startSandbox } = await import('../../sandbox/sandbox.ts');
    return await startSandbox({ chats, messages, seed, ...(port !== null && { apiPort: port }) });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new AppError('usage', `The sandbox cannot be this large: ${error.message}.`, 'Choose smaller numbers.', {
        cause: error,
      });
    }
    if (error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) {
      throw new AppError('usage', `The port ${port ?? 0} cannot be used.`, 'Choose another with --port, or none.', {
        cause: error,
      });
    }
    throw error;
  }
}
