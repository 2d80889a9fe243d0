/**
 * Length, size, shape and terms of an item as one small number, so that lists and tallies over them never look at the media or messages themselves. The
 * numbers are part of the schema: an edge is never moved without a migration that recomputes them.
 */
import { type MediaShape } from '../../contract/shapes.ts';

/** Where a class of lengths begins, ms; class 1 is below the first, class 0 has no length. */
export const LENGTH_EDGES = [10_000, 60_000, 300_000, 1_200_000] as const;
/** Where a class of sizes begins, bytes of the stored file; class 1 is below the first, class 0 is not stored. */
export const SIZE_EDGES = [1_000_000, 10_000_000, 100_000_000, 1_000_000_000] as const;

const SHAPES: Readonly<Record<MediaShape, number>> = { portrait: 1, landscape: 2, square: 3 };

export interface Measured {
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  /** Of the stored full file; 0 when it is not stored. */
  readonly bytes: number;
}

/** `length + 8 × size + 64 × shape + 256 × trade`; `trade`: bits of the message that stands for the item (messages/trade.ts). */
export function factsOf({ width, height, durationMs, bytes }: Measured, trade: number): number {
  const length = durationMs === null ? 0 : classOf(LENGTH_EDGES, durationMs);
  const size = bytes <= 0 ? 0 : classOf(SIZE_EDGES, bytes);
  return length + 8 * size + 64 * shapeOf(width, height) + 256 * trade;
}

function classOf(edges: readonly number[], value: number): number {
  return 1 + edges.filter((edge) => value >= edge).length;
}

function shapeOf(width: number | null, height: number | null): number {
  if (width === null || height === null || width <= 0 || height <= 0) {
    return 0;
  }
  if (height * 20 >= width * 21) {
    return SHAPES.portrait;
  }
  return width * 20 >= height * 21 ? SHAPES.landscape : SHAPES.square;
}

/** Classes of a range from `least` (inside) to `below` (outside), and whether their ends cut through a class. */
export interface Classes {
  readonly from: number;
  readonly to: number;
  readonly cutsLeast: boolean;
  readonly cutsBelow: boolean;
}

/** Null: the range does not limit. Items without a value (class 0) are in no range. */
export function classesOf(
  edges: readonly number[],
  least: number | undefined,
  below: number | undefined,
): Classes | null {
  if (least === undefined && below === undefined) {
    return null;
  }
  const low = least ?? 0;
  const high = below ?? Number.POSITIVE_INFINITY;
  return {
    from: classOf(edges, low),
    // The class of the last value below `below`: values are whole numbers.
    to: high === Number.POSITIVE_INFINITY ? edges.length + 1 : high <= 0 ? 0 : classOf(edges, high - 1),
    cutsLeast: low > 0 && !edges.includes(low),
    cutsBelow: high !== Number.POSITIVE_INFINITY && !edges.includes(high),
  };
}

/** Conditions over a column of facts. */
export const lengthIn = (facts: string): string => `(${facts} & 7) BETWEEN ? AND ?`;
export const sizeIn = (facts: string): string => `((${facts} >> 3) & 7) BETWEEN ? AND ?`;
export const shapeIs = (facts: string): string => `((${facts} >> 6) & 3) = ?`;
/** At least one of these bits. */
export const tradeIn = (facts: string): string => `(${facts} >> 8) & ? <> 0`;
export const tradeOf = (facts: number): number => facts >> 8;
export const shapeCode = (shape: MediaShape): number => SHAPES[shape];
