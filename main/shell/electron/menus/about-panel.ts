import type { ElectronModules } from '../electron-modules.ts';
import { WORDS } from '../words.ts';

/** The system's own about box: versions, licence, and where the licences of others are. Each system shows other fields, so all say the same. */
export function describeApp(
  app: Pick<ElectronModules['app'], 'setAboutPanelOptions' | 'getVersion'>,
  platform: NodeJS.Platform,
  versions: readonly { readonly name: string; readonly version: string }[],
): void {
  const parts = versions.map(({ name, version }) => `${name} ${version}`).join('\n');
  const words = `${WORDS.about.licence}\n\n${parts}\n\n${WORDS.about.others}`;
  app.setAboutPanelOptions({
    applicationName: WORDS.name,
    applicationVersion: app.getVersion(),
    // An empty string: macOS would show the version a second time in brackets.
    version: '',
    ...(platform === 'linux' ? { copyright: words } : { copyright: WORDS.about.licence, credits: words }),
  });
}
