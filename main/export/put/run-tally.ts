import { FilePace } from '../../lib/pace.ts';
import type { ExportItemRow, ExportTotals } from '../../index/exports/calls.ts';
import type { ExportFailure, ExportHooks, ExportPhase, ExportProgress } from '../../contract/export-shapes.ts';
import type { PutResult } from './put-jobs.ts';

/** Counts what a run does and tells how far it is. */
export class RunTally {
  written = 0;
  linked = 0;
  copied = 0;
  skipped = 0;
  renamed = 0;
  failed = 0;
  /** Files whose time the target has not taken. */
  undated = 0;
  /** Something is other than the papers of the last run say. */
  changed = false;
  readonly #hooks: ExportHooks;
  #phase: ExportPhase = 'planning';
  #pdf: ExportProgress['pdf'] = null;
  readonly #pace: FilePace;

  constructor(now: () => number, hooks: ExportHooks) {
    this.#pace = new FilePace(now);
    this.#hooks = hooks;
  }

  /** Bytes written. */
  get bytes(): number {
    return this.#pace.bytes;
  }

  planning(seen: number): void {
    this.#pace.doneFiles = seen;
    this.#tell(false);
  }

  begin(totals: ExportTotals): void {
    this.#phase = 'writing';
    this.#pace.begin({ files: totals.states.planned + totals.states.done, bytes: totals.plannedBytes });
    this.#tell(true);
  }

  /** Bytes of this run so far, asked at every telling. */
  follow(bytes: () => number): void {
    this.#pace.follow(bytes);
  }

  take(item: ExportItemRow, result: PutResult): void {
    this.#pace.doneFiles += 1;
    switch (result.outcome) {
      case 'written':
        this.written += 1;
        this.#pace.bytes += result.bytes;
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

  onFailed(row: Omit<ExportFailure, 'path' | 'reason'>, path: string, reason: string): void {
    this.failed += 1;
    this.#hooks.onFailure({ accountId: row.accountId, mediaId: row.mediaId, chatId: row.chatId, path, reason });
  }

  whenGoing(): Promise<void> {
    return this.#hooks.whenGoing();
  }

  /** So many messages of the PDF are laid out; null = it is made. */
  onPdf(progress: ExportProgress['pdf']): void {
    const atOnce = (this.#pdf === null) !== (progress === null);
    this.#pdf = progress;
    this.#tell(atOnce);
  }

  end(): void {
    this.#phase = 'done';
    this.#tell(true);
  }

  #tell(atOnce: boolean): void {
    const figures = this.#pace.figures(atOnce);
    if (figures !== null) {
      this.#hooks.onProgress({
        phase: this.#phase,
        ...figures,
        pdf: this.#pdf,
        failed: this.failed,
        secondsLeft: this.#phase === 'writing' ? figures.secondsLeft : null,
      });
    }
  }
}
