import { tick } from 'svelte';

/** Where what was pressed goes away with its press, the focus would be lost: `place` takes it then. */
export async function keepFocus(place: () => HTMLElement | null): Promise<void> {
  await tick();
  const { activeElement, body } = document;
  if (activeElement === null || activeElement === body) {
    place()?.focus();
  }
}

/** The content of the page, for what has no place of its own any more. */
export const content = (): HTMLElement | null => document.getElementById('content');
