const LATEST = 8_640_000_000_000_000;

/** Months since January 1970, UTC: the bucket in which an item sent at `ms` is counted. */
export function monthOf(ms: number): number {
  const date = new Date(Math.max(-LATEST, Math.min(LATEST, ms)));
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}
