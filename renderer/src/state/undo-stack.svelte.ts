import type { Toasts } from '../ui/toast-list.svelte.ts';

/** A change that can be taken back and made again. */
export interface Step {
  /** What was done, in words; empty = it is plain to see. */
  readonly text: string;
  /** Steps of one owner are dropped together when they make no sense any more. */
  readonly owner: object | null;
  /** Both resolve with what to say then; null = it could not be done, and why was said. */
  readonly undo: () => string | null | Promise<string | null>;
  readonly redo: () => string | null | Promise<string | null>;
}

/** Steps that can be taken back. */
const KEPT = 200;

/** Everything the person did that can be undone, in one order: selections, favourites, labels, notes, the trash. */
export class UndoStack {
  done = $state.raw<readonly Step[]>([]);
  undone = $state.raw<readonly Step[]>([]);
  readonly last = $derived(this.done.at(-1) ?? null);
  readonly next = $derived(this.undone.at(-1) ?? null);
  readonly #toasts: Toasts;
  /** Toasts that offer to take a step back. */
  readonly #offers = new Map<Step, number>();
  /** One after the other: a key that is held down must not mix them. */
  #turn: Promise<void> = Promise.resolve();

  constructor(toasts: Toasts) {
    this.#toasts = toasts;
  }

  /** Adds a step that was just made and says so; the toast takes back this step, whatever came after it. */
  did(step: Step): void {
    this.undone = [];
    this.#keep(step, step.text);
  }

  undo(step: Step | null = null): Promise<void> {
    return this.#inTurn(async () => {
      const meant = step ?? this.last;
      if (meant === null || !this.done.includes(meant)) {
        return;
      }
      this.done = this.done.filter((each) => each !== meant);
      this.#dismiss(meant);
      const said = await meant.undo();
      if (said !== null) {
        this.undone = [...this.undone, meant];
        this.#say(said);
      }
    });
  }

  redo(): Promise<void> {
    return this.#inTurn(async () => {
      const step = this.next;
      if (step === null) {
        return;
      }
      this.undone = this.undone.slice(0, -1);
      const said = await step.redo();
      if (said !== null) {
        this.#keep(step, said);
      }
    });
  }

  /** Drops the steps of an owner: what they changed is no longer there. */
  forget(owner: object): void {
    for (const step of this.done.filter((each) => each.owner === owner)) {
      this.#dismiss(step);
    }
    this.done = this.done.filter((step) => step.owner !== owner);
    this.undone = this.undone.filter((step) => step.owner !== owner);
  }

  #keep(step: Step, said: string): void {
    this.done = [...this.done.slice(1 - KEPT), step];
    if (said !== '') {
      const offer = this.#toasts.say(said, () => void this.undo(step));
      this.#offers.set(step, offer);
    }
  }

  #say(text: string): void {
    if (text !== '') {
      this.#toasts.say(text);
    }
  }

  #dismiss(step: Step): void {
    const offer = this.#offers.get(step);
    if (offer !== undefined) {
      this.#offers.delete(step);
      this.#toasts.dismiss(offer);
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }
}
