import { isOwnUrl } from '../protocol/app-origin.ts';
import type { Session } from '../electron-modules.ts';
import type { Log } from '../shell-app.ts';

/**
 * The permissions that a page may get: full screen for the viewer, and writing to the clipboard after a press ("copy"). Not camera, microphone,
 * place, devices, notifications (the main process shows those), reading the clipboard, or anything a later Chromium invents.
 */
const ALLOWED: ReadonlySet<string> = new Set(['fullscreen', 'clipboard-sanitized-write']);

export const mayHave = (permission: string, origin: string): boolean => ALLOWED.has(permission) && isOwnUrl(origin);

/** Electron's security checklist, 5: "Handle session permission requests". Deny is the default, for checks, requests and devices alike. */
export function denyPermissions(
  session: Pick<
    Session,
    | 'setPermissionRequestHandler'
    | 'setPermissionCheckHandler'
    | 'setDevicePermissionHandler'
    | 'setDisplayMediaRequestHandler'
    | 'setBluetoothPairingHandler'
    | 'setUSBProtectedClassesHandler'
    | 'setSpellCheckerEnabled'
  >,
  log: Log,
): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const granted = mayHave(permission, details.requestingUrl);
    if (!granted) {
      log('permission denied', { permission });
    }
    callback(granted);
  });
  session.setPermissionCheckHandler((_contents, permission, origin) => mayHave(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }));
  session.setUSBProtectedClassesHandler((details) => details.protectedClasses);
  session.setSpellCheckerEnabled(false);
}

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
