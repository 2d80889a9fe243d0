import { createContext } from 'svelte';
import type { Toasts } from './toasts.svelte.ts';

/** What components of every floor need of the app: where news is shown, and how this system writes its keys. */
export const [getUi, setUi] = createContext<{ readonly toasts: Toasts; readonly mac: boolean }>();
