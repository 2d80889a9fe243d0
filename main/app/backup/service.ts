import type {
  BackupProgress,
  BackupState,
  CopyKind,
  CopyOrder,
  LastBackup,
  LibraryCopy,
} from '../../contract/backup-shapes.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { givenPath } from '../../lib/given-path.ts';
import { Coalescer } from '../../lib/pace.ts';
import { dropMark } from '../../backup/backup-mark.ts';
import { outsideOf } from '../../backup/backup-target.ts';
import { readLastBackup } from '../../backup/last-backup.ts';
import { copyLibrary } from './copy-library.ts';
import type { Core } from '../core/core.ts';
import type { Logger } from '../kernel/log.ts';
import { Refusal, toWireError } from '../kernel/refusal.ts';

/** An open library, and a sentence for what works on its files; null = nothing. */
interface Copied {
  readonly core: Core;
  whatUsesFiles(): string | null;
  whatChangesFiles(): string | null;
}

export interface BackupServicePorts {
  readonly clock: Clock;
  readonly log: Logger;
  /** The open library; null = none. */
  session(): Copied | null;
  /** Closes the open library and opens this one. */
  openLibrary(path: string): Promise<unknown>;
  onCopy(copy: LibraryCopy): void;
}

const EVERY_MS = 250;
const MOST_TOLD = 20;

const RUNNING: Readonly<Record<CopyKind, string>> = {
  backup: 'A backup is running.',
  move: 'The library is being moved.',
  restore: 'A backup is being restored.',
};

/** Copies of the library as a whole, one at a time. It outlives the library that is open: a move and a restore end with another one. */
export class BackupService {
  readonly #ports: BackupServicePorts;
  #copy: LibraryCopy | null = null;
  #running: { readonly kind: CopyKind; readonly controller: AbortController; done: Promise<void> } | null = null;

  constructor(ports: BackupServicePorts) {
    this.#ports = ports;
  }

  /** A sentence that names the running task; null = none. The task needs the library's files to stay in place. */
  get running(): string | null {
    return this.#running === null ? null : RUNNING[this.#running.kind];
  }

  /** In words, when no sync may begin: the library will be another one at the end. */
  get replacing(): string | null {
    return this.#running?.kind === 'backup' ? null : this.running;
  }

