import { EXIT } from '../../app/exit-code.ts';
import type { Io } from './io.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The part of `process` that is needed here. */
export interface SignalSource {
  on(name: (typeof SIGNALS)[number], listener: () => void): unknown;
  exit(code: number): void;
}

/** The first signal cancels what goes on, the second ends the process at once; nothing is lost either way. */
export function watchSignals(source: SignalSource, io: Pick<Io, 'restoreTerminal' | 'word'>): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      io.restoreTerminal();
      source.exit(EXIT.interrupted);
      return;
    }
    controller.abort();
  };
  for (const name of SIGNALS) {
    source.on(name, onSignal);
  }
  return controller.signal;
}
