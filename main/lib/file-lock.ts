/** A lock between processes for work of milliseconds: a file that only one can create. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { type Clock } from './clock.ts';
import { systemCode } from './fs-fault.ts';

/** Nobody holds it this long; a holder that old was killed, or its machine was. */
const STALE_MS = 10_000;
const GIVE_UP_MS = 30_000;
const PAUSE_MS = 15;

/** Runs `work` while holding the lock. Throws Error when it stays taken for half a minute. */
export async function withFileLock<T>(path: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const token = `${process.pid} ${randomUUID()}`;
  const started = clock.now();
  while (!(await take(path, token))) {
    await breakStale(path, clock.now());
    if (clock.now() - started > GIVE_UP_MS) {
      throw new Error(`${path} is held by another process`);
    }
    await clock.sleep(PAUSE_MS);
  }
  try {
    return await work();
  } finally {
    if ((await contentOf(path)) === token) {
      await rm(path, { force: true });
    }
  }
}

async function take(path: string, token: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(token);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    // Windows says EPERM while the last holder's file is being removed.
    if (systemCode(error) === 'EEXIST' || (process.platform === 'win32' && systemCode(error) === 'EPERM')) {
      return false;
    }
    throw error;
  }
}

/** Only who holds the breaking file may remove a stale lock, and looks again first: else two would take it for stale and the second remove the lock that the first then took. */
async function breakStale(path: string, now: number): Promise<void> {
  const breaking = `${path}.break`;
  if (!(await isStale(path, now))) {
    return;
  }
  if (!(await take(breaking, String(process.pid)))) {
    if (await isStale(breaking, now)) {
      await rm(breaking, { force: true });
    }
    return;
  }
  try {
    if (await isStale(path, now)) {
      await rm(path, { force: true });
    }
  } finally {
    await rm(breaking, { force: true });
  }
}

async function isStale(path: string, now: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && now - found.mtimeMs > STALE_MS;
}

async function contentOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
