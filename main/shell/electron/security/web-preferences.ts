import type { WebPreferences } from 'electron';

/**
 * How every page of Chatkeep runs. Electron's security checklist: 2 (no Node in pages), 3 (context isolation), 4 (sandbox),
 * 6 (web security stays on), 8 (no insecure content), 9 (no experimental features), 10 (no Blink features), 12 (no webview).
 *
 * @param preload absolute path of the one preload script
 * @param partition an in-memory session: nothing of a page is ever written to the browser's own cache
 */
export const webPreferences = (preload: string, partition: string): WebPreferences => ({
  preload,
  partition,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  plugins: false,
  // The spell checker would fetch dictionaries from a server.
  spellcheck: false,
  // A file dropped on the window must not become the page.
  navigateOnDragDrop: false,
  safeDialogs: true,
});
