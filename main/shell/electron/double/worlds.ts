/**
 * The two worlds of a page, as scripts that run at the start of each document. Isolated worlds share the document but no JavaScript
 * object; this is the double's contextBridge: values are copied, functions and promises stand in for each other across the border.
 *
 * Differs from Electron: values travel as JSON, not as structured clones (the contract sends nothing that JSON cannot carry).
 */

/** The name of the preload's world for the DevTools protocol. */
export const PRELOAD_WORLD = 'preload';
/** What the preload's world calls to reach the main process: one string of JSON. */
export const SEND_BINDING = 'sendToElectronDouble';
/** What the main process evaluates in the preload's world: one string of JSON. */
export const RECEIVE_FUNCTION = 'receiveFromElectronDouble';

const linkWorlds = (role: 'page' | 'preload', eventName: string) => {
  interface Wire {
    readonly kind: 'plain' | 'function' | 'promise' | 'list' | 'record';
    readonly value?: unknown;
    readonly id?: number;
    readonly items?: readonly Wire[];
    readonly entries?: readonly (readonly [string, Wire])[];
  }
  type Message =
    | { readonly kind: 'call'; readonly id: number; readonly call: number; readonly args: readonly Wire[] }
    | { readonly kind: 'return'; readonly call: number; readonly value: Wire }
    | { readonly kind: 'settle'; readonly id: number; readonly ok: boolean; readonly value: Wire }
    | { readonly kind: 'expose'; readonly key: string; readonly value: Wire }
    | { readonly kind: 'hello' };

  const { document } = globalThis as unknown as {
    readonly document: {
      dispatchEvent(event: object): void;
      addEventListener(name: string, listener: (event: { readonly detail: string }) => void): void;
    };
  };
  const outgoing = `${eventName}:from-${role}`;
  const incoming = `${eventName}:from-${role === 'page' ? 'preload' : 'page'}`;
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  const promises = new Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>();
  const returned = new Map<number, Wire>();
  const exposed: { key: string; value: Wire }[] = [];
  let last = 0;
  const next = () => (last += 1);
  const post = (message: Message) => {
    document.dispatchEvent(new CustomEvent(outgoing, { detail: JSON.stringify(message) }));
  };

  const pack = (value: unknown): Wire => {
    if (typeof value === 'function') {
      const id = next();
      functions.set(id, value as (...args: unknown[]) => unknown);
      return { kind: 'function', id };
    }
    if (value instanceof Promise) {
      const id = next();
      value.then(
        (result: unknown) => {
          post({ kind: 'settle', id, ok: true, value: pack(result) });
        },
        (error: unknown) => {
          post({ kind: 'settle', id, ok: false, value: pack(String(error)) });
        },
      );
      return { kind: 'promise', id };
    }
    if (Array.isArray(value)) {
      return { kind: 'list', items: value.map(pack) };
    }
    if (typeof value === 'object' && value !== null) {
      return { kind: 'record', entries: Object.entries(value).map(([key, each]) => [key, pack(each)] as const) };
    }
    return { kind: 'plain', value };
  };

  const unpack = (wire: Wire): unknown => {
    const id = wire.id ?? 0;
    if (wire.kind === 'function') {
      return (...args: unknown[]) => {
        const call = next();
        // Events are heard before `dispatchEvent` returns: the answer is there.
        post({ kind: 'call', id, call, args: args.map(pack) });
        const answer = returned.get(call);
        returned.delete(call);
        return answer === undefined ? undefined : unpack(answer);
      };
    }
    if (wire.kind === 'promise') {
      return new Promise((resolve, reject) => {
        promises.set(id, { resolve, reject });
      });
    }
    if (wire.kind === 'list') {
      return (wire.items ?? []).map(unpack);
    }
    if (wire.kind === 'record') {
      return Object.freeze(Object.fromEntries((wire.entries ?? []).map(([key, each]) => [key, unpack(each)])));
    }
    return wire.value;
  };

  document.addEventListener(incoming, (event) => {
    const message = JSON.parse(event.detail) as Message;
    if (message.kind === 'call') {
      const value = functions.get(message.id)?.(...message.args.map(unpack));
      post({ kind: 'return', call: message.call, value: pack(value) });
    } else if (message.kind === 'return') {
      returned.set(message.call, message.value);
    } else if (message.kind === 'settle') {
      const waiting = promises.get(message.id);
      promises.delete(message.id);
      if (message.ok) {
        waiting?.resolve(unpack(message.value));
      } else {
        waiting?.reject(new Error(String(unpack(message.value))));
      }
    } else if (message.kind === 'expose') {
      if (!Object.hasOwn(globalThis, message.key)) {
        Object.defineProperty(globalThis, message.key, { value: unpack(message.value), enumerable: true });
      }
    } else {
      exposed.forEach((each) => {
        post({ kind: 'expose', ...each });
      });
    }
  });
  if (role === 'page') {
    // Whichever world starts first: what was exposed before is asked for again.
    post({ kind: 'hello' });
  }
  return (key: string, api: unknown) => {
    const value = pack(api);
    exposed.push({ key, value });
    post({ kind: 'expose', key, value });
  };
};

/** The `ipcRenderer` of the preload's world, over one binding to the main process and one function back. */
const makeIpc = (send: (json: string) => void, receiveName: string) => {
  type Listener = (event: object, ...args: unknown[]) => void;
  const listeners = new Map<string, Listener[]>();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>();
  let last = 0;
  Object.defineProperty(globalThis, receiveName, {
    value: (json: string) => {
      const message = JSON.parse(json) as {
        readonly kind: 'reply' | 'event';
        readonly id: number;
        readonly error: string | null;
        readonly value: unknown;
        readonly channel: string;
        readonly args: unknown[];
      };
      if (message.kind === 'reply') {
        const call = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error === null) {
          call?.resolve(message.value);
        } else {
          call?.reject(new Error(message.error));
        }
      } else {
        [...(listeners.get(message.channel) ?? [])].forEach((listener) => {
          listener({}, ...message.args);
        });
      }
    },
  });
  return {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        send(JSON.stringify({ kind: 'invoke', id: last, channel, args }));
      }),
    send: (channel: string, ...args: unknown[]) => {
      send(JSON.stringify({ kind: 'send', id: 0, channel, args }));
    },
    on: (channel: string, listener: Listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    },
    removeListener: (channel: string, listener: Listener) => {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((each) => each !== listener),
      );
    },
  };
};

/** For the page's own world. */
export const pageScript = (eventName: string): string =>
  `if (window.top === window) { (${linkWorlds.toString()})('page', ${JSON.stringify(eventName)}); }`;

/** For the preload's world: Electron's `require`, reduced to what a sandboxed preload gets, around the real preload script. */
export const preloadScript = (eventName: string, source: string): string => `
if (window.top === window) {
  const exposeInMainWorld = (${linkWorlds.toString()})('preload', ${JSON.stringify(eventName)});
  const ipcRenderer = (${makeIpc.toString()})((json) => globalThis[${JSON.stringify(SEND_BINDING)}](json), ${JSON.stringify(RECEIVE_FUNCTION)});
  const require = (name) => {
    if (name !== 'electron') { throw new Error('module not found: ' + name); }
    return { contextBridge: { exposeInMainWorld }, ipcRenderer };
  };
  const module = { exports: {} };
  (function (require, module, exports, process) {
${source}
  })(require, module, module.exports, undefined);
}`;
