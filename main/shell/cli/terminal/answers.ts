import type { AppError } from '../../../lib/app-error.ts';
import type { Io } from './io.ts';
import { safe } from './format.ts';

/** How a person wants to be answered. */
export interface Manner {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Answers on stdout, words on stderr. */
export class Answers {
  readonly io: Io;
  readonly manner: Manner;
  readonly #colour: boolean;

  constructor(io: Io, manner: Manner, env: Readonly<Record<string, string | undefined>>) {
    this.io = io;
    this.manner = manner;
    // https://no-color.org: present and not empty, whatever its value.
    this.#colour = io.outIsTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  }

  /** One object on one line; nothing else may go to stdout with `--json`. */
  async json(value: unknown): Promise<void> {
    await this.io.answer(`${JSON.stringify(value)}\n`);
  }

  /** A list of objects, one a line, as one write. */
  async jsonLines(values: readonly unknown[]): Promise<void> {
    if (values.length > 0) {
      await this.io.answer(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
    }
  }

  async lines(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) {
      await this.io.answer(`${lines.join('\n')}\n`);
    }
  }

  /** For a person only; left out with `--quiet`. */
  word(line: string): void {
    if (!this.manner.quiet) {
      this.io.word(line);
    }
  }

  /** An error is told even with `--quiet`. */
  error(error: Pick<AppError, 'message' | 'hint'>): void {
    this.io.word(errorLine(error));
  }

  readonly bold = (text: string): string => (this.#colour ? `\u001B[1m${text}\u001B[22m` : text);
  readonly dim = (text: string): string => (this.#colour ? `\u001B[2m${text}\u001B[22m` : text);
}

/** One line: what happened, with what, and what to do. */
function errorLine({ message, hint }: Pick<AppError, 'message' | 'hint'>): string {
  const what = safe(message).replace(/[.\s]+$/, '');
  const first = what.charAt(0).toUpperCase();
  return `chatkeep: ${first}${what.slice(1)}.${hint === '' ? '' : ` ${safe(hint)}`}`;
}

/** The error as scripts read it. */
export function errorValue({ code, message, hint }: Pick<AppError, 'code' | 'message' | 'hint'>): {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
} {
  return { code, message: safe(message), hint: safe(hint) };
}
