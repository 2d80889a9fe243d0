import type { WireError } from '../../../main/contract/errors.ts';
import { sentence } from '../lib/plain-words.ts';
import { t } from '../i18n/index.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly hint: string;
  readonly fault: boolean;
  /** Takes back what was done. */
  readonly undo: (() => void) | null;
}

const SHOWN_MS = 5000;
const SHOWN_WITH_UNDO_MS = 12_000;

/** Short news at the foot of the window. Faults stay until they are dismissed. */
export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  /** Where news may be shown, the latest last: the page and each dialog over it. */
  #hosts = $state.raw<readonly symbol[]>([]);
  #last = 0;

  /** Adds a place to show news, in front of all others. Answers with what takes it away. */
  host(place: symbol): () => void {
    this.#hosts = [...this.#hosts, place];
    return () => (this.#hosts = this.#hosts.filter((other) => other !== place));
  }

  /** The toasts of a place. All show in the foremost place, since a dialog hides the others from sight, screen readers and keys. */
  in(place: symbol): readonly Toast[] {
    return this.#hosts.at(-1) === place ? this.list : [];
  }

  /** Answers with what `dismiss` takes. */
  say(text: string, undo: (() => void) | null = null): number {
    const id = this.#add({ text, hint: '', fault: false, undo });
    setTimeout(() => this.dismiss(id), undo === null ? SHOWN_MS : SHOWN_WITH_UNDO_MS);
    return id;
  }

  fault(error: WireError): void {
    this.#add({
      text: sentence(error.message === '' ? (t.errors[error.code] ?? '') : error.message),
      hint: error.hint,
      fault: true,
      undo: null,
    });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, 'id'>): number {
    this.#last += 1;
    this.list = [...this.list.filter((shown) => shown.text !== toast.text).slice(-2), { ...toast, id: this.#last }];
    return this.#last;
  }
}
