/**
 * The arithmetic of the grid: rows of one height, tiles as wide as their ratio, headings. Pure: no DOM, no clock, no rounding surprises,
 * so that specs can say where every tile lies. Lengths are CSS pixels.
 */

export interface GridMetrics {
  /** Width of the content, without paddings. */
  readonly width: number;
  /** Height of every row of tiles. */
  readonly rowHeight: number;
}

export const GAP = 4;
export const DAY_GAP = 20;
export const MONTH_HEADING = 60;
export const DAY_HEADING = 32;
export const AFTER_DAY = 12;
/** A day's column is never narrower, so that its heading can be read. */
export const MIN_DAY = 84;
/** Below this a day's heading drops the weekday. */
export const SHORT_DAY = 104;
const RATIO_MIN = 0.66;
const RATIO_MAX = 1.5;
/** Spreading a shared or last row beyond these would crop more than a third: it stays ragged. */
const SPREAD_MIN = 0.8;
const SPREAD_MAX = 1.24;
/** Items without dimensions (audio, not ready). */
export const UNKNOWN_RATIO = 1.2;

/** One item as geometry sees it. */
export interface Cell {
  /** Width ÷ height. */
  readonly ratio: number;
  /** Number that is the same for items of one day and differs between neighbours of different days. */
  readonly day: number;
}

export interface Segment {
  /** Index of its first item in the month. */
  readonly first: number;
  readonly x: number;
  /** Widths of its tiles, left to right, GAP apart. */
  readonly widths: readonly number[];
  /** From `x` to the end of what the heading may use. */
  readonly width: number;
  /** True on the first row of a day: the heading stands here. */
  readonly head: boolean;
}

export interface Row {
  /** Of the row's box, heading included, from the top of the month. */
  readonly top: number;
  readonly height: number;
  /** Of the tiles, from the top of the month. */
  readonly tileTop: number;
  readonly segments: readonly Segment[];
}

export interface MonthLayout {
  readonly height: number;
  readonly rows: readonly Row[];
}

/** The ratio of a picture as the grid shows it; null dimensions are neutral. */
export function cellRatio(width: number | null, height: number | null): number {
  if (width === null || height === null || width <= 0 || height <= 0) {
    return UNKNOWN_RATIO;
  }
  return Math.min(RATIO_MAX, Math.max(RATIO_MIN, width / height));
}

interface Piece {
  readonly first: number;
  readonly natural: readonly number[];
  readonly head: boolean;
}

