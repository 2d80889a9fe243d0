import type { AppError } from '../../../lib/app-error.ts';
import type { Io } from './io.ts';
import { safe } from './format.ts';
import { tableLines, type Column } from './table.ts';

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

  /** The answer of a command: `value` with `--json`, else `lines` for a person. */
  async give(value: unknown, lines: () => readonly string[]): Promise<void> {
    await (this.manner.json ? this.json(value) : this.lines(lines()));
  }

  /** Gives a list as its rows come: `toJson` of each on a line with `--json`, else a table whose head stands before the first. */
  list<Row>(
    columns: readonly Column<Row>[],
    toJson: (row: Row) => unknown = (row) => row,
  ): (rows: readonly Row[]) => Promise<void> {
    let head: ((line: string) => string) | null = this.dim;
    return async (rows) => {
      if (rows.length > 0 && this.manner.json) {
        await this.io.answer(rows.map((row) => `${JSON.stringify(toJson(row))}\n`).join(''));
      } else if (rows.length > 0) {
        await this.lines(tableLines(columns, rows, head));
        head = null;
      }
    };
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

  /** What to do next, for a person only; left out with `--json`, too. */
  hint(line: string): void {
    if (!this.manner.json) {
      this.word(line);
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
