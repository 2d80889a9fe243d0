import type { Wait } from '../../contract/shapes.ts';
import { StoreError, type Store } from '../../files/interface.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';

const CHECK_EVERY_MS = 5_000;
const STOPS: ReadonlySet<StoreError['code']> = new Set(['disk_full', 'offline', 'unwritable']);

/** Everything stops: no room on the disk, media root offline or not to be written. Unfinished downloads are kept. */
export class PauseAll extends Error {
  override readonly cause: StoreError;

  constructor(cause: StoreError) {
    super(cause.message);
    this.name = 'PauseAll';
    this.cause = cause;
  }

  /** The pause behind an error of the store or the index; null when it is none. */
  static from(error: unknown): PauseAll | null {
    if (error instanceof PauseAll) {
      return error;
    }
    if (error instanceof StoreError && STOPS.has(error.code)) {
      return new PauseAll(error);
    }
    if (error instanceof AppError && error.code === 'disk_full') {
      return new PauseAll(new StoreError('disk_full', error.message, { cause: error }));
    }
    return null;
  }

  /** The same for a person. */
  toAppError(): AppError {
    const { cause } = this;
    if (cause.code === 'offline') {
      const hint = 'Connect the drive, then sync again. Nothing is lost.';
      return new AppError('media_offline', cause.message, hint, { cause });
    }
    if (cause.code === 'unwritable') {
      const hint = 'Check the drive and who owns the folder, then sync again. Nothing is lost.';
      return new AppError('library_unwritable', cause.message, hint, { cause });
    }
    const needed = cause.needed === null ? '' : ` ${Math.ceil(cause.needed / 1_000_000)} MB more are needed.`;
    const hint = 'Free some space, then sync again. Nothing is lost.';
    return new AppError('disk_full', `The disk is full.${needed}`, hint, { cause });
  }
}

/** Closed while nothing can be stored; both halves of a run wait at it, and it opens when there is room again. */
export class RoomGate {
  readonly #store: Pick<Store, 'ensureRoom'>;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #closed: { readonly wait: Wait; readonly over: Promise<void> } | null = null;

  constructor(store: Pick<Store, 'ensureRoom'>, clock: Clock, onChange: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** The reason for waiting; null while open. */
  get wait(): Wait | null {
    return this.#closed?.wait ?? null;
  }

  /** Resolves at once while open; else when it opens. Rejects on abort of whoever closed it. */
  passed(): Promise<void> {
    return this.#closed?.over ?? Promise.resolve();
  }

  /** Closes the gate, if it is not closed already, until the store has room again. Rejects on abort. */
  close(pause: PauseAll, signal: AbortSignal): Promise<void> {
    if (this.#closed === null) {
      const { code, needed } = pause.cause;
      const over = this.#untilRoom(signal).finally(() => {
        this.#closed = null;
        this.#onChange();
      });
      this.#closed = { wait: { reason: code === 'disk_full' ? 'disk' : 'offline', until: null, needed }, over };
      this.#onChange();
    }
    return this.#closed.over;
  }

  /** A file that was too large is then retried, and closes the gate again if it is still too large. Smaller files continue meanwhile. */
  async #untilRoom(signal: AbortSignal): Promise<void> {
    for (let room = false; !room;) {
      await this.#clock.sleep(CHECK_EVERY_MS, signal);
      room = await this.#store.ensureRoom(0).then(
        () => true,
        (error: unknown) => {
          if (error instanceof StoreError) {
            return false;
          }
          throw error;
        },
      );
    }
  }
}
