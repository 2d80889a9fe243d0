import { existsSync } from 'node:fs';
import type { PutStop } from './put-jobs.ts';

/** Ends a run; what was done until then stays. */
export class StopRun extends Error {
  readonly code: PutStop;

  constructor(code: PutStop, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StopRun';
    this.code = code;
  }
}

export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

const FULL: ReadonlySet<string | null> = new Set(['ENOSPC', 'EDQUOT']);
const LOCKED: ReadonlySet<string | null> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Why the target refused. `sign`: a file that is there as long as the target is. */
export function targetStop(error: unknown, sign: string): StopRun {
  if (error instanceof StopRun) {
    return error;
  }
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (FULL.has(code)) {
    return new StopRun('full', message, { cause: error });
  }
  if (!existsSync(sign)) {
    return new StopRun('target_gone', message, { cause: error });
  }
  return new StopRun(LOCKED.has(code) ? 'unwritable' : 'io', message, { cause: error });
}
