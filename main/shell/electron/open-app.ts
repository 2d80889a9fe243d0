import type { AppPorts } from '../../app/core/app-ports.ts';
import { platformOf } from '../../app/core/app-ports.ts';
import { createApp, type App } from '../../app/create-app.ts';
import { upgradeLine } from '../../app/core/opening-words.ts';
import type { OpenedApp } from './shell-app.ts';
import type { AppSurroundings } from './surroundings.ts';

export interface AppBasis extends Pick<AppPorts, 'log' | 'configDir' | 'defaultLibraryDir' | 'library'> {
  readonly core: AppPorts['core'];
  readonly platform: NodeJS.Platform;
  /** Pages and media of an app, as every shell serves them. */
  readonly answer: (app: App) => (request: Request) => Promise<Response>;
}

/** The app inside Electron: the same as everywhere, with what only this shell has around it. */
export async function openApp(basis: AppBasis, surroundings: AppSurroundings): Promise<OpenedApp> {
  const { system, locale, versions, canStartAtLogin, canStayInTray, canNotify, updates, onWait } = surroundings;
  const app = await createApp({
    core: {
      ...basis.core,
      onUpgrade: (progress) => {
        onWait?.(upgradeLine(progress));
      },
    },
    log: basis.log,
    configDir: basis.configDir,
    defaultLibraryDir: basis.defaultLibraryDir,
    library: basis.library,
    shell: 'electron',
    platform: platformOf(basis.platform),
    locale,
    versions,
    canStartAtLogin,
    canStayInTray,
    canNotify,
    system,
    ...(updates !== undefined && { updates }),
  });
  return { app, answer: basis.answer(app) };
}
