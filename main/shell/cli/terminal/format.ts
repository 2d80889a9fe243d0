/** How numbers, times and texts of the archive look on a terminal. Pure. */

import type { Zone } from '../../../contract/time-zone.ts';

const whole = new Intl.NumberFormat('en');

export const count = (value: number): string => whole.format(value);

/** `1 chat`, `3 chats`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal units, three digits. */
export function bytes(value: number): string {
  let unit = 0;
  let size = value;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return `${size.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** `0.8 s`, `42 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)} s`;
  }
  const total = Math.round(seconds);
  if (total < 60) {
    return `${total} s`;
  }
  const minutes = Math.floor(total / 60);
  if (minutes < 60) {
    return pair(minutes, 'min', total % 60, 's');
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? pair(hours, 'h', minutes % 60, 'min') : pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `2025-06-01 14:03` by the clocks of a zone. */
export function moment(epochMs: number, zone: Zone): string {
  return new Date(zone.wallOf(epochMs)).toISOString().slice(0, 16).replace('T', ' ');
}

/** A zone in the heading of a column: `UTC`, `Berlin`. */
export const zoneWord = ({ name }: Zone): string => (name.split('/').at(-1) ?? name).replaceAll('_', ' ');

/**
 * Text of other people made fit for a terminal: one line, no control characters (they could move the cursor or retitle the window) and
 * nothing that turns the direction of what follows.
 */
export function safe(text: string): string {
  return text
    .replaceAll(/[\t\n\r\v\f\u0085\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
    .trim();
}

/** An id; `-` for none. */
export const idOrDash = (id: number | null): string => (id === null ? '-' : String(id));

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns a text takes: 2 for emoji and East Asian wide characters. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segments.segment(text)) {
    width += graphemeWidth(segment);
  }
  return width;
}

const WIDE =
  /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6])/u;

function graphemeWidth(grapheme: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(grapheme)) {
    return 0;
  }
  return WIDE.test(grapheme) && !/^[\d#*©®™]/u.test(grapheme) ? 2 : 1;
}

/** Cut to at most `width` columns, with `…` where something was left out. */
export function cut(text: string, width: number): string {
  let used = 0;
  let kept = '';
  for (const { segment } of segments.segment(text)) {
    const next = graphemeWidth(segment);
    if (used + next > width - 1) {
      return widthOf(text) <= width ? text : `${kept}…`;
    }
    used += next;
    kept += segment;
  }
  return text;
}

/** Filled with spaces to `width` columns. */
export function pad(text: string, width: number, side: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'left' ? `${text}${space}` : `${space}${text}`;
}
