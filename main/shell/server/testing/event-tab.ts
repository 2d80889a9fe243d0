/** An event stream as a page reads it, without a wire. For tests. */
import type { EventStream } from '../event-stream.ts';

/** What a tab has read. */
export interface ReadEvent {
  readonly id: string | null;
  readonly name: string | null;
  readonly data: unknown;
}

/** A tab: what it gets, read piece by piece. */
export class EventTab {
  readonly status: number;
  readonly headers: Headers;
  readonly #controller: AbortController;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | null;
  #text = '';
  #ended = false;
  #pending: ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']> | null = null;

  private constructor(response: Response, controller: AbortController) {
    this.status = response.status;
    this.headers = response.headers;
    this.#controller = controller;
    this.#reader = response.body?.getReader() ?? null;
  }

  static async open(stream: Pick<EventStream, 'answer'>, lastEventId?: string | null): Promise<EventTab> {
    const controller = new AbortController();
    const headers = typeof lastEventId === 'string' ? { 'last-event-id': lastEventId } : {};
    const request = new Request('http://127.0.0.1/events', { signal: controller.signal, headers });
    return new EventTab(await stream.answer(request), controller);
  }

  /** All blocks that have been sent so far. The server writes at once, so what is there is there after one empty turn. */
  async blocks(): Promise<string[]> {
    while (this.#reader !== null && !this.#ended) {
      const idle = Symbol('nothing more');
      const next = this.#pending ?? this.#reader.read();
      this.#pending = next;
      const got = await Promise.race([next, new Promise<typeof idle>((resolve) => setImmediate(resolve, idle))]);
      if (got === idle) {
        break;
      }
      this.#pending = null;
      this.#ended = got.done;
      this.#text += got.value === undefined ? '' : new TextDecoder().decode(got.value);
    }
    return this.#text.split('\n\n').filter((block) => block !== '');
  }

  async read(): Promise<ReadEvent[]> {
    const field = (block: string, name: string): string | null =>
      new RegExp(`^${name}: ([^\\n]*)`, 'm').exec(block)?.[1] ?? null;
    return (await this.blocks()).map((block) => ({
      id: field(block, 'id'),
      name: field(block, 'event'),
      data: JSON.parse(field(block, 'data') ?? 'null') as unknown,
    }));
  }

  async events(): Promise<ReadEvent[]> {
    return (await this.read()).filter(({ name }) => name !== null);
  }

  async lastId(): Promise<string | null> {
    return (await this.read()).findLast(({ id }) => id !== null)?.id ?? null;
  }

  async ended(): Promise<boolean> {
    await this.blocks();
    return this.#ended;
  }

  leave(): void {
    this.#controller.abort();
  }
}
