import { Readable } from 'node:stream';
import { StoreError, type PartState, type StoredBlob } from '../../files/interface.ts';
import type { MediaResponse } from './media-source.ts';
import { resumeValidator } from './resume-validator.ts';
import { hasJustThese } from './second-look.ts';
import {
  canSegment,
  RangeRefused,
  receiveInSegments,
  SEGMENT_POLICY,
  type TransferPorts,
} from './segmented-transfer.ts';

/** How one request for a file's bytes ended. Network and store errors are thrown, not returned. */
export type TransferResult =
  | { readonly kind: 'stored'; readonly blob: StoredBlob; readonly resumed: boolean; readonly wastedBytes: number }
  /** The host does not give the file for this link: 403, 404, 400 with an expiry code, a redirect that leads nowhere. */
  | { readonly kind: 'dead'; readonly status: number }
  /** 429, 503: the host asks for a pause. */
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly kind: 'http'; readonly status: number };

/** Bodies up to this size are held in memory and written by the store's workers in one go. */
const SMALL_BYTES = 1024 * 1024;
/** A small body that has not arrived after this long goes to a `.part` file, so that a kill on a slow line loses little. */
const SPILL_AFTER_MS = 1_000;
/** The proxy wants a password, the request took too long, the host is not ready: another link would meet the same. */
const NOT_OF_LINK: ReadonlySet<number> = new Set([407, 408, 425]);
const REFUSALS: ReadonlySet<StoreError['code']> = new Set(['not_media', 'wrong_length', 'empty', 'damaged']);

/** One GET of `url` into the store, resuming the `.part` of `name` where the host can prove that the object is still the same. */
export async function transfer(
  ports: TransferPorts,
  name: string,
  url: string,
  signal: AbortSignal,
): Promise<TransferResult> {
  const part = await ports.store.part(name);
  if (part !== null && part.offset > 0 && part.offset === part.totalBytes) {
    const blob = await finishWhole(ports, name, url, part, signal);
    if (blob !== null) {
      return { kind: 'stored', blob, resumed: true, wastedBytes: 0 };
    }
    return wasting(part.offset, await transfer(ports, name, url, signal));
  }
  const validator = part === null ? null : resumeValidator(part);
  const resume =
    part !== null && validator !== null && part.offset > 0 ? { start: part.offset, ifRange: validator } : null;
  const response = await ports.media.fetch(
    url,
    resume === null ? { signal } : { signal, range: { start: resume.start }, ifRange: resume.ifRange },
  );
  // A host may cut the body before anybody reads it; whoever reads it then gets the error.
  response.body.on('error', () => undefined);
  const { status } = response;
  if (status === 206 && resume !== null && part !== null && continues(response, part)) {
    return await received(ports, name, url, response, part.offset, { resumed: true, wastedBytes: 0 }, signal);
  }
  if (status === 200) {
    const facts = { resumed: false, wastedBytes: part?.offset ?? 0 };
    const result = await received(ports, name, url, response, 0, facts, signal);
    if (part !== null && result.kind === 'stored') {
      // A body that was held in memory has left the part of an earlier try where it was.
      await ports.store.dropPart(name);
    }
    return result;
  }
  response.body.destroy();
  if (resume !== null && (status === 206 || status === 416)) {
    // Not the object the partial file came from: start again.
    await ports.store.dropPart(name);
    return wasting(resume.start, await transfer(ports, name, url, signal));
  }
  return refusal(status, response.retryAfterMs);
}

/** Classifies a status that is neither the whole file nor the requested range. */
function refusal(status: number, retryAfterMs: number | null): TransferResult {
  if (status === 429 || status === 503) {
    return { kind: 'refused', status, retryAfterMs };
  }
  const isOfLink = status >= 300 && status < 500 && !NOT_OF_LINK.has(status);
  return { kind: isOfLink ? 'dead' : 'http', status };
}

