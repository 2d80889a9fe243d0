import { EXIT } from '../../app/kernel/exit-code.ts';
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

/** Resolves when the person or the system asks to end. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
