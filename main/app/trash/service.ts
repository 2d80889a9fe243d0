import PQueue from 'p-queue';
import type { MarkChange, MediaSelection, TrashEmptied } from '../../contract/browse-shapes.ts';
import type { RemovedChoice } from '../../index/trash/calls.ts';
import { StoreError } from '../../files/interface.ts';
import { readOnly, type Core } from '../core/core.ts';
import { Refusal } from '../kernel/refusal.ts';

export interface TrashServicePorts {
  readonly core: Core;
  /** Something else reads or writes the files of the library; null = nothing. */
  blockedBy(): string | null;
  /** Media went or came back. */
  onChange(): void;
}

/** Media in one write: some tens of milliseconds, so that a sync hardly waits. */
const SLICE = 250;

/** Removing media, bringing them back, deleting them for good: one after the other, each in slices between which other writes continue. */
export class TrashService {
  readonly #ports: TrashServicePorts;
  readonly #queue = new PQueue({ concurrency: 1 });
  /** Emptyings that were asked for and have not ended: two windows may ask at once. */
  #emptyings = 0;
  #closed = false;

  constructor(ports: TrashServicePorts) {
    this.#ports = ports;
  }

  /** Files of the store are being deleted: nothing may be stored or checked meanwhile. */
  get isEmptying(): boolean {
    return this.#emptyings > 0;
  }

  async remove(selection: MediaSelection): Promise<MarkChange> {
    return await this.#alone(async () => {
      const { write } = this.#ports.core.index;
      const removal = await write.beginRemoval({ at: this.#now() });
      let changed = 0;
      for (let after: string | null = null; ;) {
        const slice: { changed: number; next: string | null } = await write.removeMedia({
          removal,
          selection,
          after,
          limit: SLICE,
          at: this.#now(),
        });
        changed += slice.changed;
        after = slice.next;
        if (after === null || this.#closed) {
          break;
        }
      }
      return { changed, undo: changed === 0 ? null : removal };
    });
  }

  /** How many came back. */
  async restore(which: RemovedChoice): Promise<number> {
    return await this.#alone(async () => {
      let restored = 0;
      for (const part of partsOf(which)) {
        for (let more = true; more && !this.#closed;) {
          const slice = await this.#ports.core.index.write.restoreMedia({ which: part, limit: SLICE, at: this.#now() });
          restored += slice.restored;
          more = slice.more;
        }
      }
      return restored;
    });
  }

  /**
   * The index first: a file is deleted only after nothing names it any more, so that a kill between the two leaves a file too many, which a
   * check finds, and never a name without its file. Refusal `busy` while something else works on the files.
   */
  async empty(which: RemovedChoice): Promise<TrashEmptied> {
    if (this.#ports.core.isReadOnly) {
      throw readOnly();
    }
    const blocked = this.#ports.blockedBy();
    if (blocked !== null) {
      throw new Refusal('busy', blocked, 'Wait for it or cancel it, then empty the trash.');
    }
    this.#emptyings += 1;
    try {
      return await this.#alone(async () => {
        const { index, store } = this.#ports.core;
        const sum = { media: 0, files: 0, bytes: 0 };
        await store.ensureRoom(0).catch((error: unknown) => {
          // A full disk is a reason to empty the trash; an absent one is not.
          if (!(error instanceof StoreError && error.code === 'disk_full')) {
            throw error;
          }
        });
        for (const part of partsOf(which)) {
          for (let more = true; more && !this.#closed;) {
            const slice = await index.write.emptyTrash({ which: part, limit: SLICE, at: this.#now() });
            await store.discard(slice.unused);
            sum.media += slice.media;
            sum.files += slice.unused.length;
            sum.bytes += slice.unused.reduce((bytes, blob) => bytes + blob.bytes, 0);
            more = slice.more;
          }
        }
        return sum;
      });
    } finally {
      this.#emptyings -= 1;
    }
  }

  /** Ends after the slice that is being written: the rest stays as it was. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.onIdle();
  }

  async #alone<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await this.#queue.add(work);
    } finally {
      this.#ports.onChange();
    }
  }

  #now(): number {
    return this.#ports.core.ports.clock.now();
  }
}

/** Named ones in slices, so that no write looks at all of them. */
function partsOf(which: RemovedChoice): RemovedChoice[] {
  if (!('refs' in which)) {
    return [which];
  }
  const parts: RemovedChoice[] = [];
  for (let from = 0; from < which.refs.length; from += SLICE) {
    parts.push({ refs: which.refs.slice(from, from + SLICE) });
  }
  return parts;
}
