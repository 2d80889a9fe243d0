import type { BrowserWindow } from '../electron-modules.ts';
import type { Log } from '../shell-app.ts';

/** Two crashes within this time are one that repeats; a page that lived longer is worth another try. */
const REPEAT_MS = 60_000;

export interface CrashPorts {
  readonly window: Pick<BrowserWindow, 'webContents' | 'isDestroyed'>;
  /** Shows the page that says what happened; `again` when reloading would crash again. */
  readonly show: (again: boolean) => void;
  readonly now: () => number;
  readonly log: Log;
}

/** A renderer that died leaves a blank window. It is loaded once more, with a page that says what happened and leads back. */
export function guardAgainstCrash({ window, show, now, log }: CrashPorts): void {
  let last = -Infinity;
  window.webContents.on('render-process-gone', (_event, details) => {
    log('the page ended', { reason: details.reason, exitCode: details.exitCode });
    if (details.reason === 'clean-exit' || window.isDestroyed()) {
      return;
    }
    const again = now() - last < REPEAT_MS;
    last = now();
    show(again);
  });
}
