/** Single values of the service, brought to one form at the edge (API facts §3). Every function takes anything and never throws. */

/** A number or a string of digits as a whole number from 1 to 2^53-1; null otherwise. */
export function toId(value: unknown): number | null {
  const id = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** ISO 8601 as the service writes it: `T` or a space, any fraction, `Z`, a numeric offset, or none (read as UTC). */
const ISO_DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** A date of the service as epoch ms UTC; null when it is missing or nonsense (a 30th of February too). Numbers are read as epoch seconds or ms. */
export function toTime(value: unknown): number | null {
  if (typeof value === 'number') {
    const ms = value < 1e11 ? value * 1000 : value;
    return Number.isFinite(ms) && ms > 0 && ms <= LAST_TIME ? Math.floor(ms) : null;
  }
  if (typeof value !== 'string' || value.length > 50) {
    return null;
  }
  const parts = ISO_DATE.exec(value);
  if (parts === null) {
    return null;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const ms = Math.floor(Number(`0.${parts[7] ?? '0'}`) * 1000);
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 60) {
    return null;
  }
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  if (day < 1 || new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) {
    return null;
  }
  const at = utc - offsetMs(parts[8]);
  return at > 0 && at <= LAST_TIME ? at : null;
}

/** The end of the year 9999: no date of the service lies beyond it, and `Date` can print all before it. */
const LAST_TIME = 253_402_300_799_999;

function offsetMs(text: string | undefined): number {
  if (text === undefined || text.toUpperCase() === 'Z') {
    return 0;
  }
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** An amount given as number or text; null when it is neither. */
export function toAmount(value: unknown): number | null {
  const amount = typeof value === 'string' && /^\d{1,12}(\.\d{1,6})?$/.test(value) ? Number(value) : value;
  return typeof amount === 'number' && Number.isFinite(amount) ? amount : null;
}

/** A whole number of 0 or more; null otherwise. */
export function toCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.floor(value) : null;
}

/** Pixels; 0 and nonsense are null. */
export function toPixels(value: unknown): number | null {
  const pixels = toCount(value);
  return pixels === null || pixels === 0 || pixels > 1_000_000 ? null : pixels;
}

export function toFlag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** Text that is not empty; null otherwise. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
