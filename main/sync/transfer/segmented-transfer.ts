import type { Readable } from 'node:stream';
import type { Store, StoredBlob } from '../../files/interface.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DiskRoom } from './disk-room.ts';
import { resumeValidator } from './resume-validator.ts';
import type { MediaResponse, MediaSource } from './media-source.ts';

export interface TransferPorts {
  readonly media: MediaSource;
  readonly store: Store;
  readonly room: DiskRoom;
  readonly clock: Clock;
  /** Bytes of this transfer that are on disk or in memory so far. */
  onBytes?(done: number): void;
  /** A body has begun, at byte `startsAt` of the whole. */
  onBody?(response: MediaResponse, startsAt: number): void;
  /** All bytes of a small file have come, so many; the store's work begins. */
  onReceived?(bytes: number): void;
  readonly segments?: SegmentPolicy;
}

/** When one connection is not enough for a file: hosts often cap each connection, not the client. */
export interface SegmentPolicy {
  /** Smaller files stay on one connection. */
  readonly minBytes: number;
  /** The line is judged once this much has come. */
  readonly judgeAfterBytes: number;
  /** A slower line gets several ranges at once. A faster one is best left alone: it is hashed while it comes. */
  readonly slowBytesPerSecond: number;
  readonly segments: number;
}

const MIB = 1024 * 1024;
export const SEGMENT_POLICY: SegmentPolicy = {
  minBytes: 64 * MIB,
  judgeAfterBytes: 8 * MIB,
  slowBytesPerSecond: 25 * MIB,
  segments: 4,
};

/** A host's answer to a range that is not that range of that object. */
export class RangeRefused extends Error {
  readonly status: number;
  readonly retryAfterMs: number | null;

  constructor(status: number, retryAfterMs: number | null) {
    super(`the media host answered a range with ${status}`);
    this.name = 'RangeRefused';
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** True when the host says it gives ranges and names the object, so that ranges fetched at different times can be proven to be of one. */
export function canSegment(response: MediaResponse, totalBytes: number | null, policy: SegmentPolicy): boolean {
  return (
    totalBytes !== null &&
    totalBytes >= policy.minBytes &&
    response.isLimited !== true &&
    (response.acceptsRanges || response.status === 206) &&
    resumeValidator(response) !== null
  );
}

/**
 * Fetches what is missing of a part in several ranges at once; what the part has is kept. Rejects with `RangeRefused` when the host does not
 * answer with a range of the same object.
 */
export function receiveInSegments(
  ports: TransferPorts,
  name: string,
  url: string,
  object: MediaResponse,
  totalBytes: number,
  signal: AbortSignal,
): Promise<StoredBlob> {
  const validator = resumeValidator(object);
  const fetchRange = async (start: number, end: number, rangeSignal: AbortSignal): Promise<Readable> => {
    const response = await ports.media.fetch(url, {
      signal: rangeSignal,
      range: { start, end: end - 1 },
      ...(validator !== null && { ifRange: validator }),
    });
    response.body.on('error', () => undefined);
    const range = response.contentRange;
    if (response.status !== 206 || range?.start !== start || range.total !== totalBytes) {
      response.body.destroy();
      throw new RangeRefused(response.status, response.retryAfterMs);
    }
    ports.onBody?.(response, start);
    return response.body;
  };
  return ports.store.putSegments(name, {
    totalBytes,
    contentType: object.contentType,
    etag: object.etag,
    lastModified: object.lastModified,
    segments: (ports.segments ?? SEGMENT_POLICY).segments,
    fetchRange,
    signal,
    ...(ports.onBytes && { onBytes: ports.onBytes }),
  });
}
