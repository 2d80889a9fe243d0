/** Films and sounds that are played with the app's own controls. */

const RATES = [1, 1.5, 2, 0.5] as const;
const STEP_SECONDS = 5;

/** Kept from one film or sound to the next. */
export const speaker = $state<{ volume: number; muted: boolean; rate: (typeof RATES)[number] }>({
  volume: 1,
  muted: false,
  rate: 1,
});

export function nextRate(): void {
  speaker.rate = RATES[(RATES.indexOf(speaker.rate) + 1) % RATES.length] ?? 1;
}

let playing: HTMLMediaElement | null = null;

/** One at a time: what plays stops what played before. */
export function playAlone(element: HTMLMediaElement): void {
  if (playing !== element) {
    playing?.pause();
    playing = element;
  }
}

/** One film or sound: its state is bound to the element. Times in seconds. */
export class Playback {
  element = $state<HTMLMediaElement | null>(null);
  paused = $state(true);
  time = $state(0);
  /** NaN until the element knows it. */
  measured = $state(Number.NaN);
  readonly length: number = $derived.by(() => (Number.isFinite(this.measured) ? this.measured : this.#listed() / 1000));
  /** 0 to 1. */
  readonly played: number = $derived(this.length > 0 ? Math.min(1, this.time / this.length) : 0);
  readonly #listed: () => number;

  /** `listed`: the length that the service tells, in milliseconds; 0 = none. */
  constructor(listed: () => number) {
    this.#listed = listed;
  }

  play(): void {
    // Refused where the file cannot be played, which the element says itself, and where a page may not start a sound.
    this.element?.play().catch(() => undefined);
  }

  toggle(): void {
    if (this.element?.paused === true) {
      this.play();
    } else {
      this.element?.pause();
    }
  }

  /** Before anything is loaded, playing starts there. */
  seek(seconds: number): void {
    if (this.element !== null && this.length > 0) {
      this.element.currentTime = Math.min(Math.max(0, seconds), this.length);
    }
  }

  /** Arrow keys on a slider: 5 seconds, or a tenth of what is short. */
  readonly step = (event: KeyboardEvent): void => {
    const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
    const step = Object.entries(steps).find(([key]) => key === event.key)?.[1];
    if (step !== undefined) {
      event.preventDefault();
      this.seek(this.time + step * Math.min(STEP_SECONDS, this.length / 10));
    }
  };
}
