import { RateMeter } from '../sync/progress.ts';
import type { BackupHooks, BackupPhase, LostFile } from './backup-types.ts';
import type { CopiedPages } from '../index/copy/index-copy.ts';

const TELL_EVERY_MS = 200;
/** Rates are of this much time, so that they follow what happens. */
const WINDOW_MS = 10_000;

/** Counts what a backup does and tells how far it is. */
export class BackupTally {
  copied = 0;
  bytes = 0;
  there = 0;
  damaged = 0;
  missing = 0;
  readonly lost: LostFile[] = [];
  readonly #now: () => number;
  readonly #hooks: BackupHooks;
  #phase: BackupPhase = 'index';
  #index: CopiedPages = { done: 0, total: 0 };
  #doneFiles = 0;
  #total = { files: 0, bytes: 0 };
  #bytesUnderWay: () => number = () => 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #rate = new RateMeter(WINDOW_MS);

  constructor(now: () => number, hooks: BackupHooks) {
    this.#now = now;
    this.#hooks = hooks;
  }

  index(pages: CopiedPages): void {
    this.#index = pages;
    this.#tell(false);
  }

  enter(phase: BackupPhase): void {
    this.#phase = phase;
    this.#index = phase === 'index' ? this.#index : { done: this.#index.total, total: this.#index.total };
    this.#tell(true);
  }

  /** What is to be read and written. */
  begin(total: { readonly files: number; readonly bytes: number }): void {
    this.#total = total;
    this.#rate = new RateMeter(WINDOW_MS);
    this.enter('copying');
  }

  /** Bytes of this run so far, asked at every telling. */
  follow(bytes: () => number): void {
    this.#bytesUnderWay = bytes;
  }

  take(outcome: { readonly copied: number } | 'there' | LostFile): void {
    this.#doneFiles += 1;
    if (outcome === 'there') {
      this.there += 1;
    } else if ('copied' in outcome) {
      this.copied += 1;
      this.bytes += outcome.copied;
    } else {
      this.lost.push(outcome);
      this.#count(outcome, 1);
    }
  }

  /** Of the files that could not be copied those that the library still names are told; the others were deleted meanwhile. */
  tellLost(isNamed: (sha256: string) => boolean): void {
    for (const file of this.lost) {
      if (isNamed(file.sha256)) {
        this.#hooks.onLost(file);
      } else {
        this.#count(file, -1);
      }
    }
  }

  #count({ reason }: LostFile, by: number): void {
    this.damaged += reason === 'missing' ? 0 : by;
    this.missing += reason === 'missing' ? by : 0;
  }

  tick(): void {
    this.#tell(false);
  }

  #tell(atOnce: boolean): void {
    const now = this.#now();
    if (!atOnce && now - this.#toldAt < TELL_EVERY_MS) {
      return;
    }
    this.#toldAt = now;
    const bytes = Math.max(this.bytes, this.#bytesUnderWay());
    this.#rate.note(now, bytes);
    const bytesPerSecond = this.#phase === 'copying' ? this.#rate.perSecond() : 0;
    this.#hooks.onProgress({
      phase: this.#phase,
      index: this.#index,
      files: { done: this.#doneFiles, total: Math.max(this.#total.files, this.#doneFiles) },
      bytes: { done: bytes, total: Math.max(this.#total.bytes, bytes) },
      damaged: this.damaged,
      missing: this.missing,
      bytesPerSecond,
      secondsLeft: bytesPerSecond > 0 ? Math.max(0, this.#total.bytes - bytes) / bytesPerSecond : null,
    });
  }
}
