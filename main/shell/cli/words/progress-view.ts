import type { SyncProgress } from '../../../contract/shapes.ts';
import { SingleBar } from 'cli-progress';
import type { BackupProgress } from '../../../contract/backup-shapes.ts';
import type { ExportProgress } from '../../../contract/export-shapes.ts';
import type { Answers } from '../terminal/answers.ts';
import { backupText } from './backup-text.ts';
import { exportText } from './export-text.ts';
import { cut, safe } from '../terminal/format.ts';
import { type Checked, filesOf, syncText, verifyText, waitText } from './progress-text.ts';
import type { SyncHooks } from '../../../app/sync/sync-accounts.ts';

/** How far something is. */
export interface Shown {
  readonly done: number;
  readonly total: number;
  /** Asked at every redraw, so that countdowns go on between two pieces of news. */
  readonly text: () => string;
  /** Nothing goes on for now. */
  readonly waits?: boolean;
}

export const syncShown = (progress: SyncProgress, now = Date.now): Shown => ({
  ...filesOf(progress),
  waits: progress.waits.length > 0,
  text: () => waitText(progress.waits, now()) ?? syncText(progress),
});

export const verifyShown = (progress: Checked): Shown => ({
  done: progress.checked,
  total: progress.total,
  text: () => verifyText(progress),
});

export const exportShown = (progress: ExportProgress): Shown => ({
  ...(progress.pdf ?? progress.files),
  text: () => exportText(progress),
});

export const backupShown = (progress: BackupProgress): Shown => ({
  ...(progress.phase === 'index' ? progress.index : progress.files),
  text: () => backupText(progress),
});

/** Shows how far something is: a bar that follows on a terminal, a line now and then elsewhere, nothing with `--quiet`. */
export interface ProgressView {
  show(shown: Shown): void;
  /** A line that stays. */
  say(line: string): void;
  /** Takes the bar away; the next progress brings it back. */
  end(): void;
}

const PLAIN_EVERY_MS = 5_000;
const BAR_COLUMNS = 24;
/** Troubles told one by one; the others are counted. */
const MOST_TOLD = 20;

export function progressView(answers: Answers): ProgressView {
  if (answers.manner.quiet) {
    return { show: () => undefined, say: () => undefined, end: () => undefined };
  }
  return answers.io.errIsTerminal ? new BarView(answers) : new PlainView(answers);
}

/** Tells the first troubles of a long work line by line, with `--quiet` too, and counts the others. */
export class Troubles {
  readonly #answers: Answers;
  readonly #view: ProgressView;
  /** How many there were. */
  count = 0;

  constructor(answers: Answers, view: ProgressView) {
    this.#answers = answers;
    this.#view = view;
  }

  tell(line: string): void {
    this.count += 1;
    if (this.count <= MOST_TOLD) {
      this.#view.end();
      this.#answers.io.word(line);
    }
  }

  /** `rest` says how many were not told. */
  end(rest: (untold: number) => string): void {
    this.#view.end();
    if (this.count > MOST_TOLD) {
      this.#answers.io.word(rest(this.count - MOST_TOLD));
    }
  }
}

/** Lines for logs and pipes: the first at once, then one every few seconds, and one when a wait begins. */
export class PlainView implements ProgressView {
  readonly #answers: Pick<Answers, 'word'>;
  readonly #now: () => number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #waiting = false;

  constructor(answers: Pick<Answers, 'word'>, now = Date.now) {
    this.#answers = answers;
    this.#now = now;
  }

  show({ text, waits = false }: Shown): void {
    const begins = waits && !this.#waiting;
    this.#waiting = waits;
    const now = this.#now();
    if (begins || now - this.#toldAt >= PLAIN_EVERY_MS) {
      this.#toldAt = now;
      this.#answers.word(text());
    }
  }

  say(line: string): void {
    this.#answers.word(line);
  }

  end(): void {
    this.#toldAt = Number.NEGATIVE_INFINITY;
    this.#waiting = false;
  }
}

class BarView implements ProgressView {
  readonly #answers: Answers;
  #bar: SingleBar | null = null;
  #shown: Shown = { done: 0, total: 0, text: () => '' };

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  say(line: string): void {
    this.end();
    this.#answers.word(line);
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  show(shown: Shown): void {
    this.#shown = shown;
    if (this.#bar === null) {
      this.#bar = new SingleBar({
        stream: this.#answers.io.stderr,
        format: () => barLine(this.#shown, this.#answers.io.errColumns),
        fps: 4,
        hideCursor: true,
        clearOnComplete: true,
        linewrap: false,
        forceRedraw: true,
        // Signals are this program's own business; its bar must not end the cancelling.
        gracefulExit: false,
      });
      this.#bar.start(shown.total, shown.done);
    } else {
      this.#bar.setTotal(shown.total);
      this.#bar.update(shown.done);
    }
  }
}

/** Pure. */
export function barLine(shown: Shown, columns: number): string {
  const share = shown.total === 0 ? 0 : Math.min(1, shown.done / shown.total);
  const full = Math.round(share * BAR_COLUMNS);
  const bar = `${'━'.repeat(full)}${'┈'.repeat(BAR_COLUMNS - full)}`;
  const line = `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${shown.text()}`;
  return cut(columns < 60 ? shown.text() : line, columns - 1);
}

/** Shows active runs: the account's name where there are several, bars or lines, and each problem as one line. */
export function syncHooks(answers: Answers, view: ProgressView, accounts: number): SyncHooks {
  return {
    onAccount: (account) => {
      if (accounts > 1) {
        view.say(`Account ${account.id} "${safe(account.name)}":`);
      }
    },
    onProgress: (progress) => {
      if (progress.phase !== 'ending') {
        view.show(syncShown(progress));
      }
    },
    onEnd: ({ problem }) => {
      view.end();
      if (problem !== null) {
        answers.error(problem);
      }
    },
  };
}
