import { Readable } from 'node:stream';
import type { Clock } from '../../lib/clock.ts';
import type { MediaRequest, MediaResponse, MediaSource } from './media-source.ts';

/** A line that has been quiet may give this much at once: ten short steps a second are smooth enough. */
const BURST_MS = 100;
/** Longer queues do not form; a clock that was set back must not stop the line until it is as late again. */
const QUEUE_MS = 600_000;

/**
 * How many bytes a second all media transfers together may take. The limit is asked for at every piece, so a change holds at once; null = none.
 * Bytes are let through first and waited for afterwards: a piece larger than the burst passes whole, and the next one waits for both.
 */
export class Bandwidth {
  readonly #limit: () => number | null;
  readonly #clock: Clock;
  /** When the line is free again. */
  #freeAt = 0;

  constructor(limit: () => number | null, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  get isLimited(): boolean {
    return this.#limit() !== null;
  }

  /** Resolves when `bytes` more may be taken; rejects when `signal` aborts. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const limit = this.#limit();
    const now = this.#clock.now();
    if (limit === null) {
      this.#freeAt = now;
      return;
    }
    const begins = Math.min(Math.max(this.#freeAt, now - BURST_MS), now + QUEUE_MS);
    this.#freeAt = begins + (bytes / limit) * 1000;
    if (this.#freeAt > now) {
      await this.#clock.sleep(this.#freeAt - now, signal);
    }
  }
}

/**
 * The same media host, with bodies that come no faster than `bandwidth` allows. While a limit holds, a file keeps to one connection:
 * several would share the same line.
 */
export function limitedMedia(media: MediaSource, bandwidth: Bandwidth): MediaSource {
  return {
    fetch: async (url: string, request: MediaRequest): Promise<MediaResponse> => {
      const response = await media.fetch(url, request);
      if (!bandwidth.isLimited) {
        return response;
      }
      const body = Readable.from(slowly(response.body, bandwidth, request.signal), { objectMode: false });
      return { ...response, isLimited: true, body };
    },
  };
}

async function* slowly(body: Readable, bandwidth: Bandwidth, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const pieces: AsyncIterable<Uint8Array> = body;
  for await (const piece of pieces) {
    await bandwidth.take(piece.length, signal);
    yield piece;
  }
}