/** Takes the body in. A slow line of a large file is exchanged for several ranges on the way; what has come is kept. */
async function received(
  ports: TransferPorts,
  name: string,
  url: string,
  response: MediaResponse,
  offset: number,
  facts: { readonly resumed: boolean; readonly wastedBytes: number },
  signal: AbortSignal,
): Promise<TransferResult> {
  ports.onBody?.(response, offset);
  const line = new LineJudge(ports, response, offset, signal);
  try {
    const blob = await receive({ ...ports, onBytes: line.onBytes }, name, url, response, offset, line.signal);
    return { kind: 'stored', blob, ...facts };
  } catch (error) {
    if (!line.isSlow || line.totalBytes === null || signal.aborted) {
      return { kind: 'stored', blob: await keptAsOdd(ports, name, url, error, signal), ...facts };
    }
  }
  try {
    const blob = await receiveInSegments(ports, name, url, response, line.totalBytes, signal);
    return { kind: 'stored', blob, ...facts };
  } catch (error) {
    if (!(error instanceof RangeRefused)) {
      return { kind: 'stored', blob: await keptAsOdd(ports, name, url, error, signal), ...facts };
    }
    if (error.status === 200 || error.status === 206 || error.status === 416) {
      // Another object by now, or ranges after all not given: start again, on one connection.
      await ports.store.dropPart(name);
      const { segments, ...rest } = ports;
      const alone = { ...(segments ?? SEGMENT_POLICY), minBytes: Number.POSITIVE_INFINITY };
      return await transfer({ ...rest, segments: alone }, name, url, signal);
    }
    return refusal(error.status, error.retryAfterMs);
  }
}

/** Watches one connection of a large file, and ends it when it is slow and several could be used. */
class LineJudge {
  readonly totalBytes: number | null;
  readonly signal: AbortSignal;
  readonly onBytes: (done: number) => void;
  readonly #slow = new AbortController();

