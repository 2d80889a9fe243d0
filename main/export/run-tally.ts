import { RateMeter } from '../sync/progress.ts';
import type { ExportItemRow, ExportTotals } from '../index/exports/calls.ts';
import type { ExportHooks, ExportPhase } from './export-types.ts';
import type { PutResult } from './put-jobs.ts';

const TELL_EVERY_MS = 200;
/** Rates are of this much time, so that they follow what happens. */
const WINDOW_MS = 10_000;

/** Counts what a run does and tells how far it is. */
export class RunTally {
  written = 0;
  linked = 0;
  copied = 0;
  skipped = 0;
  renamed = 0;
  failed = 0;
  bytes = 0;
  /** Files whose time the target has not taken. */
  undated = 0;
  /** Something is other than the papers of the last run say. */
  changed = false;
  readonly #now: () => number;
  readonly #hooks: ExportHooks;
  #phase: ExportPhase = 'planning';
  #doneFiles = 0;
  #totalFiles = 0;
  #totalBytes = 0;
  #bytesUnderWay: () => number = () => 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #fileRate = new RateMeter(WINDOW_MS);
  #byteRate = new RateMeter(WINDOW_MS);

  constructor(now: () => number, hooks: ExportHooks) {
    this.#now = now;
    this.#hooks = hooks;
  }

  planning(seen: number): void {
    this.#doneFiles = seen;
    this.#totalFiles = seen;
    this.#tell(false);
  }

  begin(totals: ExportTotals): void {
    this.#phase = 'writing';
    this.#doneFiles = 0;
    this.#totalFiles = totals.states.planned + totals.states.done;
    this.#totalBytes = totals.plannedBytes;
    this.#fileRate = new RateMeter(WINDOW_MS);
    this.#byteRate = new RateMeter(WINDOW_MS);
    this.#tell(true);
  }

  /** Bytes of this run so far, asked at every telling. */
  follow(bytes: () => number): void {
    this.#bytesUnderWay = bytes;
  }

  take(item: ExportItemRow, result: PutResult): void {
    this.#doneFiles += 1;
    switch (result.outcome) {
      case 'written':
        this.written += 1;
        this.bytes += result.bytes;
        this.linked += result.method === 'copy' || result.method === 'zip' ? 0 : 1;
        this.copied += result.method === 'copy' || result.method === 'zip' ? 1 : 0;
        this.renamed += result.renamed ? 1 : 0;
        this.changed = true;
        break;
      case 'found':
        this.skipped += 1;
        this.changed = true;
        break;
      case 'same':
      case 'kept':
        this.skipped += 1;
        break;
      case 'skipped':
        this.skipped += 1;
        this.#hear(item, result.reason);
        break;
      case 'failed':
        this.changed ||= item.written !== null && !result.stands;
        this.fail(item, result.reason);
        break;
    }
  }

  fail(item: ExportItemRow, reason: string): void {
    this.failed += 1;
    this.#hear(item, reason);
  }

  #hear(item: ExportItemRow, reason: string): void {
    const { accountId, mediaId, chatId, path } = item;
    this.#hooks.onFailure({ accountId, mediaId, chatId, path, reason });
  }

  tick(): void {
    this.#tell(false);
  }

  papers(): void {
    this.#phase = 'papers';
    this.#tell(true);
  }

  end(): void {
    this.#phase = 'done';
    this.#tell(true);
  }

  #tell(atOnce: boolean): void {
    const now = this.#now();
    if (!atOnce && now - this.#toldAt < TELL_EVERY_MS) {
      return;
    }
    this.#toldAt = now;
    const bytes = Math.max(this.bytes, this.#bytesUnderWay());
    this.#fileRate.note(now, this.#doneFiles);
    this.#byteRate.note(now, bytes);
    const filesPerSecond = this.#fileRate.perSecond();
    const bytesPerSecond = this.#byteRate.perSecond();
    const byBytes = bytesPerSecond > 0 ? (this.#totalBytes - bytes) / bytesPerSecond : null;
    const byFiles = filesPerSecond > 0 ? (this.#totalFiles - this.#doneFiles) / filesPerSecond : null;
    this.#hooks.onProgress({
      phase: this.#phase,
      files: { done: this.#doneFiles, total: Math.max(this.#totalFiles, this.#doneFiles) },
      bytes: { done: bytes, total: Math.max(this.#totalBytes, bytes) },
      failed: this.failed,
      bytesPerSecond,
      filesPerSecond,
      secondsLeft: this.#phase === 'writing' ? (byBytes ?? byFiles) : null,
    });
  }
}
