/** Whether the page runs from right to left. */
export const isRtl = (): boolean =>
  'document' in globalThis && getComputedStyle(document.documentElement).direction === 'rtl';

const MIRRORED: Readonly<Record<string, string>> = { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' };

/** The key that does the same in a page from left to right: from right to left, the left arrow leads on. */
export const logicalKey = (key: string): string => (isRtl() ? (MIRRORED[key] ?? key) : key);
