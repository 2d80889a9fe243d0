import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openLog } from '../../../main/app/log.ts';
import { systemClock } from '../../../main/lib/clock.ts';
import { createElectronDouble } from '../../../main/shell/electron/double/electron-double.ts';
import { launchDouble } from '../../../main/shell/electron/double/launch-double.ts';
import { openApp } from '../../../main/shell/electron/open-app.ts';
import { createAnswer } from '../../../main/shell/http/answer.ts';
import { launchBrowser } from '../browser.ts';
import type { Stage } from './stage.ts';

/** A keystore outlives the app: one secret a config folder, so that a second start can open what the first one sealed. */
const keystores = new Map<string, Buffer<ArrayBuffer>>();

/** The Electron shell, its preload and the screens, over the double of the `electron` module in a real Chromium. */
export const doubleStage: Stage = {
  name: 'double of Electron',
  missing: null,
  open: async ({ configDir, pagesDir }) => {
    const browser = await launchBrowser();
    const double = createElectronDouble({ browser });
    const secret = keystores.get(configDir) ?? randomBytes(32);
    keystores.set(configDir, secret);
    double.safeStorage.key = secret;
    const log = openLog({ dir: join(configDir, 'logs') });
    const page = await launchDouble(double, {
      preload: inject('preload'),
      configDir,
      log: (message, fields) => {
        log.info(message, fields);
      },
      openApp: (surroundings) =>
        openApp(
          {
            core: {
              clock: systemClock,
              random: Math.random,
              version: '0.0.0-test',
              pid: process.pid,
              environment: null,
            },
            log,
            configDir,
            defaultLibraryDir: join(configDir, 'default-library'),
            library: null,
            platform: 'linux',
            answer: (app) => createAnswer({ files: app.files, rendererDir: pagesDir }),
          },
          surroundings,
        ),
    });
    return {
      page,
      chooseFolder: async (path) => {
        double.dialog.paths.push(path);
        await page.getByRole('button', { name: 'Choose a folder' }).click();
      },
      close: async () => {
        double.app.quit();
        await double.app.exited;
        await double.close();
        await browser.close();
      },
    };
  },
};
