/** Sync indicators outside the window: taskbar, tray, notification. Pure: from a status to texts and numbers. */
import type { WireErrorCode } from '../../../contract/errors.ts';
import type { SyncStatus } from '../../../contract/shapes.ts';
import { WORDS } from '../words.ts';

export interface TaskbarProgress {
  /** 0 to 1; -1 takes the bar away; 2 means that there is work of unknown length. */
  readonly value: number;
  readonly mode: 'none' | 'normal' | 'indeterminate' | 'error' | 'paused';
}

export function taskbarProgress(status: SyncStatus): TaskbarProgress {
  if (status.state === 'idle') {
    return { value: -1, mode: 'none' };
  }
  const known = status.filesTotal > 0;
  const value = known ? Math.min(1, status.filesDone / status.filesTotal) : 2;
  if (status.state === 'paused' || status.state === 'pausing') {
    return { value: known ? value : 0, mode: 'paused' };
  }
  return { value, mode: known ? 'normal' : 'indeterminate' };
}

/** Of an export or a copy of the library. */
export function copyProgress(work: {
  readonly endedAt: number | null;
  readonly bytes: { readonly done: number; readonly total: number };
}): TaskbarProgress {
  if (work.endedAt !== null) {
    return { value: -1, mode: 'none' };
  }
  const { done, total } = work.bytes;
  return total > 0 ? { value: Math.min(1, done / total), mode: 'normal' } : { value: 2, mode: 'indeterminate' };
}

export function trayWords(status: SyncStatus): string {
  if (status.state === 'running' || status.state === 'cancelling') {
    return WORDS.tray.running(status.filesDone, status.filesTotal);
  }
  if (status.state === 'paused' || status.state === 'pausing') {
    return WORDS.tray.paused;
  }
  return status.problem === null ? WORDS.tray.idle : WORDS.tray.attention;
}

export interface TrayCommand {
  readonly label: string;
  readonly call: 'sync.start' | 'sync.pause' | 'sync.resume';
  readonly input: object;
}

/** The one command that fits the state of the sync. */
export function trayCommand(state: SyncStatus['state']): TrayCommand {
  switch (state) {
    case 'running':
      return { label: WORDS.tray.pause, call: 'sync.pause', input: {} };
    case 'paused':
    case 'pausing':
      return { label: WORDS.tray.resume, call: 'sync.resume', input: {} };
    default:
      return {
        label: WORDS.tray.sync,
        call: 'sync.start',
        input: { accountId: null, chatIds: [], full: false, retryFailed: true },
      };
  }
}

/** Problems that pass by themselves, or that a person did: the next run may do better. */
const PASSING: ReadonlySet<WireErrorCode> = new Set([
  'service_unreachable',
  'service_unusable',
  'interrupted',
  'aborted',
  'busy',
]);

/** Whether a run cannot continue without the person: a key that is refused, a full disk, a drive that is away. */
export function needsPerson({ state, waits, problem }: SyncStatus): boolean {
  return state === 'idle'
    ? problem !== null && !PASSING.has(problem.code)
    : waits.some(({ kind }) => kind === 'diskSpace' || kind === 'libraryAway');
}

/**
 * Words of a notification when a run ended, else null. Neither a name nor a number of anybody's chat: a notification is shown on a
 * locked screen and kept by the system.
 */
export function endWords(before: SyncStatus | null, now: SyncStatus): string | null {
  if (before === null || before.state === 'idle' || before.state === 'cancelling' || now.state !== 'idle') {
    return null;
  }
  if (now.problem !== null) {
    return WORDS.notify.failed;
  }
  return now.filesFailed > 0 ? WORDS.notify.gone : WORDS.notify.done;
}
