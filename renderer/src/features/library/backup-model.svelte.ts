import { untrack } from 'svelte';
import type { CopyKind, LastBackup, LibraryCopy } from '../../../../main/contract/backup-shapes.ts';
import type { Bridge } from '../../../../main/app/bridge.ts';
import type { WireError } from '../../../../main/contract/errors.ts';

/** Copies of the library as a whole: the last backup, the one that runs, and the dialog that asks where to. */
export class BackupModel {
  last = $state.raw<LastBackup | null>(null);
  copy = $state.raw<LibraryCopy | null>(null);
  /** The dialog that asks where to is open. */
  open = $state(false);
  /** The kind of copy that the dialog asks about, or last asked about. */
  kind = $state<CopyKind>('backup');
  from = $state('');
  to = $state('');
  /** Why it did not begin. */
  error = $state.raw<WireError | null>(null);
  readonly running = $derived(this.copy !== null && this.copy.endedAt === null);
  readonly ready = $derived(this.to.trim() !== '' && (this.kind !== 'restore' || this.from.trim() !== ''));
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Follows what the app tells, until the returned function is called. `onEnd` hears every end. */
  follow(onEnd: (copy: LibraryCopy) => void): () => void {
    return this.#bridge.subscribe('backup.progress', (copy) => {
      this.copy = copy;
      if (copy.endedAt !== null) {
        onEnd(copy);
      }
    });
  }

  async load(): Promise<void> {
    // An effect calls this. Read plainly, the copy would be its dependency, and each answer would ask again.
    const before = untrack(() => this.copy);
    const answer = await this.#bridge.call('backup.state', {});
    if (answer.ok) {
      this.last = answer.value.last;
      // What was told meanwhile is newer.
      if (this.copy === before) {
        this.copy = answer.value.copy;
      }
    }
  }

  /** Opens the dialog; a backup is offered the folder of the last one, a restore takes it from there. */
  ask(kind: CopyKind): void {
    const known = this.last?.to ?? '';
    this.open = true;
    this.kind = kind;
    this.error = null;
    this.from = kind === 'restore' ? known : '';
    this.to = kind === 'backup' ? known : '';
  }

  close(): void {
    this.open = false;
  }

  /** Begins what the dialog asks about, and closes it. */
  async start(): Promise<void> {
    const { kind } = this;
    if (!this.ready) {
      return;
    }
    await this.#begin(kind, kind === 'restore' ? this.from.trim() : null, this.to.trim());
    if (this.error === null) {
      this.close();
    }
  }

  /** Brings the last backup up to date. */
  async again(): Promise<void> {
    if (this.last !== null) {
      await this.#begin('backup', null, this.last.to);
    }
  }

  async stop(): Promise<void> {
    await this.#bridge.call('backup.cancel', {});
  }

  async #begin(kind: CopyKind, from: string | null, to: string): Promise<void> {
    const answer = await this.#bridge.call('backup.start', { kind, from, to });
    this.error = answer.ok ? null : answer.error;
  }
}
