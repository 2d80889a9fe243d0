/** One suite for every bridge: whatever carries them, calls, cancel, subscribe and unsubscribe behave the same. */
import { describe, expect, test } from 'vitest';
import type { Bridge, PreloadBridge } from '../../../main/app/bridge.ts';
import { EVENTS_PATH } from '../../../main/contract/wire-names.ts';
import { isCallName, type CallInput, type CallName } from '../../../main/app/calls.ts';
import { ABORTED, err, ok } from '../../../main/contract/errors.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../main/contract/shapes.ts';
import { ownEvents } from './event-source.ts';
import { httpBridge } from './http-bridge.ts';
import { preloadBridge } from './preload-bridge.ts';
import { stubBridge, type StubBridge } from './testing/stub-bridge.ts';

const REFUSED = err('key_refused', 'The service refused the key.', 'Copy the key again from the dashboard.');

/** An app in memory, with settings that can be changed. */
function inMemory(): StubBridge {
  let settings = DEFAULT_SETTINGS;
  const bridge = stubBridge({
    'app.info': () => new Promise(() => undefined),
    'settings.set': (change) => {
      settings = { ...settings, ...change };
      bridge.emit('settings.changed', settings);
      return ok(settings);
    },
    'connections.list': () => REFUSED,
  });
  return bridge;
}

const dispatch = (app: Bridge, name: string, input: unknown, signal: AbortSignal): Promise<unknown> =>
  isCallName(name)
    ? app.call(name, input as CallInput<CallName>, { signal })
    : Promise.resolve(err('unknown_call', 'No such call.'));

/** Event streams as the browser has them, without a network. */
class Stream extends EventTarget {
  close(): void {
    this.dispatchEvent(new Event('closed'));
  }
}

function overHttp(): Bridge {
  const app = inMemory();
  return httpBridge({
    fetch: async (url, init) => {
      const signal = init.signal ?? new AbortController().signal;
      const body: unknown = JSON.parse(typeof init.body === 'string' ? init.body : '{}');
      const answer = await dispatch(app, url.replace('/rpc/', ''), body, signal);
      signal.throwIfAborted();
      return Response.json(answer);
    },
    openEvents: ownEvents((url) => {
      expect(url).toBe(EVENTS_PATH);
      const stream = new Stream();
      app.subscribe('settings.changed', (payload) =>
        stream.dispatchEvent(new MessageEvent('settings.changed', { data: JSON.stringify(payload) })),
      );
      return stream as unknown as EventSource;
    }),
  });
}

function overPreload(): Bridge {
  const app = inMemory();
  const calls = new Map<number, AbortController>();
  const preload: PreloadBridge = {
    call: async (callId, name, input) => {
      const controller = new AbortController();
      calls.set(callId, controller);
      return JSON.stringify(await dispatch(app, name, input, controller.signal));
    },
    cancel: (callId) => calls.get(callId)?.abort(),
    subscribe: (event, listener) => (event === 'settings.changed' ? app.subscribe(event, listener) : () => undefined),
  };
  return preloadBridge(preload);
}

describe.each([
  ['over HTTP', overHttp],
  ['over a preload', overPreload],
])('a bridge %s', (_, make) => {
  test('carries an input and its answer', async () => {
    const answer = await make().call('settings.set', { theme: 'dark', concurrency: 2 });
    expect(answer).toMatchObject({ ok: true, value: { theme: 'dark', concurrency: 2 } });
  });

  test('carries an error as a value with code, message and hint', async () => {
    const answer = await make().call('connections.list', { key: 'a wrong one', apiBase: null });
    expect(answer).toEqual(REFUSED);
  });

  test('resolves a call that was given up before it began', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await make().call('app.info', {}, { signal: controller.signal })).toEqual(ABORTED);
  });

  test('resolves a call that is given up under way', async () => {
    const controller = new AbortController();
    const answer = make().call('app.info', {}, { signal: controller.signal });
    controller.abort();
    expect(await answer).toEqual(ABORTED);
  });

  test('tells events until the listener leaves', async () => {
    const bridge = make();
    const heard: Settings['theme'][] = [];
    const leave = bridge.subscribe('settings.changed', (settings) => heard.push(settings.theme));
    await bridge.call('settings.set', { theme: 'dark' });
    leave();
    leave();
    await bridge.call('settings.set', { theme: 'light' });
    expect(heard).toEqual(['dark']);
  });
});

describe('HTTP', () => {
  const failing = (fetch: () => Promise<Response>): Bridge => httpBridge({ fetch, openEvents: () => () => undefined });

  test('a server that is gone is an error with words', async () => {
    const answer = await failing(() => Promise.reject(new TypeError('fetch failed'))).call('app.info', {});
    expect(answer).toMatchObject({ ok: false, error: { code: 'disconnected' } });
  });

  test('a session that is over says so', async () => {
    const answer = await failing(() => Promise.resolve(new Response('', { status: 401 }))).call('app.info', {});
    expect(answer).toMatchObject({ ok: false, error: { code: 'unauthorised' } });
  });

  test('an answer that is none is an error, not a crash', async () => {
    for (const body of ['<html>', 'null', '{}', '{"ok":true}', '{"ok":false,"error":7}']) {
      const answer = await failing(() => Promise.resolve(new Response(body))).call('app.info', {});
      expect(answer.ok).toBe(false);
    }
  });
});
