/** The ground plan of the scrubber: its height follows the number of items, labels stand only where they fit. Pure. */

export interface ScrubMonth {
  /** `2025-06`. */
  readonly month: string;
  readonly count: number;
}

export interface ScrubMark {
  readonly index: number;
  readonly y: number;
  /** `year`: the first (newest) month of a year. */
  readonly kind: 'year' | 'month';
  /** Whether its words fit. */
  readonly label: boolean;
}

const ROOM = 20;

/** Share of the track at which each month begins, 0 to 1, and 1 at the end. A month never has less than half of an even share. */
export function scrubStops(months: readonly ScrubMonth[]): Float64Array {
  const total = months.reduce((sum, month) => sum + month.count, 0);
  const floor = months.length === 0 ? 0 : total / months.length / 2;
  const weights = months.map((month) => Math.max(month.count, floor));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const stops = new Float64Array(months.length + 1);
  weights.forEach((weight, index) => {
    stops[index + 1] = (stops[index] ?? 0) + weight / (whole === 0 ? 1 : whole);
  });
  return stops;
}

/** A tick for each month; years win their room first, then months where 20 px are free. */
export function scrubMarks(months: readonly ScrubMonth[], height: number): ScrubMark[] {
  const stops = scrubStops(months);
  const firstOfYear = months.map(
    (month, index) => index === 0 || months[index - 1]?.month.slice(0, 4) !== month.month.slice(0, 4),
  );
  const y = (index: number): number => (stops[index] ?? 0) * height;
  const labelled: number[] = [];
  const fits = (at: number): boolean => labelled.every((other) => Math.abs(other - at) >= ROOM);
  const years = new Set<number>();
  months.forEach((_, index) => {
    if (firstOfYear[index] === true && fits(y(index))) {
      years.add(index);
      labelled.push(y(index));
    }
  });
  return months.map((_, index) => {
    const year = firstOfYear[index] === true;
    const label = year ? years.has(index) : fits(y(index));
    if (label && !year) {
      labelled.push(y(index));
    }
    return { index, y: y(index), kind: year ? 'year' : 'month', label };
  });
}

/** The month at a share of the track and how far into it. */
export function stopAt(stops: Float64Array, share: number): { readonly index: number; readonly within: number } {
  const last = stops.length - 2;
  for (let index = 0; index <= last; index += 1) {
    const from = stops[index] ?? 0;
    const to = stops[index + 1] ?? 1;
    if (share < to || index === last) {
      return { index, within: to > from ? Math.min(1, Math.max(0, (share - from) / (to - from))) : 0 };
    }
  }
  return { index: 0, within: 0 };
}
