import type { WireError } from '../../../main/contract/errors.ts';
import { t } from '../i18n/index.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly hint: string;
  readonly fault: boolean;
}

const SHOWN_MS = 5000;

/** Short news at the foot of the window. Faults stay until they are dismissed. */
export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #last = 0;

  say(text: string): void {
    const id = this.#add({ text, hint: '', fault: false });
    setTimeout(() => {
      this.dismiss(id);
    }, SHOWN_MS);
  }

  fault(error: WireError): void {
    this.#add({
      text: error.message === '' ? (t.errors[error.code] ?? '') : error.message,
      hint: error.hint,
      fault: true,
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
