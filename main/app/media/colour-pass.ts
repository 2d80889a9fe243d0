import type { UncolouredRow } from '../../index/files/calls.ts';
import { NO_COLOUR } from '../../contract/grid-shape.ts';
import { StoreError } from '../../files/interface.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Core } from '../core/core.ts';
import type { Logger } from '../kernel/log.ts';

export interface ColourPassPorts {
  readonly core: Core;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long the library rests before a pass begins, ms; null = there are no passes. */
  readonly restMs: number | null;
  /** Something else reads or writes many files; a pass gives way to it. */
  isBusy(): boolean;
  /** A pass ended that found colours. */
  onEnd(): void;
}

/** After each picture, so many times as long as it took: the pass is to take a tenth of one core at most. */
const RESTS = 9;
/** Pictures in one write. */
const BATCH = 50;

/**
 * Looks at the colours of stored pictures while nothing else works on the library: one picture at a time, with a long rest after each. What was looked at is kept in the index, so that a pass goes on where the last one ended.
 */
export class ColourPass {
  readonly #ports: ColourPassPorts;
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;

  constructor(ports: ColourPassPorts) {
    this.#ports = ports;
  }

  /** Something ended, or files came: begins a pass unless one is under way. */
  wake(): void {
    const { restMs, core, log } = this.#ports;
    if (restMs === null || core.isReadOnly || this.#running !== null || this.#closing.signal.aborted) {
      return;
    }
    this.#running = this.#run(restMs)
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) {
          log.error('colours of pictures could not be kept', error);
        }
      })
      .finally(() => {
        this.#running = null;
      });
  }

  /** Resolves once nothing is read or written any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(restMs: number): Promise<void> {
    const { core, clock } = this.#ports;
    await clock.sleep(restMs, this.#closing.signal);
    let found = 0;
    while (!this.#ports.isBusy()) {
      const rows = await core.index.read.uncoloured({ limit: BATCH });
      const colours: { mediaKey: number; colour: number }[] = [];
      for (const row of rows) {
        const begun = clock.now();
        const colour = await this.#colourOf(row);
        if (colour === null || this.#ports.isBusy()) {
          break;
        }
        colours.push({ mediaKey: row.mediaKey, colour });
        if (row.sha256 !== null) {
          await clock.sleep(RESTS * (clock.now() - begun), this.#closing.signal);
        }
      }
      await core.index.write.noteColours({ colours });
      found += colours.filter(({ colour }) => colour !== NO_COLOUR).length;
      if (colours.length < BATCH) {
        break;
      }
    }
    if (found > 0) {
      this.#ports.onEnd();
    }
  }

  /** Null: no picture can be looked at now. */
  async #colourOf({ sha256, ext }: UncolouredRow): Promise<number | null> {
    if (sha256 === null || ext === null) {
      return NO_COLOUR;
    }
    try {
      return await this.#ports.core.store.colour({ sha256, ext });
    } catch (error) {
      // A file that is gone has no colour; an absent drive says nothing of any file.
      return error instanceof StoreError && error.code === 'offline' ? null : NO_COLOUR;
    }
  }
}
