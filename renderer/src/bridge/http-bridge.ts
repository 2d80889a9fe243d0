import type { Bridge, CallOptions } from '../../../main/app/bridge.ts';
import { rpcPath } from '../../../main/contract/wire-names.ts';
import type { CallInput, CallName, CallResult } from '../../../main/app/calls.ts';
import { ABORTED, err } from '../../../main/contract/errors.ts';
import type { EventName, Events } from '../../../main/contract/events.ts';
import type { OpenEvents } from './event-source.ts';
import { readResult } from './read-result.ts';

/** The browser functions that the bridge uses; tests pass their own. */
export interface HttpPorts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly openEvents: OpenEvents;
  /** Hears whether the stream is open, so that a screen can say that the app is not there. */
  readonly onConnection?: (connected: boolean) => void;
}

type Listener = (payload: never) => void;

/** A browser on this machine: calls are POSTs of JSON, events one stream that all listeners share. */
export function httpBridge(ports: HttpPorts): Bridge {
  const listeners = new Map<EventName, Set<Listener>>();
  let closeStream: (() => void) | null = null;

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
    closeStream ??= ports.openEvents({
      onEvent: deliver,
      onConnection: (connected) => ports.onConnection?.(connected),
    });
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
        if ([...listeners.values()].every((each) => each.size === 0)) {
          closeStream?.();
          closeStream = null;
        }
      };
    },
  };
}
