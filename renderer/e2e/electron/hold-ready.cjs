/**
 * Electron loads this before the app (`-r`): the app gets ready only once Playwright is attached. Playwright brings such a loader itself,
 * except to an executable that is named. Without one it may attach while the first page is committed. Chromium then never reports that
 * navigation, and `launch` waits for it until its timeout.
 */
const { app } = require('electron');

const { promise: driven, resolve } = Promise.withResolvers();
const ready = app.whenReady();
app.whenReady = async () => {
  await driven;
  await ready;
};
// Playwright calls this name.
globalThis.__playwright_run = () => resolve();
