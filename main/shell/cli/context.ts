import type { Core } from '../../app/core/core.ts';
import { openCore, portsOf, type Machine } from '../../app/core/open-core.ts';
import type { ExitCode } from '../../app/kernel/exit-code.ts';
import type { Answers } from './answers.ts';

/** The context of every command. */
export interface Context {
  readonly answers: Answers;
  /** Aborted by the first signal of the person or the system. */
  readonly signal: AbortSignal;
  readonly machine: Machine;
  /** The folder named with `--library`; null = none. */
  readonly library: string | null;
}

/** Runs a command with its parsed options; returns the exit code. */
export type Run = (context: Context) => Promise<ExitCode>;

export type Ports = ReturnType<typeof portsOf>;

export function portsFor(context: Context): Ports {
  return portsOf(context.machine);
}

/** Opens the library, hands it to `work` and closes it. */
export async function withCore<T>(
  context: Context,
  options: { readonly mode: 'read' | 'write' | 'any'; readonly create?: boolean },
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const core = await openCore(context.machine, {
    library: context.library,
    mode: options.mode,
    create: options.create ?? false,
  });
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}
