/**
 * The contract over Electron's IPC: what stands on the page's side of the preload, the verbs, the sender check and the app, in one process.
 * Values are cloned on the way, as Electron clones them. The preload itself runs in `renderer/e2e/electron/`.
 */
import { bridgeSuite } from '../../../app/testing/bridge-suite.ts';
import type { PreloadBridge } from '../../../app/bridge.ts';
import { eventChannel, IPC } from '../../../contract/wire-names.ts';
import { isEventName } from '../../../contract/events.ts';
import { preloadBridge } from '../../../../renderer/src/bridge/preload-bridge.ts';
import { APP_PAGE } from './app-origin.ts';
import { ContentsDouble } from '../testing/double/contents.ts';
import { IpcMainDouble } from '../testing/double/ipc-main.ts';
import { enableIpc } from './ipc.ts';

bridgeSuite("Electron's IPC", ({ app }) => {
  const ipcMain = new IpcMainDouble();
  const contents = new ContentsDouble(APP_PAGE);
  const event = { sender: contents, senderFrame: contents.mainFrame };
  const disable = enableIpc({
    ipcMain: ipcMain as never,
    app,
    ownWindows: new Set([contents.id]),
    log: () => undefined,
  });
  const preload: PreloadBridge = {
    call: async (...args) => String(await ipcMain.invoke(IPC.call, event, structuredClone(args))),
    cancel: (callId) => {
      ipcMain.emit(IPC.cancel, event, callId);
    },
    subscribe: (name, listener) => {
      const channel = isEventName(name) ? eventChannel(name) : name;
      const hear = (payload: unknown): void => {
        listener(structuredClone(payload));
      };
      contents.on(channel, hear);
      ipcMain.emit(IPC.subscribe, event, name);
      let subscribed = true;
      return () => {
        if (subscribed) {
          subscribed = false;
          contents.off(channel, hear);
          ipcMain.emit(IPC.unsubscribe, event, name);
        }
      };
    },
  };
  return Promise.resolve({
    bridge: preloadBridge(preload),
    close: () => {
      disable();
      return Promise.resolve();
    },
  });
});
