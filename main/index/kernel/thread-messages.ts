/** Messages between the index's threads. Errors are values, because classes do not survive the transfer. */
import { AppError, type ErrorCode } from '../../lib/app-error.ts';
import { type UpgradeProgress } from './upgrade.ts';

/** `planner`: a reader that plans exports in tables of its own, in memory: beside a process that writes, or to be forgotten. */
export type ThreadRole = 'writer' | 'reader' | 'planner';

export interface WorkerSetup {
  readonly path: string;
  readonly role: ThreadRole;
  /** Whether the writer keeps other processes from writing. */
  readonly lock: boolean;
}

export interface CallMessage {
  readonly call: number;
  readonly name: string;
  readonly input: unknown;
}

/** `open` comes first, once: a thread that was started early waits for it. */
export type ToWorker = CallMessage | { readonly open: true } | { readonly close: true };

export interface ErrorValue {
  /** Null: not an error for people, a fault of the program. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly hint: string;
  readonly stack: string | null;
}

export type FromWorker =
  | { readonly is: 'upgrade'; readonly progress: UpgradeProgress }
  | { readonly is: 'ready' }
  | { readonly is: 'refused'; readonly error: ErrorValue }
  | { readonly is: 'answer'; readonly call: number; readonly ms: number; readonly value: unknown }
  | { readonly is: 'fault'; readonly call: number; readonly ms: number; readonly error: ErrorValue }
  | { readonly is: 'closed' };

export function errorValue(error: unknown): ErrorValue {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, hint: error.hint, stack: error.stack ?? null };
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return { code: null, message: known.message, hint: '', stack: known.stack ?? null };
}

/** The error as it was before it crossed; the stack of the other thread comes along as its cause. */
export function errorOf(value: ErrorValue): Error {
  if (value.code !== null) {
    return new AppError(value.code, value.message, value.hint);
  }
  return new Error(value.message, { cause: value.stack ?? undefined });
}
