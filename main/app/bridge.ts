/**
 * The way from a screen to the app: four verbs (call, cancel, subscribe, unsubscribe) and two closed lists (calls.ts, events.ts).
 * Electron's preload and the HTTP client implement it, and one suite runs against both.
 */
import type { CallInput, CallName, CallResult } from './calls.ts';
import type { EventName, Events } from '../contract/events.ts';

export interface CallOptions {
  /** Aborting it is the cancel verb: the call resolves at once with `aborted` and the far side stops working on it. */
  readonly signal?: AbortSignalLike;
}

/** The part of AbortSignal that is needed; the contract knows neither the DOM nor Node. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface Bridge {
  /** Never rejects: whatever goes wrong is a `Result`. */
  call<Name extends CallName>(name: Name, input: CallInput<Name>, options?: CallOptions): Promise<CallResult<Name>>;
  /** Hears every event of that name from now on; answers the unsubscribe verb, which may be called twice. */
  subscribe<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void;
}

/**
 * The object that Electron's preload puts on `window.bridge`. An AbortSignal cannot cross the isolation of worlds, so a call carries a number
 * that `cancel` names. The page wraps it as a `Bridge`.
 */
export interface PreloadBridge {
  /**
   * Resolves with a `Result` as JSON text; `callId` is chosen by the page, unique while the page lives. Text crosses the isolation of
   * worlds as one value. An object is copied there field by field, which took longer than reading the page from the index.
   */
  call(callId: number, name: string, input: unknown): Promise<string>;
  cancel(callId: number): void;
  /** One listener for all events of a name; answers the unsubscribe function. */
  subscribe(event: string, listener: (payload: unknown) => void): () => void;
}
