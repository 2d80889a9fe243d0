import { isAborted, type Result } from '../../../main/contract/errors.ts';

/** The options of every call that a question makes. */
export interface Asking {
  readonly signal: AbortSignal;
}

/** One question at a time: a newer one gives up the one before, whose answer is never taken, however late it comes. */
export class Latest {
  /** The last question waits for its answer. */
  busy = $state(false);
  #controller = new AbortController();

  /** Begins something new and gives up what was begun before. The signal ends when this is given up in its turn. */
  begin(): AbortSignal {
    this.giveUp();
    return this.#controller.signal;
  }

  /** The answer, or the answers, to a question. Null: it was given up, so that nothing may be shown of it. */
  async ask<Answer extends Result<unknown> | readonly Result<unknown>[]>(
    question: (options: Asking) => Promise<Answer>,
  ): Promise<Answer | null> {
    const signal = this.begin();
    this.busy = true;
    const answer = await question({ signal });
    if (signal.aborted) {
      return null;
    }
    this.busy = false;
    return [answer].flat().some(isAborted) ? null : answer;
  }

  /** Gives up what was begun last: its place has been left. */
  giveUp(): void {
    this.#controller.abort();
    this.#controller = new AbortController();
    this.busy = false;
  }
}
