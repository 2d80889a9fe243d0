import { readFileSync } from 'node:fs';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import type { Io } from './io.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The part of `process` that is needed here. */
export interface SignalSource {
  on(name: (typeof SIGNALS)[number], listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * The first signal cancels the work, the second ends the process at once; nothing is lost either way.
 *
 * SIGHUP says that the terminal was closed. It counts only where one of the three streams is a terminal: `nohup` and `trap '' HUP` ignore
 * the signal for their children, but Node resets that before any script runs and leaves no trace of it.
 */
export function watchSignals(
  source: SignalSource,
  io: Pick<Io, 'restoreTerminal' | 'stdin' | 'outIsTerminal' | 'errIsTerminal'>,
): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      io.restoreTerminal();
      source.exit(EXIT.interrupted);
      return;
    }
    controller.abort();
  };
  const onTerminal = io.stdin.isTTY === true || io.outIsTerminal || io.errIsTerminal;
  for (const name of SIGNALS) {
    source.on(name, name === 'SIGHUP' && !onTerminal ? () => undefined : onSignal);
  }
  return controller.signal;
}

/** What is done for each line that comes on stdin: Enter, in a terminal. */
export interface OnEnter {
  readonly stdin: Io['stdin'];
  readonly run: () => void;
}

/** Resolves when the person or the system asks to end. */
export function untilAborted(signal: AbortSignal, enter: OnEnter | null = null): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const stdin = enter === null || (enter.stdin.isTTY === true && !isForeground()) ? null : enter.stdin;
    const hear = (chunk: Buffer | string): void => {
      if (String(chunk).includes('\n')) {
        enter?.run();
      }
    };
    stdin?.on('error', () => undefined).on('data', hear);
    signal.addEventListener(
      'abort',
      () => {
        stdin?.off('data', hear).pause();
        resolve();
      },
      { once: true },
    );
  });
}

/** Whether this process may read its terminal: the system stops one in the background (`serve &`) that does. True where it cannot be told. */
function isForeground(): boolean {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}