interface Draft {
  readonly pieces: Piece[];
  used: number;
  /** Spread to the edge whatever it costs: a row of a long day. */
  readonly full: boolean;
  /** Another row of the same day follows. */
  readonly goesOn: boolean;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function daysOf(cells: readonly Cell[]): { first: number; count: number }[] {
  const days: { first: number; count: number }[] = [];
  cells.forEach((cell, index) => {
    const last = days.at(-1);
    if (last !== undefined && cells[last.first]?.day === cell.day) {
      last.count += 1;
    } else {
      days.push({ first: index, count: 1 });
    }
  });
  return days;
}

/** Splits a long day into the number of rows that crops least, filled evenly. */
function splitDay(first: number, natural: readonly number[], width: number): Draft[] {
  const total = sum(natural) + GAP * (natural.length - 1);
  const few = Math.max(1, Math.floor(total / width));
  const many = Math.ceil(total / width);
  const cost = (rows: number): number => Math.abs(Math.log(total / width / rows));
  const count = cost(few) <= cost(many) ? few : many;
  const goal = total / count;
  const drafts: Draft[] = [];
  let start = 0;
  let used = 0;
  const put = (end: number, last: boolean): void => {
    drafts.push({
      pieces: [{ first: first + start, natural: natural.slice(start, end), head: start === 0 }],
      used,
      full: !last || total / width / count > 0.72,
      goesOn: !last,
    });
    start = end;
    used = 0;
  };
  natural.forEach((tile, index) => {
    if (drafts.length < count - 1 && index > start && used + tile / 2 > goal) {
      put(index, false);
    }
    used += tile + GAP;
  });
  put(natural.length, true);
  return drafts;
}

function draftRows(cells: readonly Cell[], metrics: GridMetrics): Draft[] {
  const { width, rowHeight } = metrics;
  const drafts: Draft[] = [];
  let open: Draft | null = null;
  for (const day of daysOf(cells)) {
    const natural = cells
      .slice(day.first, day.first + day.count)
      .map((cell) => Math.min(width, Math.round(rowHeight * Math.min(RATIO_MAX, Math.max(RATIO_MIN, cell.ratio)))));
    const total = sum(natural) + GAP * (natural.length - 1);
    if (total > width * 0.92) {
      open = null;
      drafts.push(...splitDay(day.first, natural, width));
      continue;
    }
    const need = Math.max(total, MIN_DAY);
    const piece: Piece = { first: day.first, natural, head: true };
    const headings = (open?.pieces.length ?? 0) * (MIN_DAY + DAY_GAP) + MIN_DAY;
    if (open !== null && open.used + DAY_GAP + need <= width * 1.12 && headings <= width) {
      open.pieces.push(piece);
      open.used += DAY_GAP + need;
    } else {
      open = { pieces: [piece], used: need, full: false, goesOn: false };
      drafts.push(open);
    }
  }
  return drafts;
}

/**
 * How much each day of a row is scaled so that the row ends at the edge. A day that would get narrower than its heading keeps that
 * width and the others share the rest; so this is done again until none is left that would.
 */
function scalesOf(pieces: readonly Piece[], width: number, full: boolean): number[] {
  const sums = pieces.map((piece) => sum(piece.natural));
  const gaps = pieces.map((piece) => GAP * (piece.natural.length - 1));
  const kept = pieces.map(() => false);
  const least = (index: number): number => MIN_DAY - (gaps[index] ?? 0);
  for (;;) {
    let room = width - DAY_GAP * (pieces.length - 1);
    let natural = 0;
    pieces.forEach((_, index) => {
      room -= kept[index] === true ? MIN_DAY : (gaps[index] ?? 0);
      natural += kept[index] === true ? 0 : (sums[index] ?? 0);
    });
    const exact = natural === 0 ? 1 : room / natural;
    const scale = full || (exact > SPREAD_MIN && exact < SPREAD_MAX) ? exact : Math.min(1, exact);
    const narrow = pieces.findIndex((_, index) => kept[index] === false && (sums[index] ?? 0) * scale < least(index));
    if (narrow < 0 || pieces.length === 1) {
      return pieces.map((_, index) => (kept[index] === true ? Math.min(1, least(index) / (sums[index] ?? 1)) : scale));
    }
    kept[narrow] = true;
  }
}

/** Gives the tiles of a row their widths and places; spreads them to the edge by cropping where that costs little. */
function placeRow(draft: Draft, width: number): Segment[] {
  const scales = scalesOf(draft.pieces, width, draft.full);
  const segments: Segment[] = [];
  let x = 0;
  draft.pieces.forEach((piece, place) => {
    let exact = 0;
    let placed = 0;
    const widths = piece.natural.map((natural) => {
      exact += natural * (scales[place] ?? 1);
      // Rounded edges, not rounded widths: errors never add up along a row.
      const tile = Math.round(x + exact) - Math.round(x) - placed;
      placed += tile;
      return tile;
    });
    const start = Math.round(x);
    const gaps = GAP * (widths.length - 1);
    segments.push({ first: piece.first, x: start, widths, width: Math.max(placed + gaps, MIN_DAY), head: piece.head });
    x += Math.max(exact + gaps, draft.pieces.length > 1 ? MIN_DAY : 0) + DAY_GAP;
  });
  return segments;
}

/** Lays out the items of a month (or of its loaded part), newest first. */
export function layoutMonth(cells: readonly Cell[], metrics: GridMetrics): MonthLayout {
  const rows: Row[] = [];
  let top = MONTH_HEADING;
  for (const draft of draftRows(cells, metrics)) {
    const segments = placeRow(draft, metrics.width);
    const heading = segments.some((segment) => segment.head) ? DAY_HEADING : 0;
    const height = heading + metrics.rowHeight + (draft.goesOn ? GAP : AFTER_DAY);
    rows.push({ top, height, tileTop: top + heading, segments });
    top += height;
  }
  return { height: top, rows };
}

export interface Estimate {
  readonly rows: number;
  readonly height: number;
}

/** What `count` items that are not listed yet will take, headings of their days included. */
export function estimateRows(count: number, metrics: GridMetrics): Estimate {
  if (count === 0) {
    return { rows: 0, height: 0 };
  }
  const perRow = Math.max(1, metrics.width / (metrics.rowHeight * 1.1 + GAP));
  const rows = Math.ceil(count / perRow);
  const days = Math.min(30, Math.max(1, Math.ceil(count / 6)));
  const headed = Math.min(rows, days);
  return { rows, height: rows * (metrics.rowHeight + GAP) + headed * (DAY_HEADING + AFTER_DAY - GAP) };
}

/** Tops of things one below the other, and the whole height at the end. */
export function stack(heights: readonly number[]): Float64Array {
  const tops = new Float64Array(heights.length + 1);
  heights.forEach((height, index) => {
    tops[index + 1] = (tops[index] ?? 0) + height;
  });
  return tops;
}

/** Index of the thing that covers `y`; the nearest one outside. −1 when there is none. */
export function indexAt(tops: Float64Array, y: number): number {
  let low = 0;
  let high = tops.length - 2;
  if (high < 0) {
    return -1;
  }
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** First and last row (exclusive) of a month that touch the span from `from` to `to`, both from the top of the month. */
export function rowsBetween(
  layout: MonthLayout,
  from: number,
  to: number,
): { readonly start: number; readonly end: number } {
  let start = 0;
  while (start < layout.rows.length && (layout.rows[start]?.top ?? 0) + (layout.rows[start]?.height ?? 0) <= from) {
    start += 1;
  }
  let end = start;
  while (end < layout.rows.length && (layout.rows[end]?.top ?? 0) < to) {
    end += 1;
  }
  return { start, end };
}

/**
 * Where the scroller must stand after a month's height changed, so that what is seen does not move: months above push it by the
 * difference; inside the month the relative place is kept while its rows were only estimated.
 */
export function keptScrollTop(
  scrollTop: number,
  month: { readonly top: number; readonly before: number; readonly after: number },
): number {
  if (month.top + month.before <= scrollTop) {
    return scrollTop + month.after - month.before;
  }
  if (month.top + MONTH_HEADING >= scrollTop || month.before <= 0) {
    return scrollTop;
  }
  return month.top + ((scrollTop - month.top) / month.before) * month.after;
}
