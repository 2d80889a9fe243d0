import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { platformOf } from '../../app/core/app-ports.ts';
import { createApp, type App } from '../../app/create-app.ts';
import type { EnvironmentAccount } from '../../app/core/environment.ts';
import { openLog } from '../../app/kernel/log.ts';
import { configDirOf, libraryDirOf, portsOf, type Machine } from '../../app/core/open-core.ts';
import { VERSION } from '../../app/kernel/version.ts';
import { AppError } from '../../lib/app-error.ts';
import { startServer } from './server.ts';

export interface ServeOptions {
  /** The folder named for this start; null = `CHATKEEP_LIBRARY`, else the one opened last, else none yet. */
  readonly library: string | null;
  /** 0 = any free one. */
  readonly port: number;
  /** Left out: this machine alone. Any other wants a password. */
  readonly host?: string;
  readonly password?: string;
  /** What the person runs in the terminal; left out: `chatkeep serve`. */
  readonly command?: string;
  /** In place of the environment's account (the demo's stand-in). */
  readonly environment?: EnvironmentAccount;
  /** False: the app alone, without pages. */
  readonly pages?: boolean;
  /** Folder of the built pages; left out: where the build puts them. */
  readonly pagesDir?: string;
}

/** The app, served. */
export interface Served {
  readonly app: App;
  /** An address that signs one browser in, once; null without pages. */
  newUrl(): string | null;
  /** Ends connections, finishes what is being written, closes the library. */
  close(): Promise<void>;
}

/** Starts the app on a library and serves it to browsers. AppError `usage` when the pages are not built or the port is taken. */
export async function serve(machine: Machine, options: ServeOptions): Promise<Served> {
  const { library, environment, pages = true, pagesDir: rendererDir = builtPages(), ...rest } = options;
  if (pages && !existsSync(join(rendererDir, 'index.html'))) {
    throw new AppError('usage', 'The pages of the app are not built.', 'Run: npm run build');
  }
  const configDir = configDirOf(machine);
  const log = openLog({ dir: join(configDir, 'logs') });
  const core = portsOf(machine);
  const app = await createApp({
    core: environment === undefined ? core : { ...core, environment },
    log,
    configDir,
    defaultLibraryDir: homeLibrary(machine),
    library: library ?? (machine.env['CHATKEEP_LIBRARY'] || null),
    shell: 'server',
    platform: platformOf(machine.platform),
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    versions: [
      { name: 'Chatkeep', version: VERSION },
      { name: 'Node', version: process.versions.node },
    ],
    canStartAtLogin: false,
    canStayInTray: false,
    canNotify: false,
    system: {},
  });
  try {
    const server = pages ? await startServer({ app, rendererDir, log, now: Date.now, ...rest }) : null;
    return {
      app,
      newUrl: () => server?.newUrl() ?? null,
      close: async () => {
        await server?.close();
        await app.shutdown();
      },
    };
  } catch (error) {
    await app.shutdown();
    throw error;
  }
}

/** Where the build puts the pages: beside the bundle, or seen from this source file. */
function builtPages(): string {
  const up = import.meta.url.endsWith('.ts') ? '../../../out/renderer/' : '../renderer/';
  return fileURLToPath(new URL(up, import.meta.url));
}

/** Null where the environment names no home to propose a folder in. */
function homeLibrary(machine: Machine): string | null {
  try {
    return libraryDirOf({ ...machine, env: { ...machine.env, CHATKEEP_LIBRARY: undefined } }, null);
  } catch {
    return null;
  }
}
