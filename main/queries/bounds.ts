/** No answer holds more rows than this: decoding a large message costs the asking thread what the worker saved it. */
export const MOST_ROWS = 500;

/** A limit a caller gave, made safe. */
export function bounded(limit: number): number {
  return Number.isFinite(limit) ? Math.max(0, Math.min(MOST_ROWS, Math.trunc(limit))) : MOST_ROWS;
}
