import type { Command } from 'commander';
import { DEFAULT_SANDBOX, type SandboxSize } from '../../../app/accounts/sandbox.ts';
import { parseCount } from './parse.ts';

export interface SandboxOptions {
  readonly port?: string;
  readonly chats?: string;
  readonly messages?: string;
  readonly seed?: string;
}

export function addSandboxOptions(command: Command): Command {
  return command
    .option('--port <n>', "the API's port (default: any free one)")
    .option('--chats <n>', `chats (default: ${DEFAULT_SANDBOX.chats})`)
    .option('--messages <n>', `messages in each chat (default: ${DEFAULT_SANDBOX.messages})`)
    .option('--seed <n>', `everything is drawn from it (default: ${DEFAULT_SANDBOX.seed})`);
}

export function readSandboxSize(options: SandboxOptions): SandboxSize {
  const number = (text: string | undefined, option: string, least: number, most: number, otherwise: number): number =>
    text === undefined ? otherwise : parseCount(text, option, least, most);
  return {
    port: options.port === undefined ? null : parseCount(options.port, '--port', 0, 65_535),
    chats: number(options.chats, '--chats', 1, 4096, DEFAULT_SANDBOX.chats),
    messages: number(options.messages, '--messages', 0, 10_000_000, DEFAULT_SANDBOX.messages),
    seed: number(options.seed, '--seed', 0, 4_294_967_295, DEFAULT_SANDBOX.seed),
  };
}
