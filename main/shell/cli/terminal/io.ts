import { once } from 'node:events';
import type { ReadStream, WriteStream } from 'node:tty';

/** The reader of stdout has closed it (`| head`). This is no error. */
export class NobodyReads extends Error {
  constructor() {
    super('stdout was closed');
    this.name = 'NobodyReads';
  }
}

/** The three streams of a command: answers on stdout, words on stderr. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>;
  readonly stderr: NodeJS.WritableStream;
  /** Somebody watches: bars may be drawn. */
  readonly errIsTerminal: boolean;
  readonly outIsTerminal: boolean;
  /** Columns of the terminal that shows the answers. */
  readonly columns: number;
  /** Columns of the terminal that shows progress. */
  readonly errColumns: number;
  /** Writes to stdout, at the pace of its reader. Rejects with NobodyReads. */
  answer(text: string): Promise<void>;
  /** A line on stderr. */
  word(line: string): void;
  /** Cursor and line wrapping as they were, after a bar was cut short. */
  restoreTerminal(): void;
  flush(): Promise<void>;
}

export function createIo(
  stdin: Io['stdin'],
  stdout: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>,
  stderr: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>,
): Io {
  let open = true;
  stdout.on('error', () => {
    open = false;
  });
  stderr.on('error', () => undefined);
  return {
    stdin,
    stderr,
    errIsTerminal: stderr.isTTY === true,
    outIsTerminal: stdout.isTTY === true,
    // Some terminals say 0 when they do not know.
    columns: stdout.columns || 120,
    errColumns: stderr.columns || 80,
    answer: async (text) => {
      if (!open) {
        throw new NobodyReads();
      }
      if (!stdout.write(text)) {
        await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
      }
      if (!open) {
        throw new NobodyReads();
      }
    },
    word: (line) => stderr.write(`${line}\n`),
    restoreTerminal: () => {
      if (stderr.isTTY === true) {
        stderr.write('\u001B[?25h\u001B[?7h\n');
      }
    },
    flush: async () => {
      await Promise.all([drained(stdout), drained(stderr)]);
    },
  };
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
