import { join } from 'node:path';
import { platformOf } from '../../../main/app/core/app-ports.ts';
import { createApp } from '../../../main/app/create-app.ts';
import { openLog } from '../../../main/app/kernel/log.ts';
import { portsOf } from '../../../main/app/core/open-core.ts';
import { startServer } from '../../../main/shell/server/server.ts';
import { launchBrowser } from '../browser.ts';
import type { Stage } from './stage.ts';

/** The app on localhost, in a browser that signed in with the printed address. */
export const serverStage: Stage = {
  name: 'server',
  there: true,
  open: async ({ configDir, pagesDir, library = null }) => {
    const log = openLog({ dir: join(configDir, 'logs') });
    const core = portsOf({
      platform: process.platform,
      env: { CHATKEEP_CONFIG: configDir },
      log: () => undefined,
    });
    const app = await createApp({
      core,
      log,
      configDir,
      defaultLibraryDir: join(configDir, 'default-library'),
      library,
      shell: 'server',
      platform: platformOf(process.platform),
      locale: 'en-GB',
      versions: [],
      keystore: () => Promise.resolve('file'),
      canStartAtLogin: false,
      canStayInTray: false,
      canNotify: false,
      system: {},
    });
    const server = await startServer({ app, rendererDir: pagesDir, port: 0, log, now: Date.now });
    const browser = await launchBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 840 }, locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(server.newUrl());
    return {
      page,
      chooseFolder: async (path) => {
        const field = page.getByRole('textbox', { name: 'Folder' });
        await field.fill(path);
        await field.press('Enter');
      },
      close: async () => {
        await browser.close();
        await server.close();
        await app.shutdown();
      },
    };
  },
};
