import { randomBytes } from 'node:crypto';
import type { App } from '../../app/create-app.ts';
import type { EventName, Events } from '../../contract/events.ts';
import { COMMON, plain } from '../http/headers.ts';

/** Kept for tabs that were cut off for a moment. */
const KEPT = 500;
const MOST_LISTENERS = 32;
/** Events that a tab may be behind before it is cut off; it comes back by itself and is told to read again. */
const MOST_BEHIND = 200;
const HEARTBEAT_MS = 15_000;

export interface EventStreamPorts {
  readonly app: Pick<App, 'subscribeAll' | 'call'>;
  /** Calls `work` again and again; answers how to stop. */
  readonly every: (ms: number, work: () => void) => () => void;
}

interface Kept {
  readonly number: number;
  readonly text: string;
}

type Send = ReadableStreamDefaultController<Uint8Array>;

/** Events as server-sent events: any number of tabs, each goes on after the last one it got. */
export class EventStream {
  readonly #ports: EventStreamPorts;
  /** Numbers of another start of the server mean nothing here. */
  readonly #era = randomBytes(6).toString('hex');
  readonly #encoder = new TextEncoder();
  readonly #listeners = new Set<Send>();
  readonly #stop: (() => void)[];
  /** The last word of a check and of an export: screens ask how they stand when they open, if at all, and not again. */
  readonly #lastOfWork = new Map<EventName, Events[EventName]>();
  #kept: Kept[] = [];
  #number = 0;
  #closed = false;

  constructor(ports: EventStreamPorts) {
    this.#ports = ports;
    this.#stop = [
      ports.app.subscribeAll((name, payload) => this.#announce(name, payload)),
      ports.every(HEARTBEAT_MS, () => this.#send(': still here\n\n')),
    ];
  }

  /** Tabs that listen. */
  get size(): number {
    return this.#listeners.size;
  }

  async answer(request: Request): Promise<Response> {
    if (this.#listeners.size >= MOST_LISTENERS) {
      return plain(503, { 'retry-after': '10' });
    }
    // A stream that a page opens once more cannot set the header, so its address says it.
    const after = request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('after');
    const first = this.#since(after) ?? (await this.#anew());
    if (request.signal.aborted || this.#closed) {
      return plain(503);
    }
    let own: Send | null = null;
    const leave = (): void => {
      if (own !== null) {
        this.#listeners.delete(own);
      }
    };
    request.signal.addEventListener('abort', leave, { once: true });
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        this.#listeners.add(controller);
        controller.enqueue(this.#encoder.encode(`retry: 1000\n\n${first}`));
      },
      cancel: leave,
    });
    return new Response(body, {
      headers: {
        ...COMMON,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    });
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stop) {
      stop();
    }
    for (const listener of this.#listeners) {
      this.#end(listener);
    }
  }

  #announce(name: EventName, payload: Events[EventName]): void {
    this.#number += 1;
    const text = this.#format(name, payload, this.#number);
    this.#kept.push({ number: this.#number, text });
    if (this.#kept.length > KEPT) {
      this.#kept = this.#kept.slice(-KEPT);
    }
    if (name === 'check.progress' || name === 'export.progress') {
      this.#lastOfWork.set(name, payload);
    }
    this.#send(text);
  }

  #send(text: string): void {
    const bytes = this.#encoder.encode(text);
    for (const listener of this.#listeners) {
      if ((listener.desiredSize ?? 0) < -MOST_BEHIND) {
        this.#end(listener);
      } else {
        listener.enqueue(bytes);
      }
    }
  }

  #end(listener: Send): void {
    this.#listeners.delete(listener);
    try {
      listener.close();
    } catch {
      // The tab had gone already.
    }
  }

  /** The events after this id. A new tab gets only the id to continue from; null = the events are no longer kept. */
  #since(id: string | null): string | null {
    if (id === null) {
      // Without it, a tab that is cut off before its first event would come back as a new one and miss what was announced meanwhile.
      return `id: ${this.#idOf(this.#number)}\n\n`;
    }
    const [, era, text] = /^(\w+)-(\d{1,15})$/.exec(id) ?? [];
    const last = Number(text);
    const oldest = this.#kept[0]?.number ?? this.#number + 1;
    if (era !== this.#era || !Number.isSafeInteger(last) || last > this.#number || last < oldest - 1) {
      return null;
    }
    return this.#after(last);
  }

  #after(last: number): string {
    return this.#kept
      .filter(({ number }) => number > last)
      .map((each) => each.text)
      .join('');
  }

  /** For a tab that missed too much: everything may have changed, and how what goes on stands now. */
  async #anew(): Promise<string> {
    // Events that arrive during these calls are sent after their answers, which may be older.
    const before = this.#number;
    const never = new AbortController().signal;
    const status = await this.#ports.app.call('sync.status', {}, never);
    const settings = await this.#ports.app.call('settings.get', {}, never);
    const format = <Name extends EventName>(name: Name, payload: Events[Name]): string =>
      this.#format(name, payload, before);
    return [
      format('app.changed', {}),
      format('account.changed', { accountId: null }),
      format('library.changed', { accountId: null, chatIds: null, months: null, chats: true }),
      format('labels.changed', {}),
      settings.ok ? format('settings.changed', settings.value) : '',
      status.ok ? format('sync.progress', status.value) : '',
      ...[...this.#lastOfWork].map(([name, payload]) => this.#format(name, payload, before)),
      this.#after(before),
    ].join('');
  }

  /** JSON has no line breaks of its own, so one `data:` line holds it. */
  #format(name: EventName, payload: Events[EventName], number: number): string {
    return `id: ${this.#idOf(number)}\nevent: ${name}\ndata: ${JSON.stringify(payload)}\n\n`;
  }

  #idOf(number: number): string {
    return `${this.#era}-${String(number)}`;
  }
}
