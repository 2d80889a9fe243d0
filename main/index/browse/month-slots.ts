/** Counting by month where SQLite has to find the month of each row, in any time zone. */
import { type Zone } from '../../contract/time-zone.ts';

const DAY_MS = 86_400_000;

/**
 * A slot is a day of UTC, or a part of it where months of the zone begin within the day: it lies in one month. Zones begin their months at
 * one or two times of day, so two comparisons a row are enough.
 */
export interface Slots {
  /** Number of the slot of a time in `column`, as SQL. */
  sqlOf(column: string): string;
  monthOf(slot: number): number;
}

/** `months`: those of UTC that have items. */
export function slotsOf(zone: Zone, months: readonly number[]): Slots {
  const cuts = new Set(
    months
      .flatMap((month) => [zone.startOfMonth(month), zone.startOfMonth(month + 1)])
      .map((at) => ((at % DAY_MS) + DAY_MS) % DAY_MS)
      .filter((time) => time > 0),
  );
  const times = [0, ...[...cuts].sort((a, b) => a - b)];
  const parts = String(times.length);
  return {
    sqlOf: (column) =>
      [
        `${column} / ${String(DAY_MS)} * ${parts}`,
        ...times.slice(1).map((time) => `(${column} % ${String(DAY_MS)} >= ${String(time)})`),
      ].join(' + '),
    monthOf: (slot) => zone.monthOf(Math.floor(slot / times.length) * DAY_MS + (times[slot % times.length] ?? 0)),
  };
}

/** The months in which slots lie; the same month may come more than once. */
export function monthsOfSlots(
  { monthOf }: Slots,
  rows: readonly { readonly slot: number; readonly n: number }[],
): { readonly month: number; readonly n: number }[] {
  return rows.map(({ slot, n }) => ({ month: monthOf(slot), n }));
}
