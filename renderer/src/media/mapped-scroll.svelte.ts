import { baseFor, boxHeight, isNearEdge, lastTop, type Stretch } from './scroll-map.ts';

/** The content of a scroll box that shows a part of a long range (`scroll-map.ts`): its position, and how the box follows it. Lengths are CSS pixels. */
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

  #stretch(): Stretch {
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
