import { AppError } from '../../../lib/app-error.ts';
import { ABORTED } from '../../../contract/errors.ts';
import { APP_PAGE, FATAL_PAGE } from '../protocol/app-origin.ts';
import type { IpcPorts } from '../protocol/ipc.ts';
import type { Log, OpenedApp, ShellApp } from '../shell-app.ts';
import { fatalPage, waitPage, type FatalWords } from '../window/fatal-page.ts';
import { WORDS } from '../words.ts';

export interface OpeningPorts {
  /** Opens the app. `onWait` hears, in a line for people, what takes its time. */
  readonly open: (onWait: (line: string) => void) => Promise<OpenedApp>;
  /** Starts what stands around an open app. */
  readonly follow: (app: ShellApp) => Promise<void>;
  /** Answers a file of the pages, which needs no library. */
  readonly answerStatic: (request: Request) => Promise<Response>;
  /** Loads the page of the window again, if there is one. */
  readonly reload: () => void;
  /** Puts the fatal page in place of the window's page, if there is one. */
  readonly showFatal: () => void;
  /** Stops what `follow` started, all of it or a part. */
  readonly leave: () => void;
  /** From now on no page asks the app anything. */
  readonly stopCalls: () => void;
  readonly log: Log;
}

const PAGE_PATH = new URL(APP_PAGE).pathname;
const FATAL_PATH = new URL(FATAL_PAGE).pathname;

/** The app from its first try to open until it is closed, and the pages that a window shows meanwhile. */
export class Opening {
  readonly #ports: OpeningPorts;
  #opened: OpenedApp | null = null;
  #running: Promise<void> | null = null;
  #closed = false;
  #fatal = crashWords(false);
  /** What the try under way waits for; null = nothing to tell. */
  #line: string | null = null;
  #told = Promise.withResolvers<undefined>();
  /** Resolves once there is an app. */
  readonly #ready = Promise.withResolvers<ShellApp>();
  /** A page waits for the app: the app's own, or one of words. */
  #awaited = false;

  constructor(ports: OpeningPorts) {
    this.#ports = ports;
  }

  get app(): ShellApp | null {
    return this.#opened?.app ?? null;
  }

  /** Calls and events of the app, which wait for it. A page that leaves takes them with it. */
  readonly later: IpcPorts['app'] = {
    call: async (name, input, signal) => {
      const app = await this.#ready.promise;
      return signal.aborted ? ABORTED : await app.call(name, input, signal);
    },
    subscribe: (event, listener) => {
      let stop: (() => void) | null = null;
      let left = false;
      void this.#ready.promise.then((app) => {
        stop = left ? null : app.subscribe(event, listener);
      });
      return () => {
        left = true;
        stop?.();
      };
    },
  };

  /** Resolves when a window would show more than an empty page: the app, or words about what it waits for. */
  async worthShowing(): Promise<void> {
    await Promise.race([this.#running, this.#told.promise]);
  }

  /** Opens the app unless it is open. Calls that come while it opens share its end. Never rejects: a page shows what went wrong. */
  once(): Promise<void> {
    this.#running ??= this.#open().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Chooses the words of the page that stands in for one that crashed. `again`: shortly after the last crash. */
  crashed(again: boolean): void {
    this.#fatal = crashWords(again);
  }

  /**
   * Answers `app://`. The app's own page loads while the library opens, and its calls wait. It gives way to a page of words when opening takes
   * its time or fails. The words lead back to the app's page.
   */
  async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === FATAL_PATH) {
      return fatalPage(this.#fatal);
    }
    if (this.#opened !== null) {
      return await this.#opened.answer(request);
    }
    if (pathname !== PAGE_PATH) {
      return isFile(pathname) ? await this.#ports.answerStatic(request) : fatalPage(this.#fatal);
    }
    if (this.#closed) {
      return fatalPage(this.#fatal);
    }
    void this.once();
    this.#awaited = true;
    return this.#line === null
      ? await this.#ports.answerStatic(request)
      : waitPage({ title: WORDS.wait.title, message: this.#line, hint: WORDS.wait.hint });
  }

  /** Closes the app. A library that is just being opened is opened first, to be closed in order. No later request opens it again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    this.#ports.stopCalls();
    await this.#shut();
  }

  async #shut(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    this.#ports.leave();
    await opened?.app.shutdown();
  }

  async #open(): Promise<void> {
    if (this.#opened !== null || this.#closed) {
      return;
    }
    const { open, follow, reload, showFatal, log } = this.#ports;
    try {
      const opened = await open((line) => {
        const first = this.#line === null;
        this.#line = line;
        this.#told.resolve(undefined);
        if (first && this.#awaited) {
          reload();
        }
      });
      this.#opened = opened;
      await follow(opened.app);
      this.#ready.resolve(opened.app);
    } catch (error) {
      log('the app does not open', { error });
      this.#fatal = startWords(error);
      if (this.#opened !== null) {
        // The next try opens the library again, which one process holds at a time.
        await this.#shut();
      }
      if (this.#awaited) {
        showFatal();
      }
    } finally {
      this.#awaited = false;
      this.#line = null;
      this.#told = Promise.withResolvers<undefined>();
    }
  }
}

/** Files of the pages have an ending, media have none. */
const isFile = (pathname: string): boolean => /\.\w+$/.test(pathname);

const retry = { label: WORDS.fatal.retry, href: PAGE_PATH };

function startWords(error: unknown): FatalWords {
  return error instanceof AppError
    ? { title: WORDS.fatal.title, message: error.message, hint: error.hint, action: retry }
    : { title: WORDS.fatal.title, message: 'An unexpected fault.', hint: 'The log says more.', action: retry };
}

function crashWords(again: boolean): FatalWords {
  const action = again ? null : { label: WORDS.crash.reload, href: PAGE_PATH };
  return { title: WORDS.crash.title, message: WORDS.crash.message, hint: again ? WORDS.crash.again : '', action };
}
