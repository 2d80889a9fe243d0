import { FilePace } from '../lib/pace.ts';
import type { BackupHooks, BackupPhase, LostFile } from '../contract/backup-shapes.ts';
import type { CopiedPages } from '../index/copy/index-copy.ts';

/** Counts what a backup does and tells how far it is. */
export class BackupTally {
  copied = 0;
  there = 0;
  damaged = 0;
  missing = 0;
  readonly lost: LostFile[] = [];
  readonly #hooks: BackupHooks;
  #phase: BackupPhase = 'index';
  #index: CopiedPages = { done: 0, total: 0 };
  readonly #pace: FilePace;

  constructor(now: () => number, hooks: BackupHooks) {
    this.#pace = new FilePace(now);
    this.#hooks = hooks;
  }

  /** Bytes copied. */
  get bytes(): number {
    return this.#pace.bytes;
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

  /** Starts the tally with the files and bytes to copy. */
  begin(total: { readonly files: number; readonly bytes: number }): void {
    this.#pace.begin(total);
    this.enter('copying');
  }

  /** Bytes of this run so far, asked at every telling. */
  follow(bytes: () => number): void {
    this.#pace.follow(bytes);
  }

  take(outcome: { readonly copied: number } | 'there' | LostFile): void {
    this.#pace.doneFiles += 1;
    if (outcome === 'there') {
      this.there += 1;
    } else if ('copied' in outcome) {
      this.copied += 1;
      this.#pace.bytes += outcome.copied;
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
    const figures = this.#pace.figures(atOnce);
    if (figures !== null) {
      const copying = this.#phase === 'copying';
      this.#hooks.onProgress({
        phase: this.#phase,
        index: this.#index,
        files: figures.files,
        bytes: figures.bytes,
        damaged: this.damaged,
        missing: this.missing,
        bytesPerSecond: copying ? figures.bytesPerSecond : 0,
        secondsLeft: copying ? figures.secondsLeft : null,
      });
    }
  }
}
