import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import { isIP, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { App } from '../../app/create-app.ts';
import type { Logger } from '../../app/kernel/log.ts';
import { EVENTS_PATH } from '../../contract/wire-names.ts';
import { err } from '../../contract/errors.ts';
import { AppError } from '../../lib/app-error.ts';
import { createAnswer, type AnswerPorts } from '../http/answer.ts';
import { plain } from '../http/headers.ts';
import { EventStream } from './event-stream.ts';
import { hostsOf, judge, nameOf } from './guard.ts';
import { json, Rpc } from './rpc.ts';
import { Attempts, Password, Sessions } from './sessions.ts';
import { signedOut, signIn, tokenUsed, tooManyAttempts } from './words.ts';

const SERVE = 'chatkeep serve';

export interface ServerOptions {
  readonly app: Pick<App, 'call' | 'subscribeAll'> & Pick<AnswerPorts, 'files'>;
  /** Folder of the built renderer. */
  readonly rendererDir: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Left out: this machine alone. Any other address wants a password. */
  readonly host?: string;
  readonly password?: string;
  /** What the person runs in the terminal, for the pages that say how to get a fresh link; left out: `chatkeep serve`. */
  readonly command?: string;
  readonly log: Logger;
  readonly now: () => number;
  /** Calls `work` again and again; answers how to stop. Left out: a timer. */
  readonly every?: (ms: number, work: () => void) => () => void;
}

export interface RunningServer {
  readonly port: number;
  /** The address with a token that signs in one browser, once. Another one at every call. */
  newUrl(): string;
  /** Ends streams and connections; calls under way are given up. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const MOST_FORM_BYTES = 4096;
const ATTEMPTS = { most: 5, windowMs: 60_000 };

/** Serves the app to browsers. AppError `usage` when the port cannot be had, or the address is open to others without a password. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? LOOPBACK;
  if (!isLoopback(host) && (options.password ?? '') === '') {
    throw new AppError('usage', `The address ${host} is open to others.`, 'Set a password, or leave the address out.');
  }
  const site: { current: Site | null } = { current: null };
  const server = createAdaptorServer({ fetch: (request) => site.current?.fetch(request) ?? plain(503) });
  try {
    server.listen(options.port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new AppError(
      'usage',
      `Port ${String(options.port)} of ${host} cannot be used.`,
      'Choose another with --port.',
      {
        cause: error,
      },
    );
  }
  const { port } = server.address() as AddressInfo;
  const opened = new Site(options, port, host);
  site.current = opened;
  return {
    port,
    newUrl: () => opened.newUrl(),
    close: async () => {
      opened.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if ('closeAllConnections' in server) {
        server.closeAllConnections();
      }
      await closed;
    },
  };
}

/** One running site: who is signed in, and what each path answers. */
class Site {
  readonly #options: ServerOptions;
  readonly #sessions: Sessions;
  readonly #password: Password | null;
  readonly #attempts: Attempts;
  readonly #events: EventStream;
  readonly #rpc: Rpc;
  readonly #answer: (request: Request) => Promise<Response>;
  readonly #hosts: ReadonlySet<string>;
  readonly #base: string;
  readonly #hono = new Hono();

  constructor(options: ServerOptions, port: number, host: string) {
    const { app, password, now } = options;
    this.#options = options;
    this.#base = `http://${nameOf(isEverywhere(host) ? LOOPBACK : host)}:${String(port)}`;
    this.#hosts = hostsOf(port, namesOf(host));
    this.#sessions = new Sessions(port);
    this.#password = password === undefined || password === '' ? null : new Password(password);
    this.#attempts = new Attempts(ATTEMPTS.most, ATTEMPTS.windowMs, now);
    this.#events = new EventStream({ app, every: options.every ?? everyTimer });
    this.#rpc = new Rpc(app);
    this.#answer = createAnswer({ files: app.files, rendererDir: options.rendererDir });
    this.#route();
  }

  newUrl(): string {
    return `${this.#base}/?token=${this.#sessions.newToken()}`;
  }

  async fetch(request: Request): Promise<Response> {
    const verdict = judge(request, { hosts: this.#hosts });
    if (!verdict.ok) {
      this.#options.log.warn('a request was refused', { why: verdict.why, status: verdict.status });
      return plain(verdict.status);
    }
    return await this.#hono.fetch(request);
  }

  close(): void {
    this.#events.close();
  }

  #route(): void {
    const hono = this.#hono;
    hono.get('/', async ({ req }) => this.#enter(req.raw));
    hono.get('/login', () => (this.#password === null ? plain(404) : signIn(false)));
    hono.post('/login', ({ req }) => this.#login(req.raw));
    hono.post('/rpc/*', async ({ req }) => {
      if (!this.#isSignedIn(req.raw)) {
        return json(
          401,
          err('unauthorised', 'This browser is not signed in.', 'Open the address that Chatkeep printed.'),
        );
      }
      return await this.#rpc.answer(req.raw, new URL(req.url).pathname.slice('/rpc/'.length));
    });
    hono.get(EVENTS_PATH, ({ req }) => {
      if (!this.#isSignedIn(req.raw)) {
        return plain(401);
      }
      // hono routes HEAD here as well, and a stream that nobody reads never ends.
      return req.raw.method === 'GET' ? this.#events.answer(req.raw) : plain(405, { allow: 'GET' });
    });
    hono.all('/rpc/*', () => plain(405, { allow: 'POST' }));
    hono.all('*', ({ req }) => (this.#isSignedIn(req.raw) ? this.#answer(req.raw) : this.#stranger(req.raw)));
    hono.onError((error) => {
      this.#options.log.error('a request failed', error);
      return plain(500);
    });
  }

  /** The one path that takes a token: it becomes a cookie, and the address clean. */
  async #enter(request: Request): Promise<Response> {
    const token = new URL(request.url).searchParams.get('token');
    if (token === null) {
      return this.#isSignedIn(request) ? await this.#answer(request) : this.#stranger(request);
    }
    if (this.#isSignedIn(request)) {
      // Used all the same: the address stands in this browser's history now.
      this.#sessions.forget(token);
      return redirect('/');
    }
    const id = this.#sessions.redeem(token);
    if (id === null) {
      this.#options.log.warn('a token was refused');
      return tokenUsed(this.#options.command ?? SERVE);
    }
    return redirect('/', this.#sessions.cookieFor(id));
  }

  async #login(request: Request): Promise<Response> {
    if (this.#password === null) {
      return plain(404);
    }
    const wait = this.#attempts.take();
    if (wait > 0) {
      return tooManyAttempts(wait);
    }
    const type = request.headers.get('content-type')?.split(';')[0]?.trim();
    const length = Number(request.headers.get('content-length') ?? Infinity);
    if (type !== 'application/x-www-form-urlencoded' || !(length <= MOST_FORM_BYTES)) {
      return plain(415);
    }
    const attempt = new URLSearchParams(await request.text()).get('password') ?? '';
    if (!(await this.#password.isRight(attempt))) {
      this.#options.log.warn('a wrong password was given');
      return signIn(true);
    }
    return redirect('/', this.#sessions.cookieFor(this.#sessions.begin()));
  }

  #isSignedIn(request: Request): boolean {
    return this.#sessions.has(request.headers.get('cookie'));
  }

  /** Pages say in words what to do; everything else is only refused. */
  #stranger(request: Request): Response {
    if (request.headers.get('accept')?.includes('text/html') !== true) {
      return plain(401);
    }
    return this.#password === null ? signedOut(this.#options.command ?? SERVE) : redirect('/login');
  }
}

function redirect(to: string, cookie?: string): Response {
  return plain(303, { location: to, ...(cookie !== undefined && { 'set-cookie': cookie }) });
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const isEverywhere = (host: string): boolean => host === '' || host === '0.0.0.0' || host === '::';

/** The names by which others reach an address. For "all addresses" these are this machine's own numbers: a name could be anybody's. */
function namesOf(host: string): string[] {
  if (!isEverywhere(host)) {
    return [host];
  }
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}

function everyTimer(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms);
  timer.unref();
  return () => clearInterval(timer);
}
