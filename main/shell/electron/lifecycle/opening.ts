import { AppError } from '../../../lib/app-error.ts';
import { APP_PAGE, FATAL_PAGE } from '../protocol/app-origin.ts';
import type { Log, OpenedApp, ShellApp } from '../shell-app.ts';
import { fatalPage, waitPage, type FatalWords } from '../window/fatal-page.ts';
import { WORDS } from '../words.ts';

export interface OpeningPorts {
  /** Opens the app. `onWait` hears, in a line for people, what takes its time. */
  readonly open: (onWait: (line: string) => void) => Promise<OpenedApp>;
  /** Starts what stands around an open app. */
  readonly follow: (app: ShellApp) => Promise<void>;
  /** Stops what `follow` started, all of it or a part. */
  readonly leave: () => void;
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

  constructor(ports: OpeningPorts) {
    this.#ports = ports;
  }

  get app(): ShellApp | null {
    return this.#opened?.app ?? null;
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

  /** Answers `app://`: the app's own page once it is open, a page of words until then. The words lead back to the app's page. */
  async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === FATAL_PATH) {
      return fatalPage(this.#fatal);
    }
    if (pathname === PAGE_PATH) {
      await Promise.race([this.once(), this.#told.promise]);
      if (this.#opened === null && this.#line !== null) {
        return waitPage({ title: WORDS.wait.title, message: this.#line, hint: WORDS.wait.hint });
      }
    }
    return this.#opened === null ? fatalPage(this.#fatal) : await this.#opened.answer(request);
  }

  /** Closes the app. A library that is just being opened is opened first, to be closed in order. No later request opens it again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    this.#ports.leave();
    await this.#opened?.app.shutdown();
  }

  async #open(): Promise<void> {
    if (this.#opened !== null || this.#closed) {
      return;
    }
    const { open, follow, log } = this.#ports;
    try {
      this.#opened = await open((line) => {
        this.#line = line;
        this.#told.resolve(undefined);
      });
      await follow(this.#opened.app);
    } catch (error) {
      log('the app does not open', { error });
      this.#fatal = startWords(error);
    } finally {
      this.#line = null;
      this.#told = Promise.withResolvers<undefined>();
    }
  }
}

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
