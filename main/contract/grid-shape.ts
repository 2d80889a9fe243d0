/** The shape of an item as one byte and its colour as two: all that the grid needs to know of a picture before it comes. Pure. */

/** Widths per height between which tiles are held. */
const RATIO_MIN = 0.66;
const RATIO_MAX = 1.5;
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

/** No colour is known, or there is no picture. */
export const NO_COLOUR = 0;

/** A colour (channels 0 to 255) in fifteen bits, five a channel. Never `NO_COLOUR`: the darkest is nearly black. */
export function colourCode(red: number, green: number, blue: number): number {
  const five = (channel: number): number => Math.min(31, Math.max(0, Math.round((channel / 255) * 31)));
  return Math.max(1, (five(red) << 10) | (five(green) << 5) | five(blue));
}

/** A colour as CSS has it; null for `NO_COLOUR`. */
export function cssColour(code: number): string | null {
  const eight = (shift: number): number => Math.round((((code >> shift) & 31) / 31) * 255);
  return code === NO_COLOUR ? null : `rgb(${String(eight(10))} ${String(eight(5))} ${String(eight(0))})`;
}

/** Shape and colour in one number, as the index keeps them in its rows. */
export const lookOf = (ratio: number, colour: number): number => colour * 256 + ratio;
