import { isOwnUrl } from '../protocol/app-origin.ts';
import type { Session } from '../electron-modules.ts';
import type { Log } from '../shell-app.ts';

/** Developer tools have a scheme of their own; blobs are made by our own page, and the CSP decides where they may be used. */
const isLocal = (url: string): boolean => {
  const { protocol } = URL.parse(url) ?? {};
  return protocol === 'devtools:' || protocol === 'blob:' || protocol === 'data:';
};

export const mayLoad = (url: string): boolean => isOwnUrl(url) || isLocal(url);

/**
 * Electron's security checklist, 1 "only load secure content", taken further: a window loads nothing from any network at all. The CSP says
 * the same; this holds even where a page has none.
 */
export function blockRemoteContent(session: Pick<Session, 'webRequest'>, log: Log): void {
  session.webRequest.onBeforeRequest((details, callback) => {
    const allowed = mayLoad(details.url);
    if (!allowed) {
      log('remote content blocked', { type: details.resourceType });
    }
    callback({ cancel: !allowed });
  });
}
