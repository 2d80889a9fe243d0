import { join } from 'node:path';
import { platformOf } from '../../../main/app/core/app-ports.ts';
import { createApp, type App } from '../../../main/app/create-app.ts';
import { openLog } from '../../../main/app/kernel/log.ts';
import { portsOf } from '../../../main/app/core/open-core.ts';
import { systemClock, type Clock } from '../../../main/lib/clock.ts';
import { startServer, type RunningServer } from '../../../main/shell/server/server.ts';
import { openBrowser } from '../browser.ts';
import type { Stage, StageOptions } from './stage.ts';

/** The app as `serve` runs it. Its keys, settings and log are in `configDir`. */
export async function openApp(
  { configDir, library }: Omit<StageOptions, 'pagesDir'>,
  clock: Clock = systemClock,
): Promise<App> {
  const core = portsOf({ platform: process.platform, env: { CHATKEEP_CONFIG: configDir }, log: () => undefined });
  return await createApp({
    core: { ...core, clock, colourRestMs: undefined },
    log: openLog({ dir: join(configDir, 'logs') }),
    configDir,
    defaultLibraryDir: join(configDir, 'default-library'),
    library: library ?? null,
    shell: 'server',
    platform: platformOf(process.platform),
    locale: 'en-GB',
    versions: [],
    canStartAtLogin: false,
    canStayInTray: false,
    canNotify: false,
    system: {},
  });
}

/** Serves an app to browsers of this machine, on any free port. */
export const serve = (
  app: Pick<App, 'call' | 'subscribeAll' | 'files'>,
  { configDir, pagesDir }: Omit<StageOptions, 'library'>,
  now: () => number = Date.now,
): Promise<RunningServer> =>
  startServer({ app, rendererDir: pagesDir, port: 0, log: openLog({ dir: join(configDir, 'logs') }), now });

/** The app on localhost, in a browser that signed in with the printed address. */
export const serverStage: Stage = {
  name: 'server',
  there: true,
  open: async (options) => {
    const app = await openApp(options);
    const server = await serve(app, options);
    const browser = await openBrowser();
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
