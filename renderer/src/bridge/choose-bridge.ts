import type { Bridge } from '../../../main/app/bridge.ts';
import { ownEvents, sharedEvents, type OpenEvents } from './event-source.ts';
import { httpBridge } from './http-bridge.ts';
import { preloadBridge } from './preload-bridge.ts';

/** `window.bridge` in Electron, HTTP in a browser. */
export function chooseBridge(window: Window, onConnection: (connected: boolean) => void): Bridge {
  return window.bridge === undefined
    ? httpBridge({ fetch: (url, init) => window.fetch(url, init), openEvents: chooseEvents(), onConnection })
    : preloadBridge(window.bridge);
}

/** Some browsers on phones have no shared workers; there each tab has a stream of its own. */
function chooseEvents(): OpenEvents {
  return typeof SharedWorker === 'undefined'
    ? ownEvents((url) => new EventSource(url))
    : sharedEvents(
        () => new SharedWorker(new URL('./event-worker.ts', import.meta.url), { type: 'module', name: 'events' }).port,
      );
}
