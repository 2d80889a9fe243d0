/** Help for tests of this folder: a real HTTP server per test and a clock that nobody waits for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../lib/clock.ts';

export interface TestServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** The requests, in order. */
  readonly seen: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[];
}

export type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/** Runs `work` against a server on a free port of loopback and closes it with all its connections afterwards. */
export async function withServer<T>(respond: Respond, work: (server: TestServer) => Promise<T>): Promise<T> {
  const seen: TestServer['seen'] = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    respond(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  try {
    return await work({ origin: `http://127.0.0.1:${port}`, seen });
  } finally {
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

export interface TestClock extends Clock {
  /** Lengths of all sleeps begun, in ms. */
  readonly slept: number[];
  /** Moves the time on and wakes whoever is due, in order. */
  advance(ms: number): Promise<void>;
  /** Sets the time without waking anybody, as a user who sets the clock does. */
  set(now: number): void;
  /** Sleepers not yet woken. */
  sleepers(): number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** `auto`: every sleep ends in the next turn of the event loop and the time jumps to its end. */
export function createTestClock(mode: 'auto' | 'manual', start = 1_800_000_000_000): TestClock {
  let now = start;
  const sleepers = new Set<Sleeper>();
  const slept: number[] = [];

  async function advance(ms: number): Promise<void> {
    const end = now + ms;
    for (;;) {
      const [first] = [...sleepers].filter((sleeper) => sleeper.at <= end).sort((a, b) => a.at - b.at);
      if (first === undefined) {
        break;
      }
      now = Math.max(now, first.at);
      sleepers.delete(first);
      first.wake();
      await turn();
    }
    now = end;
  }

  return {
    slept,
    now: () => now,
    set: (time) => {
      now = time;
    },
    advance,
    sleepers: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        slept.push(ms);
        const stop = (): void => {
          sleepers.delete(sleeper);
          reject(new Error('aborted'));
        };
        const sleeper: Sleeper = {
          at: now + ms,
          wake: () => {
            signal?.removeEventListener('abort', stop);
            resolve();
          },
        };
        if (signal?.aborted === true) {
          stop();
          return;
        }
        signal?.addEventListener('abort', stop, { once: true });
        sleepers.add(sleeper);
        if (mode === 'auto') {
          setImmediate(() => {
            if (sleepers.delete(sleeper)) {
              now = Math.max(now, sleeper.at);
              sleeper.wake();
            }
          });
        }
      }),
  };
}

/** One turn of the event loop: everything already resolved has been heard. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
