/** The part of the app that this shell uses. Every module takes only its own part, so its test can pass a plain object. */
import type { CallName, CallResult } from '../../app/calls.ts';
import type { EventName, Events } from '../../contract/events.ts';

export interface ShellApp {
  /** Answers any call with a `Result`; never rejects. The app checks the input. `signal` is the cancel verb. */
  call<Name extends CallName>(name: Name, input: unknown, signal: AbortSignal): Promise<CallResult<Name>>;
  subscribe<Name extends EventName>(event: Name, listener: (payload: Events[Name]) => void): () => void;
  /** Holds a running sync for a reason that is not the person's; it continues after `release` of the same reason. */
  hold(reason: HoldReason): void;
  release(reason: HoldReason): void;
  /** Refuses new calls, finishes what is being written, closes the library. */
  shutdown(): Promise<void>;
}

/** The app as the shell gets it: calls and events, and the answers to `app://`. */
export interface OpenedApp {
  readonly app: ShellApp;
  /** Pages, media and thumbnails with their headers. */
  readonly answer: (request: Request) => Promise<Response>;
}

export type HoldReason = 'suspended' | 'offline';

/** Words for the log; never content, never secrets. A field `error` is the thrown thing itself: the log knows how to tell it. */
export type Log = (message: string, fields?: Readonly<Record<string, unknown>>) => void;
