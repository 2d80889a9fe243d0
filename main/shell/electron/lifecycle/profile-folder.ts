import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronModules } from '../electron-modules.ts';
import type { Log } from '../shell-app.ts';
import { WORDS } from '../words.ts';

export interface ProfilePorts {
  readonly app: Pick<ElectronModules['app'], 'setPath'>;
  readonly dialog: Pick<ElectronModules['dialog'], 'showErrorBox'>;
  readonly crashReporter: Pick<ElectronModules['crashReporter'], 'start'>;
  readonly configDir: string;
  readonly platform: NodeJS.Platform;
  readonly log: Log;
}

/**
 * Gives Electron its folders, before `ready` and before the single-instance lock, which is taken in them. False when nothing can be written
 * there; the person was told.
 */
export function useProfileFolder({ app, dialog, crashReporter, configDir, platform, log }: ProfilePorts): boolean {
  const browserDir = join(configDir, 'electron');
  try {
    // Electron takes only folders that exist.
    mkdirSync(browserDir, { recursive: true, mode: 0o700 });
    accessSync(browserDir, constants.W_OK);
  } catch (error) {
    log('the folder of settings cannot be written', { error });
    dialog.showErrorBox(WORDS.profile.title, WORDS.profile.message(configDir));
    return false;
  }
  app.setPath('userData', browserDir);
  // On Linux, the crash handler keeps a helper process that is ended while it crashes, and the app waits for that process for ever.
  if (platform !== 'linux') {
    // Beside the log, for the person alone: a report may hold anything that was in memory.
    app.setPath('crashDumps', join(configDir, 'logs', 'crashes'));
    crashReporter.start({ uploadToServer: false });
  }
  return true;
}