  async state(): Promise<BackupState> {
    const session = this.#ports.session();
    return { last: session === null ? null : await lastOf(session), copy: this.#copy };
  }

  /** Begins and answers at once. Refusal `busy` while another one runs or something works on the files, `not_found` without a library to copy. */
  start(order: CopyOrder): LibraryCopy {
    if (this.running !== null) {
      throw new Refusal('busy', this.running, 'Wait for it or cancel it.');
    }
    const session = this.#ports.session();
    const blocked = session === null ? null : blockedBy(session, order.kind);
    if (blocked !== null) {
      throw new Refusal('busy', blocked, 'Wait for it or cancel it, then try again.');
    }
    const chosen = order.kind === 'restore' && order.from !== null ? givenPath(order.from) : null;
    if (chosen !== null && chosen === session?.core.library.root) {
      throw new AppError('usage', 'That folder is the library that is open.', 'Name the folder of a backup.');
    }
    const from = order.kind === 'restore' ? chosen : (session?.core.library.root ?? null);
    if (from === null) {
      throw new Refusal('not_found', 'There is no library to copy.', 'Choose the folder of a backup.');
    }
    const copy: LibraryCopy = {
      ...NOTHING_YET,
      kind: order.kind,
      from,
      to: givenPath(order.to),
      startedAt: this.#now(),
    };
    const running = { kind: order.kind, controller: new AbortController(), done: Promise.resolve() };
    this.#running = running;
    this.#copy = copy;
    running.done = this.#run(copy, running.controller.signal).then((ended) => {
      // Over before it is told to be: who hears the end may start the next.
      this.#running = null;
      this.#tell(ended);
    });
    return copy;
  }

  /** Resolves when nothing runs any more. The next one resumes where it stopped. */
  async cancel(): Promise<void> {
    const running = this.#running;
    running?.controller.abort();
    await running?.done;
  }

  async #run(begun: LibraryCopy, signal: AbortSignal): Promise<LibraryCopy> {
    const { log } = this.#ports;
    const telling = new Coalescer(EVERY_MS, () => {
      if (this.#copy !== null) {
        this.#ports.onCopy(this.#copy);
      }
    });
    this.#tell(begun);
    let error: LibraryCopy['error'] = null;
    try {
      await this.#copyAll(begun, signal, telling);
    } catch (fault) {
      error = toWireError(fault, { call: 'backup.start', aborted: signal.aborted, log });
      log.warn('a copy of the library did not come to its end', { kind: begun.kind, code: error.code });
    }
    telling.end();
    return { ...(this.#copy ?? begun), error, endedAt: this.#now() };
  }

  async #copyAll({ kind, from, to }: LibraryCopy, signal: AbortSignal, telling: Coalescer): Promise<void> {
    const session = this.#ports.session();
    if (kind === 'backup') {
      await this.#once({ from, to, as: 'backup', deep: false }, signal, telling);
      return;
    }
    if (kind === 'restore' && session !== null) {
      await outsideOf(to, session.core.library.root);
    }
    // Files of an earlier run are hashed too: this is the last comparison before the person may delete the other folder.
    const place = await this.#once({ from, to, as: 'library', deep: true }, signal, telling);
    if (kind === 'move' && session !== null) {
      await this.#moveOver(session, place, signal, telling);
    } else {
      await this.#open(place);
    }
    // The folder of a copy is the library from now on: no backup is to be written over it.
    await dropMark(place);
  }

  /** Copies the changes since the first copy began while writes are refused, then opens the other library. */
  async #moveOver(session: Copied, to: string, signal: AbortSignal, telling: Coalescer): Promise<void> {
    await session.core.freeze(RUNNING.move);
    try {
      await this.#once({ from: session.core.library.root, to, as: 'library', deep: false }, signal, telling);
      await this.#open(to);
    } finally {
      session.core.thaw();
    }
  }

  async #open(path: string): Promise<void> {
    this.#change({ phase: 'opening' });
    await this.#ports.openLibrary(path);
  }

  /** The folder as it is, links followed. */
  async #once(options: Parameters<typeof copyLibrary>[0], signal: AbortSignal, telling: Coalescer): Promise<string> {
    const answer = await copyLibrary(options, this.#ports.clock, signal, {
      onProgress: (progress) => {
        this.#take(progress);
        telling.poke();
      },
      onLost: ({ path }) => {
        const lost = this.#copy?.lost ?? [];
        this.#change({ lost: lost.length < MOST_TOLD && !lost.includes(path) ? [...lost, path] : lost });
      },
    });
    const { copied, there, damaged, missing } = answer;
    // A second look, at what came meanwhile, adds what it copied; all else it has counted again.
    const before = this.#copy?.copied ?? 0;
    this.#change({ to: answer.to, copied: before + copied, there: Math.max(0, there - before), damaged, missing });
    return answer.to;
  }

  #take({ index: _pages, phase, ...facts }: BackupProgress): void {
    this.#change({ ...facts, phase: phase === 'done' ? 'ending' : phase });
  }

  #change(facts: Partial<LibraryCopy>): void {
    this.#copy = this.#copy === null ? null : { ...this.#copy, ...facts };
  }

  #tell(copy: LibraryCopy): void {
    this.#copy = copy;
    this.#ports.onCopy(copy);
  }

  #now(): number {
    return this.#ports.clock.now();
  }
}

const NOTHING_YET = {
  endedAt: null,
  phase: 'index',
  files: { done: 0, total: 0 },
  bytes: { done: 0, total: 0 },
  bytesPerSecond: 0,
  secondsLeft: null,
  copied: 0,
  there: 0,
  damaged: 0,
  missing: 0,
  lost: [],
  error: null,
} as const;

/** A backup is taken beside a sync; what ends with another library is not. */
function blockedBy(session: Copied, kind: CopyKind): string | null {
  return session.whatChangesFiles() ?? (kind === 'backup' ? null : session.whatUsesFiles());
}

async function lastOf({ core }: Copied): Promise<LastBackup | null> {
  const last = await readLastBackup(core.library.root);
  if (last === null) {
    return null;
  }
  const { at, to, damaged, missing, newestBlob } = last;
  return { at, to, damaged, missing, newer: await core.index.read.blobsSince({ newestBlob }) };
}
