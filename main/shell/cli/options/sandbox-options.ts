import type { Command } from 'commander';
import { DEFAULT_SANDBOX, type SandboxSize } from '../../../app/accounts/sandbox.ts';
import { count, option } from './command.ts';

export type SandboxOptions = Partial<SandboxSize>;

export function addSandboxOptions(command: Command): Command {
  const { chats, messages, seed } = DEFAULT_SANDBOX;
  return command
    .addOption(option('--port <n>', "the API's port (default: any free one)", count(0, 65_535)))
    .addOption(option('--chats <n>', `chats (default: ${chats})`, count(1, 4096)))
    .addOption(option('--messages <n>', `messages in each chat (default: ${messages})`, count(0, 10_000_000)))
    .addOption(option('--seed <n>', `everything is drawn from it (default: ${seed})`, count(0, 4_294_967_295)));
}

export const sandboxSize = ({
  port = DEFAULT_SANDBOX.port,
  chats = DEFAULT_SANDBOX.chats,
  messages = DEFAULT_SANDBOX.messages,
  seed = DEFAULT_SANDBOX.seed,
}: SandboxOptions): SandboxSize => ({ port, chats, messages, seed });
