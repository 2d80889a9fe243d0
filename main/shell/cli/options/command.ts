import { type Command, Option } from 'commander';
import type { Run } from '../context.ts';
import { parseCount, parseId, parseOneOf } from './parse.ts';

/** Adds one command to the program; its action reads the options and hands over what to do. */
export type AddCommand = (program: Command, choose: (run: Run) => void) => void;

/** Reads the value of an option; AppError `usage` that names the option. */
type Parse<T> = (text: string, option: string) => T;

const nameIn = (flags: string): string => flags.split(' ', 1)[0] ?? flags;

/** An option whose value is read where it stands. */
export const option = <T>(flags: string, description: string, parse: Parse<T>): Option =>
  new Option(flags, description).argParser((text) => parse(text, nameIn(flags)));

/** One that may be given several times: a list of its values. */
export const listOption = <T>(flags: string, description: string, parse: Parse<T>): Option =>
  new Option(flags, `${description}; may be repeated`).argParser((text, before: readonly T[] | undefined) => [
    ...(before ?? []),
    parse(text, nameIn(flags)),
  ]);

export const count =
  (least: number, most: number): Parse<number> =>
  (text, name) =>
    parseCount(text, name, least, most);

export const oneOf =
  <const T extends string>(known: readonly T[]): Parse<T> =>
  (text, name) =>
    parseOneOf(text, name, known);

export const ONE_ACCOUNT = option('--account <id>', 'only this account', parseId);
export const ONE_CHAT = option('--chat <id>', 'only this chat', parseId);
export const SOME_CHATS = listOption('--chat <id>', 'only this chat', parseId);

/** Examples below a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
