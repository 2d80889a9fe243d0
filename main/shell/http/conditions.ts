/** Whether the page has the file already, and whether its range is of this very file (RFC 9110 §13). Pure. */

export interface Validators {
  /** With quotes. */
  readonly etag: string;
  /** Epoch ms. */
  readonly modifiedAt: number;
}

/** HTTP knows whole seconds only. */
const seconds = (ms: number): number => Math.floor(ms / 1000);

export const httpDate = (ms: number): string => new Date(ms).toUTCString();

/** True = 304. `If-None-Match` decides alone where it is given. */
export function isUnchanged(headers: Headers, { etag, modifiedAt }: Validators): boolean {
  const tags = headers.get('if-none-match');
  if (tags !== null) {
    return tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  }
  const since = headers.get('if-modified-since');
  const time = since === null ? NaN : Date.parse(since);
  return !Number.isNaN(time) && seconds(modifiedAt) <= seconds(time);
}

/** False: the range was meant for another file, so the whole of this one is due. A weak tag never proves sameness. */
export function isRangeMeant(headers: Headers, { etag, modifiedAt }: Validators): boolean {
  const guard = headers.get('if-range')?.trim();
  if (guard === undefined) {
    return true;
  }
  if (guard.startsWith('"') || guard.startsWith('W/')) {
    return guard === etag;
  }
  return seconds(Date.parse(guard)) === seconds(modifiedAt);
}
