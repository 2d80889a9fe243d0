import { EVENTS_PATH, rpcPath, type Bridge, type CallOptions } from '../../../main/contract/bridge.ts';
import type { CallInput, CallName, CallResult } from '../../../main/contract/calls.ts';
import { ABORTED, err } from '../../../main/contract/errors.ts';
import { EVENT_NAMES, type EventName, type Events } from '../../../main/contract/events.ts';
import { readResult } from './read-result.ts';

/** What the bridge needs of the browser; tests pass their own. */
export interface HttpPorts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Opens the event stream; EventSource itself resumes with Last-Event-ID after a broken connection. */
  readonly openEvents: (url: string) => EventSource;
  /** Hears whether the stream is open, so that a screen can say that the app is not there. */
  readonly onConnection?: (connected: boolean) => void;
}

type Listener = (payload: never) => void;

/** A browser on this machine: calls are POSTs of JSON, events one stream of server-sent events shared by all listeners. */
export function httpBridge(ports: HttpPorts): Bridge {
  const listeners = new Map<EventName, Set<Listener>>();
  let stream: EventSource | null = null;

  function deliver(name: EventName, data: string): void {
    let payload: unknown;
    try {
      payload = JSON.parse(data);
    } catch {
      return;
    }
    for (const listener of [...(listeners.get(name) ?? [])]) {
      listener(payload as never);
    }
  }

  function open(): void {
    if (stream !== null) {
      return;
    }
    const opened = ports.openEvents(EVENTS_PATH);
    stream = opened;
    opened.addEventListener('open', () => ports.onConnection?.(true));
    opened.addEventListener('error', () => ports.onConnection?.(false));
    for (const name of EVENT_NAMES) {
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        deliver(name, event.data);
      });
    }
  }

  return {
    async call<Name extends CallName>(
      name: Name,
      input: CallInput<Name>,
      options: CallOptions = {},
    ): Promise<CallResult<Name>> {
      const { signal } = options;
      if (signal?.aborted === true) {
        return ABORTED;
      }
      const controller = new AbortController();
      const giveUp = (): void => {
        controller.abort();
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      try {
        const response = await ports.fetch(rpcPath(name), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(input),
          signal: controller.signal,
          credentials: 'same-origin',
          cache: 'no-store',
        });
        if (response.status === 401 || response.status === 403) {
          return err('unauthorised', 'This page is not signed in.', 'Open the address that the server printed.');
        }
        return readResult<Name>(await response.json());
      } catch {
        return controller.signal.aborted
          ? ABORTED
          : err('disconnected', 'Chatkeep does not answer.', 'Start it again, then reload this page.');
      } finally {
        signal?.removeEventListener('abort', giveUp);
      }
    },
    subscribe<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void {
      const set = listeners.get(event) ?? new Set<Listener>();
      listeners.set(event, set);
      set.add(listener);
      open();
      return () => {
        set.delete(listener);
        if (stream !== null && [...listeners.values()].every((each) => each.size === 0)) {
          stream.close();
          stream = null;
        }
      };
    },
  };
}
