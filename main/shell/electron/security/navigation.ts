import { APP_PAGE, isOwnUrl } from '../protocol/app-origin.ts';
import type { ElectronModules, WebContents } from '../electron-modules.ts';
import type { Log } from '../shell-app.ts';

export interface NavigationPorts {
  readonly app: Pick<ElectronModules['app'], 'on'>;
  /** Hears of a link that would have opened a window, so that it can be opened in the browser after asking. */
  readonly onLink: (url: string) => void;
  readonly log: Log;
}

/**
 * Electron's security checklist, 12 (webviews), 13 (navigation) and 14 (new windows): a window stays on our own pages, opens no other
 * window and holds no webview. Applies to every web contents there will ever be, so that no window can be forgotten.
 */
export function blockNavigation(ports: NavigationPorts): void {
  ports.app.on('web-contents-created', (_event, contents) => guardContents(contents, ports));
}

function guardContents(contents: WebContents, { onLink, log }: NavigationPorts): void {
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isOwnUrl(event.url)) {
      event.preventDefault();
      log('navigation blocked', {});
    }
  };
  contents.on('will-navigate', stay);
  // Frames too: a frame of a foreign page inside ours would be as good as a window.
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  // Chromium asks nobody before it goes to about:blank, which has no address to load.
  contents.on('did-navigate', (_event, url) => {
    if (url.startsWith('about:')) {
      log('navigation taken back', {});
      contents.loadURL(APP_PAGE).catch((error: unknown) => log('the page does not load', { error }));
    }
  });
  contents.setWindowOpenHandler(({ url }) => {
    onLink(url);
    return { action: 'deny' };
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    log('webview blocked', {});
  });
}
