import { text } from 'node:stream/consumers';
import type { AppError } from '../../../lib/app-error.ts';
import type { Io } from '../terminal/io.ts';
import { usage } from './parse.ts';

const MOST = 4096;

/** Reads an API key from stdin to its end. AppError `usage` when it is empty or cannot be a key; it is never repeated. */
export async function readKey(io: Pick<Io, 'stdin' | 'word'>, signal: AbortSignal): Promise<string> {
  if (io.stdin.isTTY === true) {
    io.word('Paste the API key, then press Enter and Ctrl-D. It is shown while it is typed.');
  }
  return checkKey(await untilAborted(text(io.stdin), signal));
}

/** Without the line's end. AppError `usage`. Pure. */
export function checkKey(input: string): string {
  const key = input.trim();
  if (key === '') {
    throw refusal('No key came on stdin');
  }
  if (key.length > MOST || !/^[\x21-\x7E]+$/.test(key)) {
    throw refusal('What came on stdin is not a key: one line without spaces was expected');
  }
  return key;
}

function refusal(what: string): AppError {
  return usage(what, 'Pass it so: chatkeep account add --name NAME --key-stdin < FILE');
}

async function untilAborted(reading: Promise<string>, signal: AbortSignal): Promise<string> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([reading, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
