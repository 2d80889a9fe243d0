import type { CallInput, CallOutput } from '../../app/calls.ts';
import { portsOf, type Machine } from '../../app/core/open-core.ts';
import { interrupted } from '../../app/kernel/error-words.ts';
import { openLibrary, type Library, type ReadName } from '../../app/open-library.ts';
import { APP_ERROR_CODES, type Result } from '../../contract/errors.ts';
import type { Zone } from '../../contract/time-zone.ts';
import { AppError } from '../../lib/app-error.ts';
import type { ExitCode } from '../../app/kernel/exit-code.ts';
import type { Answers } from './terminal/answers.ts';

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

/** A library as commands ask it. */
export interface Asked extends Pick<Library, 'works' | 'pathOf'> {
  /** The value of a call; rejects with the error of its answer. */
  ask<Name extends ReadName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>;
}

/** The plan of an export, and an item of it. */
export type Plan = Parameters<Parameters<Library['works']['planExport']>[2]>[0];
export type PlanItem = Awaited<ReturnType<ReturnType<Plan['items']>['next']>>['value'] extends infer Page
  ? Page extends readonly (infer Item)[]
    ? Item
    : never
  : never;

/** Opens the library, hands it to `work` and closes it. `read`: beside whatever has it open. */
export async function withLibrary<T>(
  context: Context,
  options: { readonly mode: 'read' | 'write' | 'any'; readonly create?: boolean },
  work: (library: Asked) => Promise<T>,
): Promise<T> {
  const { mode, create = false } = options;
  const { works, call, pathOf, close } = await openLibrary(context.machine, { library: context.library, mode, create });
  try {
    return await work({
      works,
      pathOf,
      ask: async (name, input) => valueOf(await call(name, input, context.signal)),
    });
  } finally {
    await close();
  }
}

/** Opens it for reading. */
export const withReader = <T>(context: Context, work: (library: Asked) => Promise<T>): Promise<T> =>
  withLibrary(context, { mode: 'read' }, work);

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
