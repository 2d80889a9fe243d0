/** The part of the app that this shell uses. Every module takes only its own part, so its test can pass a plain object. */
import type { App } from '../../app/create-app.ts';

export type ShellApp = Pick<App, 'call' | 'subscribe' | 'hold' | 'release' | 'shutdown'>;

/** The app as the shell gets it: calls and events, and the answers to `app://`. */
export interface OpenedApp {
  readonly app: ShellApp;
  /** Pages, media and thumbnails with their headers. */
  readonly answer: (request: Request) => Promise<Response>;
}

/** Words for the log; never content, never secrets. A field `error` is the thrown thing itself: the log knows how to tell it. */
export type Log = (message: string, fields?: Readonly<Record<string, unknown>>) => void;
