/** Messages between the index's threads. Errors are values, because classes do not survive the transfer. */
import type { ErrorValue } from '../../lib/thread.ts';
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

/** Calls that come many at a time. The writer gets up to `MOST_TOGETHER` before it has answered, and does them in one transaction. */
const TOGETHER: ReadonlySet<string> = new Set(['applyPage', 'settleFiles']);
export const canShare = (name: string): boolean => TOGETHER.has(name);
export const MOST_TOGETHER = 4;

/** `open` comes first, once: a thread that was started early waits for it. */
export type ToWorker = CallMessage | { readonly open: true } | { readonly close: true };

export type FromWorker =
  | { readonly is: 'upgrade'; readonly progress: UpgradeProgress }
  | { readonly is: 'ready' }
  | { readonly is: 'refused'; readonly error: ErrorValue }
  | { readonly is: 'answer'; readonly call: number; readonly ms: number; readonly value: unknown }
  | { readonly is: 'fault'; readonly call: number; readonly ms: number; readonly error: ErrorValue }
  | { readonly is: 'closed' };
