/** How fast work goes, how much of it is left, and how often anyone is told. */

/** Rate over the last few seconds, from points (time, total). Pure but for its own memory. */
export class RateMeter {
  readonly #windowMs: number;
  #points: { at: number; value: number }[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  note(at: number, value: number): void {
    this.#points.push({ at, value });
    const from = at - this.#windowMs;
    while (this.#points.length > 2 && (this.#points[1]?.at ?? at) < from) {
      this.#points.shift();
    }
  }

  perSecond(): number {
    const first = this.#points[0];
    const last = this.#points.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) {
      return 0;
    }
    return ((last.value - first.value) * 1000) / (last.at - first.at);
  }
}

/**
 * Calls `emit` at most once in `everyMs`, however often it is poked, and once more at the end: a run of a million items must not flood
 * its listeners. Timers do not keep the process alive.
 */
export class Coalescer {
  readonly #everyMs: number;
  readonly #emit: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(everyMs: number, emit: () => void) {
    this.#everyMs = everyMs;
    this.#emit = emit;
  }

  poke(): void {
    if (this.#timer === null) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#emit();
      }, this.#everyMs);
      this.#timer.unref();
    }
  }

  end(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    this.#emit();
  }
}

const TELL_EVERY_MS = 200;
/** Rates cover this much time, so that they follow what happens. */
const WINDOW_MS = 10_000;

/** How far work on files is. Rates are per second; `secondsLeft` is null while no rate is known. */
export interface PaceFigures {
  readonly files: { readonly done: number; readonly total: number };
  readonly bytes: { readonly done: number; readonly total: number };
  readonly filesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
}

/** Measures work on a number of files. Exports and backups tell their progress by it, at most five times a second. */
export class FilePace {
  doneFiles = 0;
  bytes = 0;
  readonly #now: () => number;
  #total = { files: 0, bytes: 0 };
  #bytesUnderWay: () => number = () => 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #fileRate = new RateMeter(WINDOW_MS);
  #byteRate = new RateMeter(WINDOW_MS);

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Starts counting again, towards these totals. */
  begin(total: { readonly files: number; readonly bytes: number }): void {
    this.#total = total;
    this.doneFiles = 0;
    this.#fileRate = new RateMeter(WINDOW_MS);
    this.#byteRate = new RateMeter(WINDOW_MS);
  }

  /** `bytes` answers the bytes written so far, files in the middle of writing included. */
  follow(bytes: () => number): void {
    this.#bytesUnderWay = bytes;
  }

  /** The figures now; null when the last ones were asked for less than 200 ms ago, unless `atOnce`. */
  figures(atOnce: boolean): PaceFigures | null {
    const now = this.#now();
    if (!atOnce && now - this.#toldAt < TELL_EVERY_MS) {
      return null;
    }
    this.#toldAt = now;
    const bytes = Math.max(this.bytes, this.#bytesUnderWay());
    this.#fileRate.note(now, this.doneFiles);
    this.#byteRate.note(now, bytes);
    const filesPerSecond = this.#fileRate.perSecond();
    const bytesPerSecond = this.#byteRate.perSecond();
    const files = { done: this.doneFiles, total: Math.max(this.#total.files, this.doneFiles) };
    const all = Math.max(this.#total.bytes, bytes);
    const byFiles = filesPerSecond > 0 ? (files.total - files.done) / filesPerSecond : null;
    return {
      files,
      bytes: { done: bytes, total: all },
      filesPerSecond,
      bytesPerSecond,
      secondsLeft: bytesPerSecond > 0 ? (all - bytes) / bytesPerSecond : byFiles,
    };
  }
}
