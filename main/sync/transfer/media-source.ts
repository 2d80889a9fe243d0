import type { Readable } from 'node:stream';

/** The part of the media host that a download needs: one GET, no credentials. The media client of `api` implements it. */
export interface MediaSource {
  fetch(url: string, options: MediaRequest): Promise<MediaResponse>;
}

export interface MediaRequest {
  readonly signal: AbortSignal;
  readonly range?: { readonly start: number; readonly end?: number };
  /** ETag or Last-Modified that the partial file was received under. */
  readonly ifRange?: string;
}

export interface MediaResponse {
  readonly status: number;
  readonly contentLength: number | null;
  /** Of a 206: where the body starts in the whole, and the whole's size. */
  readonly contentRange: { readonly start: number; readonly total: number | null } | null;
  readonly contentType: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** The host says that it gives ranges. */
  readonly acceptsRanges: boolean;
  readonly retryAfterMs: number | null;
  /** The person has limited how fast bodies come: a slow line says nothing about the host. */
  readonly isLimited?: boolean;
  readonly body: Readable;
}
