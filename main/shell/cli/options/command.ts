import type { Command } from 'commander';
import type { Run } from '../context.ts';

/** Adds one command to the program; its action reads the options and hands over what to do. */
export type AddCommand = (program: Command, choose: (run: Run) => void) => void;

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** Examples below a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
