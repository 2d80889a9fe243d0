import type { Readable } from 'node:stream';

/** A download was stopped because it received almost nothing while others ran well. The received bytes are kept. */
export class TooSlow extends Error {
  constructor() {
    super('the media host sent this file too slowly');
    this.name = 'TooSlow';
  }
}

/** How often the bodies under way are looked at, in ms. Only those that were open for all of this time are judged. */
export const LOOK_EVERY_MS = 20_000;
/** Bytes a second below which a body of each lane may be cut, when others come well. */
const LEAST = { small: 1024, large: 16 * 1024 };
/** A body this many times slower than its share of what all together received is not slowed by the line. */
const BELOW_SHARE = 10;
/** Bytes a second below which a body stands still, whatever the others do. */
const STANDS_STILL = 16;

interface Moving {
  readonly isLarge: boolean;
  readonly bodies: Readable[];
  /** The person's limit of bandwidth slows it: how fast it comes says nothing about the host. */
  readonly isLimited: boolean;
  done: number;
  /** Bytes at the last look; null = it was not open then. */
  before: number | null;
}

/**
 * Finds bodies that trickle, so that they do not hold places for hours. A body is cut when it comes more slowly than its lane's least rate
 * and far more slowly than its share; on a line where everything is slow, nothing falls below its share. A body that waits for this
 * machine's disk, or has all come, is not judged.
 */
export class SlowBodies {
  readonly #moving = new Map<number, Moving>();
  #received = 0;

  /** A body of this file has begun, at byte `startsAt` of the whole. */
  begin(fileId: number, file: { body: Readable; isLarge: boolean; isLimited: boolean; startsAt: number }): void {
    const known = this.#moving.get(fileId);
    if (known !== undefined) {
      known.bodies.push(file.body);
      return;
    }
    const { body, isLarge, isLimited, startsAt } = file;
    this.#moving.set(fileId, { isLarge, isLimited, bodies: [body], done: startsAt, before: null });
  }

  /** So many bytes of the whole file are here. */
  note(fileId: number, done: number): void {
    const moving = this.#moving.get(fileId);
    if (moving !== undefined) {
      this.#received += Math.max(0, done - moving.done);
      moving.done = done;
    }
  }

  end(fileId: number): void {
    this.#moving.delete(fileId);
  }

  /** Cuts the bodies that have trickled since the last look, `seconds` ago. Returns the ids of their files. */
  look(seconds: number): number[] {
    const share = this.#received / Math.max(1, this.#moving.size);
    const cut: number[] = [];
    for (const [fileId, moving] of this.#moving) {
      const { before, done } = moving;
      moving.before = done;
      if (before !== null && isTooSlow(moving, done - before, share, seconds)) {
        cut.push(fileId);
        for (const body of moving.bodies) {
          body.destroy(new TooSlow());
        }
      }
    }
    this.#received = 0;
    return cut;
  }
}

function isTooSlow(moving: Moving, got: number, share: number, seconds: number): boolean {
  const open = moving.bodies.filter((body) => !body.readableEnded && !body.destroyed);
  if (moving.isLimited || open.length === 0 || open.some((body) => body.readableLength > 0)) {
    return false;
  }
  const least = moving.isLarge ? LEAST.large : LEAST.small;
  return got < STANDS_STILL * seconds || (got < least * seconds && got * BELOW_SHARE < share);
}
