import { formatRoute, parseRoute, type Route } from './route.ts';

/** The part of a window that holds where one is. */
export interface HistoryWindow {
  readonly location: { readonly hash: string };
  readonly history: Pick<History, 'state' | 'pushState' | 'replaceState' | 'back' | 'forward'>;
  addEventListener(event: 'popstate', listener: () => void): void;
}

/**
 * Where the person is. Every change is an entry of the browser's history, so Back works and a reload keeps the place. A link to a place
 * needs no handler: `href={formatRoute(…)}` is enough.
 */
export class Router {
  route = $state.raw<Route>(parseRoute(''));
  /** How many entries were made here: Back is offered only while it stays in the app. */
  depth = $state(0);
  /** The deepest entry of this page's life: Forward is offered below it. */
  furthest = $state(0);
  readonly #window: HistoryWindow;
  readonly #moves = new Set<() => void>();

  constructor(window: HistoryWindow) {
    this.#window = window;
    this.route = parseRoute(window.location.hash);
    this.depth = readDepth(window.history.state);
    this.furthest = this.depth;
    window.history.replaceState({ depth: this.depth }, '');
    window.addEventListener('popstate', () => {
      this.route = parseRoute(window.location.hash);
      // Entries of this app have a depth: one without was made by a link.
      if (window.history.state === null) {
        this.#push(() => window.history.replaceState({ depth: this.depth }, ''));
      } else {
        this.depth = readDepth(window.history.state);
      }
      this.#moved();
    });
  }

  go(route: Route): void {
    const url = formatRoute(route);
    if (url === formatRoute(this.route)) {
      return;
    }
    this.#push(() => this.#window.history.pushState({ depth: this.depth }, '', url));
    this.route = route;
    this.#moved();
  }

  #push(keep: () => void): void {
    this.depth += 1;
    this.furthest = this.depth;
    keep();
  }

  /** Changes the place without a step for Back: for what changes all the time, like the month in view. */
  replace(route: Route): void {
    this.#window.history.replaceState({ depth: this.depth }, '', formatRoute(route));
    this.route = route;
  }

  /** Calls `then` whenever another place is shown. Answers with what ends it. */
  onMove(then: () => void): () => void {
    this.#moves.add(then);
    return () => this.#moves.delete(then);
  }

  #moved(): void {
    for (const then of [...this.#moves]) {
      then();
    }
  }

  back(): void {
    this.#window.history.back();
  }

  forward(): void {
    this.#window.history.forward();
  }

  /** Goes one step back if that stays in the app, else to `otherwise`. */
  leave(otherwise: Route): void {
    if (this.depth > 0) {
      this.back();
    } else {
      this.replace(otherwise);
    }
  }
}

function readDepth(state: unknown): number {
  return typeof state === 'object' && state !== null && 'depth' in state && typeof state.depth === 'number'
    ? state.depth
    : 0;
}
