/**
 * The bridge between the isolated page and the main process: four verbs, and nothing else. Neither
 * `ipcRenderer` nor an event object ever reaches the page (Electron's security checklist, 3 "context isolation" and 20 "do not expose
 * Electron APIs to untrusted web content"). No logic stands here: what is allowed is decided in the main process.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { PreloadBridge } from '../main/app/bridge.ts';
import { isEventName } from '../main/contract/events.ts';
import { eventChannel, IPC } from '../main/contract/wire-names.ts';

const bridge: PreloadBridge = {
  call: (callId, name, input) => ipcRenderer.invoke(IPC.call, callId, name, input),
  cancel: (callId) => {
    ipcRenderer.send(IPC.cancel, callId);
  },
  subscribe: (event, listener) => {
    if (!isEventName(event)) {
      return () => undefined;
    }
    const channel = eventChannel(event);
    const hear = (_event: unknown, payload: unknown): void => {
      listener(payload);
    };
    let subscribed = true;
    ipcRenderer.on(channel, hear);
    ipcRenderer.send(IPC.subscribe, event);
    return () => {
      if (subscribed) {
        subscribed = false;
        ipcRenderer.removeListener(channel, hear);
        ipcRenderer.send(IPC.unsubscribe, event);
      }
    };
  },
};

contextBridge.exposeInMainWorld('bridge', bridge);
