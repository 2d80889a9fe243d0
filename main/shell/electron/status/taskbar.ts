import type { BrowserWindow } from '../electron-modules.ts';
import type { ShellApp } from '../shell-app.ts';
import { copyProgress, taskbarProgress, type TaskbarProgress } from './sync-signs.ts';

const NOTHING: TaskbarProgress = { value: -1, mode: 'none' };

/** Progress on the dock or taskbar icon during a sync, an export or a copy of the library; of several, the first of these. */
export function enableTaskbar(
  app: Pick<ShellApp, 'subscribe'>,
  window: () => Pick<BrowserWindow, 'setProgressBar'> | null,
): () => void {
  const now = { sync: NOTHING, export: NOTHING, copy: NOTHING };
  const set = (work: keyof typeof now, progress: TaskbarProgress): void => {
    now[work] = progress;
    const { value, mode } = [now.sync, now.export, now.copy].find((each) => each.mode !== 'none') ?? NOTHING;
    window()?.setProgressBar(value, { mode });
  };
  const stops = [
    app.subscribe('sync.progress', (status) => set('sync', taskbarProgress(status))),
    app.subscribe('export.progress', (status) => set('export', copyProgress(status))),
    app.subscribe('backup.progress', (copy) => set('copy', copyProgress(copy))),
  ];
  return () => {
    for (const stop of stops) {
      stop();
    }
  };
}
