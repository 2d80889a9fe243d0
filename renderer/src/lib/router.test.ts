import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { ALL_MEDIA } from './route.ts';
import { Router } from './router.svelte.ts';

/** The history of a browser: entries, and the one that is shown. */
class Browser extends EventTarget {
  readonly location = { hash: '#/media' };
  readonly history = {
    state: null as unknown,
    pushState: (state: unknown, _: string, url?: string | URL | null) => this.#add(state, String(url)),
    replaceState: (state: unknown, _: string, url?: string | URL | null) => {
      this.#entries[this.#at] = { state, hash: url === undefined ? this.location.hash : String(url) };
      this.#show(this.#at);
    },
    back: () => this.#go(this.#at - 1),
    forward: () => this.#go(this.#at + 1),
  };
  readonly #entries: { readonly state: unknown; readonly hash: string }[] = [{ state: null, hash: '#/media' }];
  #at = 0;

  /** A link is pressed. */
  follow(hash: string): void {
    this.#add(null, hash);
    this.dispatchEvent(new Event('popstate'));
  }

  #add(state: unknown, hash: string): void {
    this.#entries.splice(this.#at + 1, Infinity, { state, hash });
    this.#show(this.#at + 1);
  }

  #go(at: number): void {
    this.#show(at);
    this.dispatchEvent(new Event('popstate'));
  }

  #show(at: number): void {
    this.#at = at;
    this.location.hash = this.#entries[at]?.hash ?? '';
    this.history.state = this.#entries[at]?.state;
  }
}

test('a link is a step as any other: Back leads from it, and Forward to it again', () => {
  const browser = new Browser();
  const router = new Router(browser);
  let moves = 0;
  router.onMove(() => (moves += 1));
  router.go({ place: 'library' });
  browser.follow('#/activity');
  flushSync();
  expect([router.route.place, router.depth, router.furthest, moves]).toEqual(['activity', 2, 2, 2]);
  router.back();
  router.back();
  expect([router.route, router.depth, router.furthest, moves]).toEqual([ALL_MEDIA, 0, 2, 4]);
  router.forward();
  expect([router.route.place, router.depth]).toEqual(['library', 1]);
  browser.follow('#/settings/about');
  expect([router.depth, router.furthest]).toEqual([2, 2]);
});
