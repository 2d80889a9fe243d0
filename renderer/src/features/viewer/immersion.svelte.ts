/** Calls `run` after a time, in milliseconds. Answers with what calls it off. */
export type Later = (ms: number, run: () => void) => () => void;

export const later: Later = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** From here on nothing but the picture is seen. */
const REST_MS = 3000;

/** The picture alone: the controls over it go after a rest, and come back with any movement or key. */
export class Immersion {
  on = $state(false);
  /** The controls are seen. */
  awake = $state(true);
  readonly #later: Later;
  #calledOff: (() => void) | null = null;

  constructor(run: Later) {
    this.#later = run;
  }

  enter(): void {
    this.on = true;
    this.stir();
  }

  leave(): void {
    this.on = false;
    this.stir();
  }

  /** Something moved or a key was pressed. */
  readonly stir = (): void => {
    this.#calledOff?.();
    this.awake = true;
    this.#calledOff = this.on ? this.#later(REST_MS, () => (this.awake = false)) : null;
  };

  close(): void {
    this.#calledOff?.();
  }
}
