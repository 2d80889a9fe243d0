/** The machine facts that a window needs. */
import { statfsSync } from 'node:fs';
import type { ElectronModules } from '../electron-modules.ts';

/** Chromium draws through shared memory; with less than this it loses pages (bytes). */
const LEAST_SHARED_MEMORY = 128 * 1024 ** 2;

/** In words why no window can be shown here; null when one can. Chromium's own line names no way out. */
export function displayProblem(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): string | null {
  const has = (name: string): boolean => (env[name] ?? '') !== '';
  if (platform !== 'linux' || has('DISPLAY') || has('WAYLAND_DISPLAY')) {
    return null;
  }
  return args.some((arg) => arg.startsWith('--ozone-platform'))
    ? null
    : 'Chatkeep cannot show its window: this session has no display. Start it on a desktop, or run "chatkeep serve" and open the printed address in a browser.';
}

/** @param free bytes that are free in `/dev/shm`; null where there is no such place */
export const isSharedMemoryScarce = (free: number | null): boolean => free !== null && free < LEAST_SHARED_MEMORY;

/** Before `ready`: where `/dev/shm` has little room, as in containers, Chromium is told to use files in the temporary folder. */
export function useOtherThanSharedMemory(
  app: Pick<ElectronModules['app'], 'commandLine'>,
  platform: NodeJS.Platform,
): void {
  if (platform === 'linux' && isSharedMemoryScarce(freeSharedMemory())) {
    app.commandLine.appendSwitch('disable-dev-shm-usage');
  }
}

function freeSharedMemory(): number | null {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize;
  } catch {
    return null;
  }
}
