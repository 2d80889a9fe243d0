/** Numbers, sizes and times in the words of a locale. Formatters are costly to make, so each is made once a locale and zone. */

import type { Zone } from '../../../main/contract/time-zone.ts';

export interface Format {
  readonly locale: string;
  number(value: number): string;
  /** At most one digit after the point, for rates and figures. */
  decimal(value: number): string;
  percent(share: number): string;
  /** 1000-based, at most three digits: `31.8 GB`. */
  bytes(value: number): string;
  /** `0:42`, `1:02:07`. */
  length(ms: number): string;
  /** `6 min`, rounded so that it does not flicker. */
  duration(ms: number): string;
  /** `14 October 2026, 18:03`. */
  dateTime(at: number): string;
  /** `14 Oct, 18:42`; with the year when it is another one. */
  shortDateTime(at: number, now: number): string;
  time(at: number): string;
  /** `Today`, `Yesterday`, `20 Nov`, `20 Nov 2024`. */
  day(at: number, now: number): string;
  /** `Wednesday 14 October 2026`. */
  longDay(at: number): string;
  /** `Mon 30 Jun`; without the weekday `30 Jun`. */
  gridDay(at: number, weekday: boolean): string;
  /** `June 2025` from a time inside the month. */
  month(at: number): string;
  shortMonth(at: number): string;
  year(at: number): string;
  /** `4 min ago`. */
  ago(at: number, now: number): string;
  list(items: readonly string[]): string;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formatters of one locale and zone. */
export function makeFormat(locale: string, zone: Zone): Format {
  const dates = new Map<string, Intl.DateTimeFormat>();
  const date = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    const key = JSON.stringify(options);
    let made = dates.get(key);
    if (made === undefined) {
      made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone.name });
      dates.set(key, made);
    }
    return made;
  };
  const numbers = new Intl.NumberFormat(locale);
  const decimals = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const lists = new Intl.ListFormat(locale, { type: 'unit', style: 'short' });
  const sizes = new Map<string, Intl.NumberFormat>();
  const size = (unit: string, digits: number): Intl.NumberFormat => {
    const key = `${unit}${String(digits)}`;
    let made = sizes.get(key);
    if (made === undefined) {
      made = new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        // Short, a byte has no plural in some languages.
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        maximumFractionDigits: digits,
      });
      sizes.set(key, made);
    }
    return made;
  };
  const sameYear = (a: number, b: number): boolean =>
    Math.floor(zone.monthOf(a) / 12) === Math.floor(zone.monthOf(b) / 12);
  const capital = (text: string): string => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  const unit = (value: number, name: string): string => size(name, 0).format(value);

  return {
    locale,
    number: (value) => numbers.format(value),
    decimal: (value) => decimals.format(value),
    percent: (share) => percents.format(share),
    bytes: (value) => {
      let step = 0;
      let amount = Math.max(0, value);
      while (amount >= 999.5 && step < UNITS.length - 1) {
        amount /= 1000;
        step += 1;
      }
      return size(UNITS[step] ?? 'byte', step > 1 && amount < 99.95 ? 1 : 0).format(amount);
    },
    length: (ms) => {
      const seconds = Math.max(0, Math.round(ms / 1000));
      const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      const shown = parts[0] === 0 ? parts.slice(1) : parts;
      return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
    },
    duration: (ms) => {
      if (ms < 1000) {
        return unit(1, 'second');
      }
      if (ms < MINUTE) {
        return unit(Math.round(ms / 1000), 'second');
      }
      if (ms < HOUR) {
        return unit(Math.round(ms / MINUTE), 'minute');
      }
      const hours = Math.floor(ms / HOUR);
      const minutes = Math.round((ms % HOUR) / MINUTE);
      return minutes === 0 || hours >= 10 ? unit(hours, 'hour') : `${unit(hours, 'hour')} ${unit(minutes, 'minute')}`;
    },
    dateTime: (at) =>
      `${date({ day: 'numeric', month: 'long', year: 'numeric' }).format(at)}, ${date({ hour: '2-digit', minute: '2-digit' }).format(at)}`,
    shortDateTime: (at, now) => {
      const year = sameYear(at, now) ? undefined : 'numeric';
      return `${date({ day: 'numeric', month: 'short', year }).format(at)}, ${date({ hour: '2-digit', minute: '2-digit' }).format(at)}`;
    },
    time: (at) => date({ hour: '2-digit', minute: '2-digit' }).format(at),
    day: (at, now) => {
      const daysAgo = zone.dayOf(now) - zone.dayOf(at);
      return daysAgo === 0 || daysAgo === 1
        ? capital(relative.format(-daysAgo, 'day'))
        : date({ day: 'numeric', month: 'short', year: sameYear(at, now) ? undefined : 'numeric' }).format(at);
    },
    longDay: (at) => date({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at),
    gridDay: (at, weekday) =>
      date({ weekday: weekday ? 'short' : undefined, day: 'numeric', month: 'short' }).format(at),
    month: (at) => capital(date({ month: 'long', year: 'numeric' }).format(at)),
    shortMonth: (at) => date({ month: 'short' }).format(at),
    year: (at) => date({ year: 'numeric' }).format(at),
    ago: (at, now) => {
      const past = Math.max(0, now - at);
      if (past < HOUR) {
        return relative.format(-Math.round(past / MINUTE), 'minute');
      }
      return past < DAY
        ? relative.format(-Math.round(past / HOUR), 'hour')
        : relative.format(-Math.round(past / DAY), 'day');
    },
    list: (items) => lists.format(items),
  };
}
