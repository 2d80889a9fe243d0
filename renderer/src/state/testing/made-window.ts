import type { AppPorts } from '../app-model.svelte.ts';

/** For tests of models: the part of a window that the app uses, at an address. */
export function madeWindow(hash: string): AppPorts['window'] {
  const kept = new Map<string, string>();
  const nothing = (): void => undefined;
  return {
    location: { hash },
    history: { state: null, pushState: nothing, replaceState: nothing, back: nothing, forward: nothing },
    addEventListener: nothing,
    devicePixelRatio: 1,
    localStorage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => {
        kept.set(key, value);
      },
    },
  };
}
