import type { SyncProgress } from '../../../contract/shapes.ts';
import { SingleBar } from 'cli-progress';
import type { BackupProgress } from '../../../app/backup/copy-library.ts';
import type { ExportProgress } from '../../../app/exports/export-selection.ts';
import type { Answers } from '../terminal/answers.ts';
import { backupText } from './backup-text.ts';
import { exportText } from './export-text.ts';
import { cut, safe } from '../terminal/format.ts';
import { type Checked, filesOf, syncText, verifyText, waitText } from './progress-text.ts';
import type { SyncHooks } from '../../../app/sync/sync-accounts.ts';

/** Shows how far something is: a bar that follows on a terminal, a line now and then elsewhere, nothing with `--quiet`. */
export interface ProgressView {
  sync(progress: SyncProgress): void;
  verify(progress: Checked): void;
  export(progress: ExportProgress): void;
  backup(progress: BackupProgress): void;
  /** A line that stays. */
  say(line: string): void;
  /** Takes the bar away; the next progress brings it back. */
  end(): void;
}

const PLAIN_EVERY_MS = 5_000;
const BAR_COLUMNS = 24;

export function progressView(answers: Answers, now: () => number): ProgressView {
  if (answers.manner.quiet) {
    return {
      sync: () => undefined,
      verify: () => undefined,
      export: () => undefined,
      backup: () => undefined,
      say: () => undefined,
      end: () => undefined,
    };
  }
  return answers.io.errIsTerminal ? new BarView(answers, now) : new PlainView(answers, now);
}

/** Lines for logs and pipes: the first at once, then one every few seconds, and one when a wait begins. */
export class PlainView implements ProgressView {
  readonly #answers: Pick<Answers, 'word'>;
  readonly #now: () => number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #waiting = false;

  constructor(answers: Pick<Answers, 'word'>, now: () => number) {
    this.#answers = answers;
    this.#now = now;
  }

  sync(progress: SyncProgress): void {
    const wait = waitText(progress.waits, this.#now());
    const begins = wait !== null && !this.#waiting;
    this.#waiting = wait !== null;
    this.#tell(wait ?? syncText(progress), begins);
  }

  verify(progress: Checked): void {
    this.#tell(verifyText(progress), false);
  }

  export(progress: ExportProgress): void {
    this.#tell(exportText(progress), false);
  }

  backup(progress: BackupProgress): void {
    this.#tell(backupText(progress), false);
  }

  say(line: string): void {
    this.#answers.word(line);
  }

  end(): void {
    this.#toldAt = Number.NEGATIVE_INFINITY;
    this.#waiting = false;
  }

  #tell(line: string, atOnce: boolean): void {
    const now = this.#now();
    if (atOnce || now - this.#toldAt >= PLAIN_EVERY_MS) {
      this.#toldAt = now;
      this.#answers.word(line);
    }
  }
}

interface Shown {
  readonly done: number;
  readonly total: number;
  /** Asked at every redraw, so that countdowns go on between two pieces of news. */
  readonly text: () => string;
}

class BarView implements ProgressView {
  readonly #answers: Answers;
  readonly #now: () => number;
  #bar: SingleBar | null = null;
  #shown: Shown = { done: 0, total: 0, text: () => '' };

  constructor(answers: Answers, now: () => number) {
    this.#answers = answers;
    this.#now = now;
  }

  sync(progress: SyncProgress): void {
    this.#show({ ...filesOf(progress), text: () => waitText(progress.waits, this.#now()) ?? syncText(progress) });
  }

  verify(progress: Checked): void {
    this.#show({ done: progress.checked, total: progress.total, text: () => verifyText(progress) });
  }

  export(progress: ExportProgress): void {
    this.#show({ ...(progress.pdf ?? progress.files), text: () => exportText(progress) });
  }

  backup(progress: BackupProgress): void {
    this.#show({
      ...(progress.phase === 'index' ? progress.index : progress.files),
      text: () => backupText(progress),
    });
  }

  say(line: string): void {
    this.end();
    this.#answers.word(line);
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  #show(shown: Shown): void {
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
        view.sync(progress);
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
