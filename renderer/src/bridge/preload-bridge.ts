import type { Bridge, CallOptions, PreloadBridge } from '../../../main/app/bridge.ts';
import type { CallInput, CallName, CallResult } from '../../../main/app/calls.ts';
import { ABORTED } from '../../../main/contract/errors.ts';
import type { EventName, Events } from '../../../main/contract/events.ts';
import { readResult } from './read-result.ts';

/**
 * Electron: wraps what the preload put on `window.bridge`. An AbortSignal cannot cross worlds, so each call has a number; an aborted
 * call resolves here at once and the app is told to stop.
 */
export function preloadBridge(preload: PreloadBridge): Bridge {
  let lastCall = 0;
  return {
    call<Name extends CallName>(
      name: Name,
      input: CallInput<Name>,
      options: CallOptions = {},
    ): Promise<CallResult<Name>> {
      const { signal } = options;
      if (signal?.aborted === true) {
        return Promise.resolve(ABORTED);
      }
      lastCall += 1;
      const callId = lastCall;
      return new Promise((resolve) => {
        const giveUp = (): void => {
          preload.cancel(callId);
          resolve(ABORTED);
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        void preload
          .call(callId, name, input)
          .then((text): unknown => JSON.parse(text))
          .catch(() => null)
          .then((answer) => {
            signal?.removeEventListener('abort', giveUp);
            resolve(readResult<Name>(answer));
          });
      });
    },
    subscribe<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void {
      return preload.subscribe(event, (payload) => listener(payload as Events[Name]));
    },
  };
}

declare global {
  interface Window {
    /** Put there by Electron's preload; absent in a browser. */
    readonly bridge?: PreloadBridge;
  }
}
