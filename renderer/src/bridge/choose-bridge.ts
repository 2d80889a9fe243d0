import type { Bridge } from '../../../main/contract/bridge.ts';
import { httpBridge } from './http-bridge.ts';
import { preloadBridge } from './preload-bridge.ts';

/** `window.bridge` in Electron, HTTP in a browser. The in-memory bridge has an entry of its own (dev.html) and is in no build. */
export function chooseBridge(window: Window, onConnection: (connected: boolean) => void): Bridge {
  return window.bridge === undefined
    ? httpBridge({
        fetch: (url, init) => window.fetch(url, init),
        openEvents: (url) => new EventSource(url),
        onConnection,
      })
    : preloadBridge(window.bridge);
}
