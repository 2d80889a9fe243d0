/** The shape of an item as one byte: all that the grid needs to know of a picture before it comes. Pure. */

/** Widths per height between which tiles are held. */
export const RATIO_MIN = 0.66;
export const RATIO_MAX = 1.5;
/** Items without dimensions (audio, not ready). */
export const UNKNOWN_RATIO = 1.2;
const STEPS = 250;
const UNKNOWN = 255;

/** Width ÷ height as the grid shows it; null dimensions are neutral. */
export function gridRatio(width: number | null, height: number | null): number {
  if (width === null || height === null || width <= 0 || height <= 0) {
    return UNKNOWN_RATIO;
  }
  return Math.min(RATIO_MAX, Math.max(RATIO_MIN, width / height));
}

export function ratioByte(width: number | null, height: number | null): number {
  if (width === null || height === null || width <= 0 || height <= 0) {
    return UNKNOWN;
  }
  return Math.round(((gridRatio(width, height) - RATIO_MIN) / (RATIO_MAX - RATIO_MIN)) * STEPS);
}

/** Off by less than a third of a percent. */
export function ratioOf(byte: number): number {
  return byte > STEPS ? UNKNOWN_RATIO : RATIO_MIN + (byte / STEPS) * (RATIO_MAX - RATIO_MIN);
}
