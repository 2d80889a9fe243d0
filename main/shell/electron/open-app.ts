import type { AppPorts } from '../../app/core/app-ports.ts';
import { platformOf } from '../../app/core/app-ports.ts';
import { createApp, type App } from '../../app/create-app.ts';
import { upgradeLine } from '../../app/core/opening-words.ts';
import type { OpenedApp } from './shell-app.ts';
import type { AppSurroundings } from './surroundings.ts';

export interface AppBasis extends Pick<AppPorts, 'core' | 'log' | 'configDir' | 'defaultLibraryDir' | 'library'> {
  readonly platform: NodeJS.Platform;
  /** Pages and media of an app, as every shell serves them. */
  readonly answer: (app: App) => (request: Request) => Promise<Response>;
}

/** The app inside Electron: the same as everywhere, with what only this shell has around it. */
export async function openApp(basis: AppBasis, surroundings: AppSurroundings): Promise<OpenedApp> {
  const { onWait, ...offered } = surroundings;
  const { answer, platform, ...own } = basis;
  const app = await createApp({
    ...own,
    ...offered,
    core: { ...basis.core, onUpgrade: (progress) => onWait?.(upgradeLine(progress)) },
    shell: 'electron',
    platform: platformOf(platform),
  });
  return { app, answer: answer(app) };
}
