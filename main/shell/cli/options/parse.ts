/** Parses and checks option values. Every refusal is an AppError `usage` that names the option. Pure. */
import { LEDGER_STATES, type LedgerState } from '../../../contract/model.ts';
import { findZone, readDay, systemZone, type Zone } from '../../../contract/time-zone.ts';
import { AppError } from '../../../lib/app-error.ts';

export function usage(message: string, hint: string): AppError {
  return new AppError('usage', message, hint);
}

const show = (text: string): string => `"${text.replaceAll(/\p{Cc}/gu, '').slice(0, 40)}"`;

/** A chat, account or run id: digits, above 0, below 2^53. */
export function parseId(text: string, option: string): number {
  const id = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(id) || id === 0) {
    throw usage(
      `${option} must be an id of digits, not ${show(text)}.`,
      'List the ids with the command that shows them: chats, account list, runs.',
    );
  }
  return id;
}

/** A whole number of `least` to `most`. */
export function parseCount(text: string, option: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < least || value > most) {
    throw usage(
      `${option} must be a whole number from ${least} to ${most}, not ${show(text)}.`,
      'Correct the number and run again.',
    );
  }
  return value;
}

/** One of a closed list. */
export function parseOneOf<T extends string>(text: string, option: string, known: readonly T[]): T {
  const found = known.find((name) => name === text);
  if (found === undefined) {
    throw usage(`${option} must be one of ${known.join(', ')}, not ${show(text)}.`, 'Use one of these words.');
  }
  return found;
}

/** A column of the ledger; `not-ready` is `notReady` for people who dislike capitals. */
export function parseState(text: string, option: string): LedgerState {
  return parseOneOf(text === 'not-ready' ? 'notReady' : text, option, LEDGER_STATES);
}

export function parseFlag(text: string, option: string): boolean {
  return parseOneOf(text, option, ['true', 'false']) === 'true';
}

const DAY_MS = 24 * 3_600_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?$/;

/** The zone of `--time-zone`: an IANA name, or `local`; null when none is named. */
export function readZone(text: string | undefined): Zone | null {
  if (text === undefined || text === '') {
    return null;
  }
  const zone = text === 'local' ? systemZone() : findZone(text);
  if (zone === null) {
    throw usage(
      `--time-zone must be a zone such as Europe/Berlin, UTC or local, not ${show(text)}.`,
      'Zones have the names of the IANA time zone database.',
    );
  }
  return zone;
}

/**
 * `2025-06-01` or an ISO time, as epoch ms. `end`: where a span ends before; a date alone then means the whole day,
 * so its answer is the start of the next. Days, and times that name no zone, are those of `zone`.
 */
export function parseDate(text: string, option: string, edge: 'start' | 'end', zone: Zone): number {
  const day = DATE.test(text) ? readDay(text) : null;
  if (day !== null) {
    return zone.startOfDay(edge === 'end' ? day + 1 : day);
  }
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = TIME.test(text) ? Date.parse(zoned ? text : `${text}Z`) : Number.NaN;
  if (Number.isNaN(at)) {
    throw usage(
      `${option} must be a date such as 2025-06-01 or 2025-06-01T14:30Z, not ${show(text)}.`,
      'Times without a zone are UTC, or those of --time-zone.',
    );
  }
  return zoned ? at : zone.atWall(at);
}

/** Whether a text has the form of a date or time. */
export const isDateText = (text: string): boolean => DATE.test(text) || TIME.test(text);

const SIZE_UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };
const LEAST_SIZE = 1e6;

/** `700MB`, `2GB`, in bytes. */
export function parseSize(text: string, option: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,6})(MB|GB|TB)$/i.exec(text) ?? [];
  const size = Number(amount) * (SIZE_UNITS[unit.toUpperCase()] ?? Number.NaN);
  if (amount === '' || size < LEAST_SIZE) {
    throw usage(`${option} must be a size such as 700MB or 2GB, not ${show(text)}.`, 'Units are MB, GB and TB.');
  }
  return size;
}

/** A run's number or a date: what `changes --since` takes. */
export function parseSince(
  text: string,
  option: string,
  zone: Zone,
): { readonly run: number } | { readonly at: number } {
  return /^\d+$/.test(text) ? { run: parseId(text, option) } : { at: parseDate(text, option, 'start', zone) };
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const LEAST_INTERVAL_MS = 10_000;
const MOST_INTERVAL_MS = 7 * DAY_MS;

/** `30s`, `15m`, `2h`, `1d`, in milliseconds; from 10 s to 7 days. */
export function parseInterval(text: string, option: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(amount) * (SECONDS[unit] ?? Number.NaN) * 1000;
  if (amount === '' || ms < LEAST_INTERVAL_MS || ms > MOST_INTERVAL_MS) {
    throw usage(`${option} must be a time from 10s to 7d, such as 15m, not ${show(text)}.`, 'Units are s, m, h and d.');
  }
  return ms;
}
