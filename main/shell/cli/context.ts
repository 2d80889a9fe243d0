import type { Core } from '../../app/core/core.ts';
import type { CallInput, CallOutput } from '../../app/calls.ts';
import { openCore, portsOf, type Machine } from '../../app/core/open-core.ts';
import { interrupted } from '../../app/kernel/error-words.ts';
import { openReader, type ReadName } from '../../app/open-reader.ts';
import { APP_ERROR_CODES, type Result } from '../../contract/errors.ts';
import type { Zone } from '../../contract/time-zone.ts';
import { AppError } from '../../lib/app-error.ts';
import type { ExitCode } from '../../app/kernel/exit-code.ts';
import type { Answers } from './answers.ts';

/** The context of every command. */
export interface Context {
  readonly answers: Answers;
  /** Aborted by the first signal of the person or the system. */
  readonly signal: AbortSignal;
  readonly machine: Machine;
  /** Of days that are given and times that tables show: that of `--time-zone`, else UTC. */
  readonly zone: Zone;
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

/** A library as commands that only read ask it. */
export interface Asked {
  /** The value of a call; rejects with the error of its answer. */
  ask<Name extends ReadName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>;
  pathOf(sha256: string, ext: string): string;
}

/** Opens the library for reading, beside whatever has it open, hands it to `work` and closes it. */
export async function withReader<T>(context: Context, work: (library: Asked) => Promise<T>): Promise<T> {
  const reader = await openReader(context.machine, context.library);
  try {
    return await work({
      ask: async (name, input) => valueOf(await reader.call(name, input, context.signal)),
      pathOf: (sha256, ext) => reader.pathOf(sha256, ext),
    });
  } finally {
    await reader.close();
  }
}

function valueOf<Value>(result: Result<Value>): Value {
  if (result.ok) {
    return result.value;
  }
  const { code, message, hint } = result.error;
  const known = APP_ERROR_CODES.find((each) => each === code);
  if (known !== undefined) {
    throw new AppError(known, message, hint);
  }
  if (code === 'bad_input') {
    throw new AppError('usage', message, hint || 'Give fewer or shorter values.');
  }
  throw code === 'aborted' ? interrupted() : new Error(message);
}
