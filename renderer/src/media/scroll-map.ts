/**
 * A million rows in a box that a browser can draw. Browsers cap the height of an element (Chromium near 33 million pixels, others lower),
 * so the box shows a stretch of the timeline: `base` is the place in the timeline of the box's own zero. While everything fits, the stretch
 * is everything. Pure. Lengths are CSS pixels.
 */

/** Far below every browser's cap, and more than a fling crosses. */
export const BOX_MOST = 8_000_000;
/** Nearer to an end of the box than this, the stretch is moved on. */
export const EDGE = 20_000;

export interface Stretch {
  /** Height of the whole timeline. */
  readonly height: number;
  readonly viewport: number;
}

/** Height of the box's content. */
export const boxHeight = (base: number, { height, viewport }: Stretch): number =>
  Math.max(viewport, Math.min(BOX_MOST, height - base));

/** The last place at which the timeline can stand. */
export const lastTop = ({ height, viewport }: Stretch): number => Math.max(0, height - viewport);

/** Where the box begins so that `top` lies well inside, with the true ends of the timeline at its own ends. */
export function baseFor(top: number, { height }: Stretch): number {
  return height <= BOX_MOST ? 0 : Math.round(Math.min(height - BOX_MOST, Math.max(0, top - BOX_MOST / 2)));
}

/** Whether the person could scroll past an end of the box that is no end of the timeline, or into nothing. */
export function isNearEdge(top: number, base: number, stretch: Stretch): boolean {
  const scrollTop = top - base;
  const box = boxHeight(base, stretch);
  const above = base !== 0 && scrollTop < EDGE + Math.max(0, -base);
  const below = base + box < stretch.height && scrollTop > box - stretch.viewport - EDGE;
  return (above || below) && baseFor(top, stretch) !== base;
}
