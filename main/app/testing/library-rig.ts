/** A library in a throw-away folder, synced from a sandbox, and compared with what the sandbox knows to be true. For tests and benches. */
import type { SyncProgress } from '../../contract/shapes.ts';
import Database from 'better-sqlite3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../lib/clock.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/testing/sandbox.ts';
import type { SyncAnswer, SyncOptions } from '../../sync/run/sync-types.ts';
import { Core } from '../core/core.ts';
import { memorySecrets, RIG_SYNC, RIG_TUNING } from './rig-settings.ts';
import { compareWithTruth, type TruthReport } from './truth-check.ts';

export interface RigOptions {
  readonly sandbox?: SandboxOptions;
  /** An account's request budget; 0 = none. */
  readonly ratePerMinute?: number;
  readonly clock?: Clock;
  readonly reserveBytes?: number;
}

/** A sandbox and a library folder; the library is opened and closed as a test likes, as after a crash or a new start. */
export class LibraryRig {
  readonly sandbox: Sandbox;
  readonly root: string;
  readonly #options: RigOptions;
  readonly #folder: string;
  #core: Core | null = null;

  private constructor(sandbox: Sandbox, folder: string, options: RigOptions) {
    this.sandbox = sandbox;
    this.#folder = folder;
    this.root = join(folder, 'library');
    this.#options = options;
  }

  static async start(options: RigOptions = {}): Promise<LibraryRig> {
    const folder = await mkdtemp(join(tmpdir(), 'chatkeep-rig-'));
    return new LibraryRig(await startSandbox(options.sandbox), folder, options);
  }

  async core(): Promise<Core> {
    this.#core ??= await Core.open(
      { libraryDir: this.root, mode: 'write', create: true, reserveBytes: this.#options.reserveBytes ?? 0 },
      {
        clock: this.#options.clock ?? systemClock,
        random: Math.random,
        secrets: memorySecrets(),
        version: '0.0.0-test',
        pid: process.pid,
        environment: {
          key: this.sandbox.key,
          connectionId: this.sandbox.connection,
          apiBase: this.sandbox.api,
          ratePerMinute: this.#options.ratePerMinute ?? 0,
        },
        tuning: RIG_TUNING,
        // Starting threads is half of what a small library costs. Children of kill tests and the app's own tests have as many as people do.
        threads: { readers: 1, files: 1 },
        log: () => undefined,
      },
    );
    return this.#core;
  }

  async sync(
    options: Partial<SyncOptions> = {},
    signal: AbortSignal = new AbortController().signal,
    onProgress?: (progress: SyncProgress) => void,
  ): Promise<SyncAnswer> {
    const core = await this.core();
    const [account] = await core.accounts.forRun(signal);
    if (account === undefined) {
      throw new Error('the rig has no account');
    }
    return await core.sync(account, { ...RIG_SYNC, ...options }, signal, onProgress);
  }

  compare(): Promise<TruthReport> {
    return compareWithTruth(this.root, this.sandbox);
  }

  /** Reads the index as SQL, apart from the program's own reads. */
  query(sql: string, ...values: unknown[]): unknown[] {
    const db = new Database(join(this.root, 'index.sqlite'), { readonly: true });
    try {
      return db.prepare(sql).all(...values);
    } finally {
      db.close();
    }
  }

  async closeCore(): Promise<void> {
    await this.#core?.close();
    this.#core = null;
  }

  async end(): Promise<void> {
    await this.closeCore();
    await this.sandbox.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
