/** Byte ranges as RFC 9110 has them: single ranges alone; everything else gets the whole. */

export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** The range asked for; null = none or not understood (send the whole); `unsatisfiable` = answer 416. */
export function parseRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') {
    return null;
  }
  if (first === '') {
    const length = Math.min(Number(last), bytes);
    return length === 0 ? 'unsatisfiable' : { start: bytes - length, end: bytes };
  }
  const start = Number(first);
  const end = last === '' ? bytes : Math.min(Number(last) + 1, bytes);
  if (last !== '' && Number(last) < start) {
    return null;
  }
  return start >= bytes ? 'unsatisfiable' : { start, end };
}

/** True when the body is still the one the visitor began with: an ETag compared strongly, a date compared exactly. */
export function ifRangeHolds(header: string | undefined, etag: string, modifiedAt: number): boolean {
  if (header === undefined) {
    return true;
  }
  return header.startsWith('"') ? header === etag : Date.parse(header) === modifiedAt;
}
