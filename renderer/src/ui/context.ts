import { createContext } from 'svelte';
import type { Toasts } from './toast-list.svelte.ts';

/** The parts of the app that all components need: the place for notifications, the names of this system's keys, and when the place changes. */
export const [getUi, setUi] = createContext<{
  readonly toasts: Toasts;
  readonly mac: boolean;
  readonly router: { onMove(then: () => void): () => void };
}>();
