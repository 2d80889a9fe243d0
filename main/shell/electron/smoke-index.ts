/** The entry of `--smoke`: hands the real modules and a folder of its own to `runSmoke`. Like `index.ts`, it must not wait for `ready`. */
import * as electron from 'electron';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLog } from '../../app/kernel/log.ts';
import { portsOf } from '../../app/core/open-core.ts';
import { VERSION } from '../../app/kernel/version.ts';
import { createAnswer } from '../http/answer.ts';
import { HeldButton } from './window/held-button.ts';
import { useOtherThanSharedMemory } from './window/machine.ts';
import { openApp } from './open-app.ts';
import { runSmoke } from './smoke.ts';
import { createSystem } from './system/system.ts';

const here = dirname(fileURLToPath(import.meta.url));
const LONGEST_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'chatkeep-smoke-'));
const log = openLog({ dir: join(folder, 'logs') });
const { platform, versions } = process;

useOtherThanSharedMemory(electron.app, platform);

void runSmoke({
  electron,
  preload: join(here, '../preload/index.cjs'),
  folder,
  versions: {
    chatkeep: VERSION,
    electron: versions['electron'] ?? '',
    chromium: versions['chrome'] ?? '',
    node: versions.node,
    platform: `${platform}-${process.arch}`,
  },
  openApp: () =>
    openApp(
      {
        // Nothing of this person's environment: neither account nor library.
        core: portsOf({ platform, env: { CHATKEEP_CONFIG: join(folder, 'config') }, log: () => undefined }),
        log,
        configDir: join(folder, 'config'),
        defaultLibraryDir: join(folder, 'library'),
        library: join(folder, 'library'),
        platform,
        answer: (app) => createAnswer({ files: app.files, rendererDir: join(here, '../renderer') }),
      },
      {
        system: createSystem({
          app: electron.app,
          shell: electron.shell,
          dialog: electron.dialog,
          window: () => null,
          button: new HeldButton(),
          log: () => undefined,
        }),
        locale: 'en',
        versions: [],
        canStartAtLogin: false,
        canStayInTray: false,
        canNotify: false,
      },
    ),
  say: (line) => process.stdout.write(`${line}\n`),
  limit: (tooLong) => {
    const timer = setTimeout(tooLong, LONGEST_MS);
    return () => clearTimeout(timer);
  },
  log: (message, { error, ...fields } = {}) => {
    if (error === undefined) {
      log.info(message, fields);
    } else {
      log.error(message, error, fields);
    }
  },
}).then((code) => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  electron.app.exit(code);
});
