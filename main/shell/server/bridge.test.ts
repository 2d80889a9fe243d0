import { ownEvents } from '../../../renderer/src/bridge/event-source.ts';
import { httpBridge } from '../../../renderer/src/bridge/http-bridge.ts';
import { bridgeSuite } from '../../app/testing/bridge-suite.ts';
import { Browser } from './testing/browser.ts';
import { serveRig } from './testing/serve-rig.ts';

/** The page's own bridge, against the real server. */
bridgeSuite('HTTP', async (rig) => {
  const server = await serveRig(rig);
  const browser = await Browser.open(server.newUrl());
  const opened: { close(): void }[] = [];
  return {
    bridge: httpBridge({
      fetch: (url, init) => browser.fetch(url, init),
      openEvents: ownEvents((url) => {
        const events = browser.openEvents(url);
        opened.push(events);
        return events as unknown as EventSource;
      }),
    }),
    close: async () => {
      for (const events of opened) {
        events.close();
      }
      await server.close();
    },
  };
});
