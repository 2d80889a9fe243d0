import type { Page } from 'playwright-core';
import { startElectron, type StartPorts } from '../start.ts';
import type { ElectronDouble } from './electron-double.ts';

/** Starts the Electron shell over the double and answers the page of its window. */
export async function launchDouble(
  double: ElectronDouble,
  ports: Pick<StartPorts, 'preload' | 'configDir' | 'openApp'> & Partial<StartPorts>,
): Promise<Page> {
  await startElectron({
    electron: double.electron,
    // The process of the tests is not to end by a fault of the app: vitest hears those itself.
    process: { on: () => undefined, platform: 'linux', versions: process.versions } as never,
    trayIcon: '',
    secretFile: {
      get: () => Promise.resolve(null),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(),
      backend: () => 'a file',
    },
    log: () => undefined,
    now: Date.now,
    every: () => () => undefined,
    ...ports,
  });
  const [window] = [...double.windows];
  if (window === undefined) {
    throw new Error('There is no window.');
  }
  return (await window.webContents.driver()).page;
}
