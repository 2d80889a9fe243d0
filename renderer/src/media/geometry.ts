/**
 * The arithmetic of the grid: rows of one height, tiles as wide as their ratio, headings. Pure: no DOM, no clock, no rounding surprises,
 * so that specs can say where every tile lies. Lengths are CSS pixels.
 */

import { gridRatio, ratioOf } from '../../../main/contract/grid-shape.ts';
import { lastWhere } from '../lib/last-where.ts';

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
/** Spreading a shared or last row beyond these would crop more than a third: it stays ragged. */
const SPREAD_MIN = 0.8;
const SPREAD_MAX = 1.24;

/** The items of a month as geometry sees them, newest first: two bytes each, as `media.layout` tells them. */
export interface MonthShape {
  /** Equal for items of one day. */
  readonly days: Uint8Array;
  /** `grid-shape.ts`. */
  readonly ratios: Uint8Array;
}

export const NO_ITEMS: MonthShape = { days: new Uint8Array(), ratios: new Uint8Array() };

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

/**
 * Where every row of a month begins. Where tiles lie inside of a row is worked out when it is looked at: a month of ten thousand items is
 * laid out in the time of a frame's tenth.
 */
export interface MonthLayout {
  readonly height: number;
  /** Number of rows. */
  readonly count: number;
  /** Tops of the rows' boxes, headings included, from the top of the month; the month's height at the end. */
  readonly tops: Float64Array;
  /** First item of each row; the number of items at the end. */
  readonly firsts: Int32Array;
  row(index: number): Row | undefined;
}

/** The ratio of a picture as the grid shows it; null dimensions are neutral. */
export const cellRatio = gridRatio;

interface Piece {
  readonly first: number;
  readonly natural: readonly number[];
  readonly head: boolean;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Width of a tile before it is spread, for each byte of `ratios`. */
function naturals({ width, rowHeight }: GridMetrics): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => Math.min(width, Math.round(rowHeight * ratioOf(byte))));
}

/** A row of a long day: spread to the edge whatever it costs. */
const FULL = 1;
/** Another row of the same day follows. */
const GOES_ON = 2;
/** Headings of days stand over it. */
const HEADED = 4;

interface Drafts {
  readonly firsts: number[];
  readonly flags: number[];
}

/** Splits a long day into the number of rows that crops least, filled evenly. */
function splitDay(
  day: { readonly first: number; readonly end: number; readonly total: number },
  widthOf: (item: number) => number,
  width: number,
  drafts: Drafts,
): void {
  const few = Math.max(1, Math.floor(day.total / width));
  const many = Math.ceil(day.total / width);
  const cost = (rows: number): number => Math.abs(Math.log(day.total / width / rows));
  const count = cost(few) <= cost(many) ? few : many;
  const goal = day.total / count;
  let rows = 0;
  let start = day.first;
  let used = 0;
  const put = (last: boolean): void => {
    const full = !last || goal / width > 0.72;
    drafts.firsts.push(start);
    drafts.flags.push((full ? FULL : 0) | (last ? 0 : GOES_ON) | (rows === 0 ? HEADED : 0));
    rows += 1;
  };
  for (let item = day.first; item < day.end; item += 1) {
    const tile = widthOf(item);
    if (rows < count - 1 && item > start && used + tile / 2 > goal) {
      put(false);
      start = item;
      used = 0;
    }
    used += tile + GAP;
  }
  put(true);
}

