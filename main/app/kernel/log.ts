/**
 * The app's log: JSON lines in the config folder, bounded in size. It is made to be sent to others: fields are numbers, yes or no, and
 * short words; every text is scrubbed of addresses, keys, tokens and the home folder, and nothing of a message or a name is ever passed in.
 */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';

type LogValue = string | number | boolean | null;
type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `error` is told by its name, code, scrubbed message and the places in the code it came through. */
  error(message: string, error: unknown, fields?: LogFields): void;
}

export interface OpenLog extends Logger {
  /** The folder of the log files. */
  readonly dir: string;
  close(): void;
}

export interface LogOptions {
  readonly dir: string;
  /** A file that is larger is put aside; `files` of them are kept. */
  readonly maxBytes?: number;
  readonly files?: number;
}

const FILE = 'chatkeep.log';
const MAX_BYTES = 1_000_000;
const FILES = 4;
const MOST_TEXT = 300;
/** Names of fields whose value is never written, whoever passes it. */
const SECRET_NAME = /key$|token|secret|password|cookie|authorization|connection|^text$|html|username|^name$/i;

/** Opens the log. A folder that cannot be written gives a log that says nothing: logging never stops the app. */
export function openLog(options: LogOptions): OpenLog {
  const target = new RotatingFile(options.dir, options.maxBytes ?? MAX_BYTES, options.files ?? FILES);
  const writer = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    target,
  );
  return {
    dir: options.dir,
    info: (message, fields = {}) => writer.info(cleanFields(fields), clean(message)),
    warn: (message, fields = {}) => writer.warn(cleanFields(fields), clean(message)),
    error: (message, error, fields = {}) =>
      writer.error({ ...cleanFields(fields), error: errorFields(error) }, clean(message)),
    close: () => target.close(),
  };
}

/** A log that keeps nothing. */
export const silentLog: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

function cleanFields(fields: LogFields): Record<string, LogValue> {
  const safe: Record<string, LogValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (SECRET_NAME.test(name)) {
      safe[name] = '***';
    } else if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
      safe[name] = value;
    } else if (typeof value === 'string') {
      safe[name] = clean(value);
    } else {
      // Objects may carry anything: only that there was one is told.
      safe[name] = `(${typeof value})`;
    }
  }
  return safe;
}

function errorFields(error: unknown): Record<string, LogValue | readonly string[]> {
  if (!(error instanceof Error)) {
    return { kind: typeof error };
  }
  const code =
    'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : null;
  return {
    name: clean(error.name),
    code: typeof code === 'string' ? clean(code) : code,
    message: clean(error.message),
    at: placesOf(error),
  };
}

/** File names and lines of a stack, without its first lines, which repeat the message. */
function placesOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => /([\w.-]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? '')
    .filter((place) => place !== '');
}

/**
 * A text as the log may hold it: one line, short, without the values of addresses, long tokens and the home folder.
 * Hashes of stored files are long, too; they are cut to their first letters, which is enough to find one.
 */
export function clean(text: string): string {
  return (
    text
      .slice(0, 4000)
      .replaceAll(/\b([a-z][a-z0-9+.-]*):\/\/[^\s"']+/gi, (address: string) => originOf(address))
      .replaceAll(homedir(), '~')
      .replaceAll(/\b[0-9a-f]{40,}\b/gi, (hash: string) => `${hash.slice(0, 8)}…`)
      .replaceAll(/\b(?:sk|pk)[_-][\w-]+/gi, '***')
      // With a digit: codes such as `key_refused` are words that help.
      .replaceAll(/\b(?:key|conn|tok|bearer)[_-](?=[\w-]*\d)[\w-]+/gi, '***')
      .replaceAll(/\b[\w+/-]{24,}={0,2}/g, (word: string) => (/\d/.test(word) && /[a-z]/i.test(word) ? '***' : word))
      .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, MOST_TEXT)
  );
}

/** Links carry signatures: the host alone is told. */
function originOf(address: string): string {
  return URL.canParse(address) ? `${new URL(address).protocol}//${new URL(address).hostname}/…` : '(address)';
}

/** Lines in one file; when it is full it becomes `chatkeep.1.log`, that one `chatkeep.2.log`, and the last one goes. */
class RotatingFile {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #files: number;
  #fd: number | null = null;
  #bytes = 0;

  constructor(dir: string, maxBytes: number, files: number) {
    this.#dir = dir;
    this.#maxBytes = maxBytes;
    this.#files = files;
    this.#attempt(() => {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      this.#open();
    });
  }

  write(line: string): void {
    this.#attempt(() => {
      const bytes = Buffer.from(line);
      if (this.#bytes + bytes.byteLength > this.#maxBytes && this.#bytes > 0) {
        this.#rotate();
      }
      if (this.#fd !== null) {
        writeSync(this.#fd, bytes);
        this.#bytes += bytes.byteLength;
      }
    });
  }

  close(): void {
    if (this.#fd !== null) {
      closeSync(this.#fd);
      this.#fd = null;
    }
  }

  #rotate(): void {
    this.close();
    rmSync(this.#path(this.#files - 1), { force: true });
    for (let number = this.#files - 2; number >= 0; number -= 1) {
      try {
        renameSync(this.#path(number), this.#path(number + 1));
      } catch {
        // Not there yet.
      }
    }
    this.#open();
  }

  #open(): void {
    this.#fd = openSync(this.#path(0), 'a', 0o600);
    this.#bytes = fstatSync(this.#fd).size;
  }

  #path(number: number): string {
    return join(this.#dir, number === 0 ? FILE : FILE.replace('.log', `.${number}.log`));
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch {
      // A full or missing disk must not take the app with it.
    }
  }
}
