/** No answer holds more rows than this: decoding a large message costs the asking thread what the worker saved it. */
export const MOST_ROWS = 500;

/** A limit a caller gave, made safe. */
export function bounded(limit: number): number {
  return Number.isFinite(limit) ? Math.max(0, Math.min(MOST_ROWS, Math.trunc(limit))) : MOST_ROWS;
}

/** Where a list continues, as an opaque text: a time and a key. */
export function writeToken(time: number, key: number): string {
  return `${time.toString(36)}.${key.toString(36)}`;
}

/** Null for no token, and for a damaged one: the list then starts again. */
export function readToken(token: string | null): readonly [number, number] | null {
  const [time, key, ...rest] = (token ?? '')
    .split('.')
    .map((part) => (/^-?[0-9a-z]{1,12}$/.test(part) ? parseInt(part, 36) : NaN));
  return time !== undefined &&
    key !== undefined &&
    rest.length === 0 &&
    Number.isSafeInteger(time) &&
    Number.isSafeInteger(key)
    ? [time, key]
    : null;
}
