import { createContext } from 'svelte';
import type { Toasts } from './toasts.svelte.ts';

/** The parts of the app that all components need: the place for notifications, and the names of this system's keys. */
export const [getUi, setUi] = createContext<{ readonly toasts: Toasts; readonly mac: boolean }>();
