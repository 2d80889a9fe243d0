/** The figures of a bench, and their arithmetic. */

export interface Figure {
  readonly bench: string;
  readonly name: string;
  readonly unit: string;
  /** Median, or the one value there is. */
  readonly p50: number;
  readonly p95: number | null;
  readonly max: number | null;
  /** The baseline, measured in the same run. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  /** Value over baseline; null = none. */
  readonly ratio: number | null;
  readonly target: string | null;
  /** Null: nothing to reach. */
  readonly met: boolean | null;
}

export interface BenchContext {
  /** Smaller sizes, for a look between two edits. */
  readonly quick: boolean;
  /** Sizes given on the command line, by option name. */
  readonly sizes: Readonly<Record<string, number>>;
  /** An empty folder of its own, removed when the bench ends. */
  folder(): Promise<string>;
  say(text: string): void;
}

export type Bench = (context: BenchContext) => Promise<Figure[]>;

/** The work was not done right: figures of it would mean nothing. Never about time. */
export class BenchFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BenchFailure';
  }
}

/** Throws `BenchFailure` unless both are equal. */
export function expectEqual(what: string, found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) {
    throw new BenchFailure(`${what}: ${a} where ${b} was expected`);
  }
}

/** Nearest-rank percentile of unsorted values; NaN of none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

interface FigureParts {
  readonly baseline?: { readonly name: string; readonly value: number } | null;
  /** The ratio to the baseline must be at most (`below`) or at least (`above`) this. */
  readonly ratioTarget?: { readonly is: 'below' | 'above'; readonly than: number };
  /** The value (p50 unless `of` says else) must be at most this. */
  readonly atMost?: { readonly value: number; readonly of?: 'p50' | 'p95' | 'max' };
}

/** A figure from one or several rounds. */
export function figure(
  bench: string,
  name: string,
  unit: string,
  values: readonly number[],
  parts: FigureParts = {},
): Figure {
  const p50 = median(values);
  const max = values.length > 1 ? Math.max(...values) : null;
  const baseline = parts.baseline ?? null;
  const ratio = baseline === null ? null : p50 / baseline.value;
  const p95 = values.length > 1 ? percentile(values, 95) : null;
  const { target, met } = judge({ p50, p95, max }, ratio, unit, parts);
  return {
    bench,
    name,
    unit,
    p50,
    p95,
    max,
    baseline,
    ratio,
    target,
    met,
  };
}

function judge(
  { p50, p95, max }: { p50: number; p95: number | null; max: number | null },
  ratio: number | null,
  unit: string,
  { ratioTarget, atMost }: FigureParts,
): { target: string | null; met: boolean | null } {
  if (ratioTarget !== undefined) {
    const { is, than } = ratioTarget;
    const met = ratio === null ? null : is === 'below' ? ratio <= than : ratio >= than;
    return { target: `ratio ${is === 'below' ? '≤' : '≥'} ${than}`, met };
  }
  if (atMost !== undefined) {
    const of = atMost.of ?? 'p50';
    const measured = { p50, p95, max }[of] ?? p50;
    return { target: `${of === 'p50' ? '' : `${of} `}≤ ${atMost.value} ${unit}`, met: measured <= atMost.value };
  }
  return { target: null, met: null };
}
