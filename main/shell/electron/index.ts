/** Electron's entry: hands the real modules and this machine to `startElectron`. The only file of the shell that imports Electron's value. */
import * as electron from 'electron';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openLog } from '../../app/kernel/log.ts';
import { configDirOf, libraryDirOf, portsOf } from '../../app/core/open-core.ts';
import { createAnswer } from '../http/answer.ts';
import { answerStatic } from '../http/static-answer.ts';
import { linkOf } from './lifecycle/open-links.ts';
import { useOtherThanSharedMemory } from './window/machine.ts';
import { openApp } from './open-app.ts';
import { startElectron } from './start.ts';
import { trayIsShown } from './status/tray.ts';
import { electronUpdater, feedFileOf, readFeed, Updates, updateWay } from './updates/updater.ts';
import type { Log } from './shell-app.ts';

/** The build's folders lie side by side: `out/main`, `out/preload`, `out/renderer`, and `resources` beside `out`. */
const here = dirname(fileURLToPath(import.meta.url));
const rendererDir = join(here, '../renderer');
/** A desktop that does not answer must not hold the start or the closing of the window. */
const ANSWER_OF_DESKTOP_MS = 2_000;

const { platform, env } = process;
const systemProxy = (url: string): Promise<string> => electron.app.resolveProxy(url);
const unseal = async (sealed: Buffer): Promise<string> =>
  (await electron.safeStorage.decryptStringAsync(sealed)).result;
const machine = { platform, env, log: () => undefined, systemProxy, unseal };
const configDir = configDirOf(machine);
const log = openLog({ dir: join(configDir, 'logs') });
const tell: Log = (message, fields = {}) => {
  if ('error' in fields) {
    const { error, ...others } = fields;
    log.error(message, error, others);
  } else {
    log.info(message, fields);
  }
};

useOtherThanSharedMemory(electron.app, platform);
if (env['GDK_GL'] === 'disable') {
  // GTK has read it by then, and programs that are opened from here must not inherit it.
  void electron.app.whenReady().then(() => {
    delete env['GDK_GL'];
  });
}

// Not awaited: Electron becomes ready only after this module has run to its end, so waiting for that here would wait for ever
// (electron/electron#41369). `enableProcessFaults` handles a rejection.
void startElectron({
  electron,
  process,
  preload: join(here, '../preload/index.cjs'),
  trayIcon: join(here, '../../resources/tray', platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'),
  link: linkOf(process.argv.slice(1)),
  args: process.argv.slice(1),
  trayIsShown: () =>
    trayIsShown(platform, async (command, args) => {
      const { stdout } = await promisify(execFile)(command, [...args], { timeout: ANSWER_OF_DESKTOP_MS });
      return stdout;
    }),
  configDir,
  answerStatic: (request) => answerStatic(rendererDir, request),
  log: tell,
  now: Date.now,
  every: (ms, look) => {
    const timer = setInterval(look, ms);
    return () => clearInterval(timer);
  },
  openUpdates: async (quitInto) => {
    const packaged = electron.app.isPackaged;
    const feed = packaged ? await readFeed(join(here, '../update.json')) : null;
    return new Updates({
      way: updateWay({ platform, env, packaged, program: process.execPath, feed: feed !== null }),
      engine: electronUpdater,
      feed,
      feedFile: feedFileOf(platform, process.arch),
      fetchText: async (url) => {
        const response = await electron.net.fetch(url);
        if (!response.ok) {
          throw new Error(`The feed answered ${String(response.status)}.`);
        }
        return await response.text();
      },
      quitInto,
      now: Date.now,
      log: tell,
    });
  },
  openApp: (surroundings) =>
    openApp(
      {
        core: portsOf(machine),
        log,
        configDir,
        defaultLibraryDir: libraryDirOf({ platform, env: { ...env, CHATKEEP_LIBRARY: '' } }, null),
        library: env['CHATKEEP_LIBRARY']?.trim() || null,
        platform,
        answer: (app) => createAnswer({ files: app.files, rendererDir }),
      },
      surroundings,
    ),
});