  constructor(ports: TransferPorts, response: MediaResponse, offset: number, signal: AbortSignal) {
    const policy = ports.segments ?? SEGMENT_POLICY;
    this.totalBytes = totalOf(response, offset);
    const begun = ports.clock.now();
    let undecided = canSegment(response, this.totalBytes, policy);
    // Most files are small: nothing of this is made for them.
    this.signal = undecided ? AbortSignal.any([signal, this.#slow.signal]) : signal;
    this.onBytes = (done) => {
      ports.onBytes?.(done);
      if (undecided && done - offset >= policy.judgeAfterBytes) {
        undecided = false;
        const seconds = Math.max(1, ports.clock.now() - begun) / 1000;
        if ((done - offset) / seconds < policy.slowBytesPerSecond) {
          this.#slow.abort();
        }
      }
    };
  }

  get isSlow(): boolean {
    return this.#slow.signal.aborted;
  }
}

function totalOf(response: MediaResponse, offset: number): number | null {
  return response.contentRange?.total ?? (response.contentLength === null ? null : offset + response.contentLength);
}

/** A part that has all its bytes (the run ended while they were checked) needs no request; null when the store refuses them, and has dropped them. */
async function finishWhole(
  ports: TransferPorts,
  name: string,
  url: string,
  part: PartState,
  signal: AbortSignal,
): Promise<StoredBlob | null> {
  const { offset, totalBytes, etag, lastModified } = part;
  const options = { offset, totalBytes, etag, lastModified, contentType: null, signal };
  try {
    return await ports.store.putStream(name, Readable.from([]), options);
  } catch (error) {
    if (!(error instanceof StoreError) || !REFUSALS.has(error.code)) {
      throw error;
    }
    if (isDamaged(error) && (await hasJustThese(ports.media, url, { ...part, bytes: offset }, signal))) {
      return await ports.store.putStream(name, Readable.from([]), { ...options, keepOdd: true });
    }
    await ports.store.dropPart(name);
    return null;
  }
}

/** The store's result for a file whose container ends early, if the host has exactly these bytes; otherwise throws `error`. */
async function keptAsOdd(
  ports: TransferPorts,
  name: string,
  url: string,
  error: unknown,
  signal: AbortSignal,
): Promise<StoredBlob> {
  const part = isDamaged(error) ? await ports.store.part(name) : null;
  const isWhole = part !== null && part.offset > 0 && part.offset === part.totalBytes;
  const blob = isWhole ? await finishWhole(ports, name, url, part, signal) : null;
  if (blob === null) {
    throw error;
  }
  return blob;
}

function isDamaged(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'damaged';
}

/** The store makes every fault its own; a cut line is the host's, and counts against it. */
function lineFault(source: Readable, error: unknown): Error | null {
  const isIo = error instanceof StoreError && error.code === 'io';
  return isIo && error.cause === source.errored ? source.errored : null;
}

/** The same result, with bytes of an earlier try that were of no use. */
function wasting(bytes: number, result: TransferResult): TransferResult {
  return result.kind === 'stored' ? { ...result, wastedBytes: result.wastedBytes + bytes } : result;
}

function continues(response: MediaResponse, part: PartState): boolean {
  const range = response.contentRange;
  return (
    range !== null &&
    range.start === part.offset &&
    (part.totalBytes === null || range.total === null || range.total === part.totalBytes)
  );
}

async function receive(
  ports: TransferPorts,
  name: string,
  url: string,
  response: MediaResponse,
  offset: number,
  signal: AbortSignal,
): Promise<StoredBlob> {
  const totalBytes = totalOf(response, offset);
  const options = { totalBytes, contentType: response.contentType, signal };
  const stream = async (source: Readable): Promise<StoredBlob> => {
    try {
      return await ports.store.putStream(name, source, {
        ...options,
        offset,
        etag: response.etag,
        lastModified: response.lastModified,
        ...(ports.onBytes && { onBytes: ports.onBytes }),
      });
    } catch (error) {
      throw lineFault(source, error) ?? error;
    }
  };
  try {
    await ports.room.take(totalBytes === null ? SMALL_BYTES : totalBytes - offset);
  } catch (error) {
    response.body.destroy();
    throw error;
  }
  if (offset > 0 || totalBytes === null || totalBytes > SMALL_BYTES) {
    return await stream(response.body);
  }
  const collected = await collect(response.body, ports, totalBytes);
  if (collected.rest !== null) {
    return await stream(collected.rest);
  }
  // A cancelled run lets the disk finish what has come: a moment's work, and nothing is fetched twice.
  const { signal: _ofRun, ...announced } = options;
  const put = (keepOdd: boolean): Promise<StoredBlob> =>
    ports.store.putBytes(Buffer.concat(collected.chunks), { ...announced, keepOdd });
  ports.onReceived?.(totalBytes);
  try {
    return await put(false);
  } catch (error) {
    if (isDamaged(error) && (await hasJustThese(ports.media, url, { ...response, bytes: totalBytes }, signal))) {
      return await put(true);
    }
    throw error;
  }
}

/** The whole body as chunks, or, when it is slow or longer than announced, a stream of all of it (what has come and what is to come). */
async function collect(
  body: Readable,
  ports: Pick<TransferPorts, 'clock' | 'onBytes'>,
  announced: number,
): Promise<{ chunks: Uint8Array[]; rest: Readable | null }> {
  const begun = ports.clock.now();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const iterator: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) {
      return { chunks, rest: null };
    }
    chunks.push(next.value);
    bytes += next.value.length;
    ports.onBytes?.(bytes);
    if (bytes > announced || ports.clock.now() - begun > SPILL_AFTER_MS) {
      return { chunks: [], rest: Readable.from(resumeIteration(chunks, iterator)) };
    }
  }
}

async function* resumeIteration(
  chunks: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
  try {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