function draftRows(shape: MonthShape, metrics: GridMetrics, natural: Uint16Array): Drafts {
  const { days, ratios } = shape;
  const { width } = metrics;
  const widthOf = (item: number): number => natural[ratios[item] ?? 255] ?? 0;
  const drafts: Drafts = { firsts: [], flags: [] };
  let open: { pieces: number; used: number } | null = null;
  for (let first = 0; first < days.length;) {
    let end = first;
    let total = -GAP;
    while (end < days.length && days[end] === days[first]) {
      total += widthOf(end) + GAP;
      end += 1;
    }
    const need = Math.max(total, MIN_DAY);
    if (total > width * 0.92) {
      open = null;
      splitDay({ first, end, total }, widthOf, width, drafts);
    } else if (
      open !== null &&
      open.used + DAY_GAP + need <= width * 1.12 &&
      open.pieces * (MIN_DAY + DAY_GAP) + MIN_DAY <= width
    ) {
      open.pieces += 1;
      open.used += DAY_GAP + need;
    } else {
      open = { pieces: 1, used: need };
      drafts.firsts.push(first);
      drafts.flags.push(HEADED);
    }
    first = end;
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
function placeRow(pieces: readonly Piece[], full: boolean, width: number): Segment[] {
  const scales = scalesOf(pieces, width, full);
  const segments: Segment[] = [];
  let x = 0;
  pieces.forEach((piece, place) => {
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
    x += Math.max(exact + gaps, pieces.length > 1 ? MIN_DAY : 0) + DAY_GAP;
  });
  return segments;
}

/** The days of a row, or the part of a day that it holds. */
function piecesOf(shape: MonthShape, natural: Uint16Array, from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  for (let first = from; first < to;) {
    const widths: number[] = [];
    let end = first;
    while (end < to && shape.days[end] === shape.days[first]) {
      widths.push(natural[shape.ratios[end] ?? 255] ?? 0);
      end += 1;
    }
    pieces.push({ first, natural: widths, head: first === 0 || shape.days[first - 1] !== shape.days[first] });
    first = end;
  }
  return pieces;
}

/** Lays out the items of a month. */
export function layoutMonth(shape: MonthShape, metrics: GridMetrics): MonthLayout {
  const natural = naturals(metrics);
  const { firsts, flags } = draftRows(shape, metrics, natural);
  const count = firsts.length;
  const tops = new Float64Array(count + 1);
  tops[0] = MONTH_HEADING;
  flags.forEach((flag, index) => {
    const heading = (flag & HEADED) === 0 ? 0 : DAY_HEADING;
    tops[index + 1] = (tops[index] ?? 0) + heading + metrics.rowHeight + ((flag & GOES_ON) === 0 ? AFTER_DAY : GAP);
  });
  firsts.push(shape.days.length);
  const starts = Int32Array.from(firsts);
  return {
    height: tops[count] ?? MONTH_HEADING,
    count,
    tops,
    firsts: starts,
    row: (index) => {
      const flag = flags[index];
      if (flag === undefined) {
        return undefined;
      }
      const top = tops[index] ?? 0;
      const pieces = piecesOf(shape, natural, starts[index] ?? 0, starts[index + 1] ?? 0);
      return {
        top,
        height: (tops[index + 1] ?? 0) - top,
        tileTop: top + ((flag & HEADED) === 0 ? 0 : DAY_HEADING),
        segments: placeRow(pieces, (flag & FULL) !== 0, metrics.width),
      };
    },
  };
}

/** The row that holds an item; −1 when there is none. */
export function rowOf(layout: MonthLayout, item: number): number {
  const last = layout.firsts[layout.count] ?? 0;
  if (item < 0 || item >= last) {
    return -1;
  }
  return lastWhere(layout.count, (index) => (layout.firsts[index] ?? 0) <= item);
}

export interface Estimate {
  readonly rows: number;
  readonly height: number;
}

/** The estimated height of `count` items that are not loaded yet, including day headings. */
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
  return tops.length < 2 ? -1 : lastWhere(tops.length - 1, (index) => (tops[index] ?? 0) <= y);
}

/** First and last row (exclusive) of a month that touch the span from `from` to `to`, both from the top of the month. */
export function rowsBetween(
  layout: MonthLayout,
  from: number,
  to: number,
): { readonly start: number; readonly end: number } {
  if (layout.count === 0 || from >= layout.height || to <= MONTH_HEADING) {
    return from >= layout.height ? { start: layout.count, end: layout.count } : { start: 0, end: 0 };
  }
  const start = Math.max(0, indexAt(layout.tops, from));
  const last = Math.max(start, indexAt(layout.tops, to));
  return { start, end: (layout.tops[last] ?? 0) < to ? last + 1 : last };
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
