import type { BrowserWindow } from './electron-modules.ts';
import type { ShellApp } from './shell-app.ts';
import { taskbarProgress } from './sync-signs.ts';

/** Progress on the dock or taskbar icon while a sync runs. */
export function enableTaskbar(
  app: Pick<ShellApp, 'subscribe'>,
  window: () => Pick<BrowserWindow, 'setProgressBar'> | null,
): () => void {
  return app.subscribe('sync.progress', (status) => {
    const { value, mode } = taskbarProgress(status);
    window()?.setProgressBar(value, { mode });
  });
}
