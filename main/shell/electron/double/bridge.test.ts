/**
 * The contract over Electron's IPC: page → preload → sender check → app and back, in a real Chromium. What stands on the page's side of
 * the preload (`preloadBridge`) runs here, beside the test.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { inject } from 'vitest';
import type { PreloadBridge } from '../../../contract/bridge.ts';
import { bridgeSuite } from '../../../app/testing/bridge-suite.ts';
import { launchBrowser } from '../../../../renderer/e2e/browser.ts';
import { preloadBridge } from '../../../../renderer/src/bridge/preload-bridge.ts';
import { createElectronDouble } from './electron-double.ts';
import { launchDouble } from './launch-double.ts';

declare const window: {
  bridge: PreloadBridge;
  stops: Record<number, () => void>;
  hear(id: number, payload: unknown): void;
};

bridgeSuite("Electron's IPC", async (rig) => {
  const folder = await mkdtemp(join(tmpdir(), 'chatkeep-bridge-'));
  const browser = await launchBrowser();
  const double = createElectronDouble({ browser });
  const page = await launchDouble(double, {
    preload: inject('preload'),
    configDir: folder,
    openApp: () =>
      Promise.resolve({
        app: rig.app,
        answer: () =>
          Promise.resolve(
            new Response('<!doctype html><title>page</title>', { headers: { 'content-type': 'text/html' } }),
          ),
      }),
  });
  return {
    bridge: preloadBridge(await throughPage(page)),
    close: async () => {
      await double.close();
      await browser.close();
      await rm(folder, { recursive: true });
    },
  };
});

/** The preload's three functions, each pressed in the page itself. */
async function throughPage(page: Page): Promise<PreloadBridge> {
  const listeners = new Map<number, (payload: unknown) => void>();
  let last = 0;
  await page.exposeFunction('hear', (id: number, payload: unknown) => {
    listeners.get(id)?.(payload);
  });
  await page.evaluate(() => {
    window.stops = {};
  });
  /** In their order: an unsubscribe must not overtake its subscribe. */
  let order: Promise<unknown> = Promise.resolve();
  const then = (work: () => Promise<unknown>): void => {
    order = order.then(work).catch(() => undefined);
  };
  return {
    call: async (callId, name, input) => {
      await order;
      return await page.evaluate(([id, call, value]) => window.bridge.call(id, call, value), [
        callId,
        name,
        input,
      ] as const);
    },
    cancel: (callId) => {
      then(() =>
        page.evaluate((id) => {
          window.bridge.cancel(id);
        }, callId),
      );
    },
    subscribe: (event, listener) => {
      last += 1;
      const id = last;
      listeners.set(id, listener);
      then(() =>
        page.evaluate(
          ([number, name]) => {
            window.stops[number] = window.bridge.subscribe(name, (payload) => {
              window.hear(number, payload);
            });
          },
          [id, event] as const,
        ),
      );
      return () => {
        listeners.delete(id);
        then(() =>
          page.evaluate((number) => {
            window.stops[number]?.();
          }, id),
        );
      };
    },
  };
}
