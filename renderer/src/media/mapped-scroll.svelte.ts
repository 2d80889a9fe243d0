/**
 * A million rows in a box that a browser can draw. Browsers cap the height of an element (Chromium near 33 million pixels, others lower),
 * so the box shows a stretch of the timeline: `base` is the place in the timeline of the box's own zero. While everything fits, the stretch
 * is everything. Lengths are CSS pixels.
 */

/** Far below every browser's cap, and more than a fling crosses. */
export const BOX_MOST = 8_000_000;
/** Nearer to an end of the box than this, the stretch is moved on. */
export const EDGE = 20_000;

export interface Extent {
  /** Height of the whole timeline. */
  readonly height: number;
  readonly viewport: number;
}

/** Height of the box's content. */
export const boxHeight = (base: number, { height, viewport }: Extent): number =>
  Math.max(viewport, Math.min(BOX_MOST, height - base));

/** The last place at which the timeline can stand. */
export const lastTop = ({ height, viewport }: Extent): number => Math.max(0, height - viewport);

/** Where the box begins so that `top` lies well inside, with the true ends of the timeline at its own ends. */
export function baseFor(top: number, { height }: Extent): number {
  return height <= BOX_MOST ? 0 : Math.round(Math.min(height - BOX_MOST, Math.max(0, top - BOX_MOST / 2)));
}

/** Whether the person could scroll past an end of the box that is no end of the timeline, or into nothing. */
export function isNearEdge(top: number, base: number, stretch: Extent): boolean {
  const scrollTop = top - base;
  const box = boxHeight(base, stretch);
  const above = base !== 0 && scrollTop < EDGE + Math.max(0, -base);
  const below = base + box < stretch.height && scrollTop > box - stretch.viewport - EDGE;
  return (above || below) && baseFor(top, stretch) !== base;
}

/** The content of a scroll box that shows a part of a long range: its position, and how the box follows it. */
export abstract class MappedScroll {
  /** Place of the upper edge of what is seen. */
  top = $state(0);
  /** Place at which the scroll box begins. */
  base = $state(0);
  viewport = $state(0);
  /** Tells the scroll box where to stand, and how high its content is; set by the component. */
  place: (scrollTop: number, height: number) => void = () => undefined;
  readonly boxHeight = $derived(boxHeight(this.base, this.#stretch()));

  /** Height of all of it. */
  abstract readonly height: number;
  /** Asks for what is near the viewport. */
  abstract load(): void;

  /** Takes the new place of the scroll box. Called for every scroll event: a delay here would show empty rows. */
  scrolled(scrollTop: number): void {
    this.top = Math.max(0, this.base + scrollTop);
    this.#keepFromEdges();
    this.load();
  }

  moveTo(top: number): void {
    const stretch = this.#stretch();
    this.top = Math.max(0, Math.min(top, lastTop(stretch)));
    const scrollTop = this.top - this.base;
    const inside = scrollTop >= 0 && scrollTop <= boxHeight(this.base, stretch) - this.viewport;
    if (!inside || isNearEdge(this.top, this.base, stretch)) {
      this.base = baseFor(this.top, stretch);
    }
    this.place(this.top - this.base, boxHeight(this.base, stretch));
    this.load();
  }

  /** The height of the content above has changed: the box keeps its position, and its zero moves. */
  protected shiftTo(top: number): void {
    this.base += top - this.top;
    this.top = top;
    this.#keepFromEdges();
  }

  #stretch(): Extent {
    return { height: this.height, viewport: this.viewport };
  }

  #keepFromEdges(): void {
    const stretch = this.#stretch();
    if (isNearEdge(this.top, this.base, stretch)) {
      this.base = baseFor(this.top, stretch);
      this.place(this.top - this.base, boxHeight(this.base, stretch));
    }
  }
}
