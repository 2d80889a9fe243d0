import type { MediaEntry } from '../../../../main/contract/shapes.ts';
import { drop } from '../../lib/drop.ts';
import type { Later } from './immersion.svelte.ts';
import type { ViewerModel } from './viewer-model.svelte.ts';

interface SlideshowPorts {
  readonly model: Pick<ViewerModel, 'entry' | 'following'>;
  readonly later: Later;
  /** How long each picture is shown. */
  readonly seconds: () => number;
  readonly show: (entry: MediaEntry) => void;
}

/** Goes on by itself from one stored item to the next older. A film or sound plays to its end. */
export class Slideshow {
  on = $state(false);
  readonly #ports: SlideshowPorts;
  readonly #id = $derived.by(() => this.#ports.model.entry?.id ?? null);
  readonly #isStored = $derived.by(() => this.#ports.model.entry?.state === 'stored');
  /** The film or sound that plays. */
  #plays = $state<number | null>(null);

  constructor(ports: SlideshowPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#plays = null;
    this.on = true;
  }

  stop(): void {
    this.on = false;
  }

  /** For an effect: waits as long as the item is to be shown; one that is not stored is passed at once. */
  readonly wait = (): (() => void) | undefined => {
    if (!this.on || this.#id === null || this.#plays === this.#id) {
      return undefined;
    }
    return this.#ports.later(this.#isStored ? this.#ports.seconds() * 1000 : 0, () => drop(this.#goOn()));
  };

  playing(id: number): void {
    this.#plays = id;
  }

  ended(): void {
    this.#plays = null;
    if (this.on) {
      drop(this.#goOn());
    }
  }

  async #goOn(): Promise<void> {
    const next = await this.#ports.model.following();
    if (next === null) {
      this.stop();
    } else if (this.on) {
      this.#ports.show(next);
    }
  }
}
