/** What a browser does towards the server, without one: a cookie jar, the headers of its pages, an EventSource. For tests. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  /** Set as they are: also Host, Origin, Cookie. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request with just these headers, as an attacker may send it. */
export function send(port: number, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, path, method, agent: false, setHost: headers['host'] === undefined, headers },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(parts).toString('utf8'),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A signed-in browser with one page of the app. */
export class Browser {
  readonly origin: string;
  readonly port: number;
  cookie: string;

  private constructor(port: number, cookie: string) {
    this.port = port;
    this.origin = `http://127.0.0.1:${String(port)}`;
    this.cookie = cookie;
  }

  /** Opens the printed address as a person does. */
  static async open(url: string): Promise<Browser> {
    const { port, pathname, search } = new URL(url);
    const answer = await send(Number(port), `${pathname}${search}`);
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    if (answer.status !== 303 || cookie === '') {
      throw new Error(`the address did not sign in: ${String(answer.status)}`);
    }
    return new Browser(Number(port), cookie);
  }

  /** As a page's own `fetch`: with the cookie, and with the headers a browser adds. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', this.cookie);
    headers.set('origin', this.origin);
    headers.set('sec-fetch-site', 'same-origin');
    return fetch(new URL(path, this.origin), { ...init, headers });
  }

  /** An EventSource, as far as the app's bridge uses one: it reconnects with the id of the last event. */
  openEvents(path: string): TestEvents {
    return new TestEvents((lastEventId, signal) =>
      this.fetch(path, { signal, ...(lastEventId !== null && { headers: { 'last-event-id': lastEventId } }) }),
    );
  }
}

type Open = (lastEventId: string | null, signal: AbortSignal) => Promise<Response>;

export class TestEvents extends EventTarget {
  readonly #open: Open;
  #controller = new AbortController();
  #closed = false;
  lastEventId: string | null = null;

  constructor(open: Open) {
    super();
    this.#open = open;
    void this.#run();
  }

  /** Breaks the connection, as a network does; it is made again at once. */
  cut(): void {
    this.#controller.abort();
  }

  close(): void {
    this.#closed = true;
    this.#controller.abort();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      this.#controller = new AbortController();
      try {
        const response = await this.#open(this.lastEventId, this.#controller.signal);
        if (!response.ok || response.body === null) {
          return;
        }
        this.dispatchEvent(new Event('open'));
        await this.#read(response.body);
      } catch {
        // Cut: once more.
      }
      this.dispatchEvent(new Event('error'));
    }
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const part of body) {
      text += decoder.decode(part, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#deliver(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #deliver(block: string): void {
    const fields = new Map(
      block
        .split('\n')
        .filter((line) => !line.startsWith(':'))
        .map((line) => {
          const at = line.indexOf(': ');
          return [line.slice(0, at), line.slice(at + 2)] as const;
        }),
    );
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    const data = fields.get('data');
    if (data !== undefined) {
      this.dispatchEvent(new MessageEvent(fields.get('event') ?? 'message', { data }));
    }
  }
}
