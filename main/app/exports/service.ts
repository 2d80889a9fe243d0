import type {
  ExportHooks,
  ExportOptions,
  ExportPreview,
  ExportProgress,
  ExportRunState,
  ExportStatus,
} from '../../contract/export-shapes.ts';
import { drop } from '../../lib/drop.ts';
import { Coalescer } from '../../lib/pace.ts';
import type { Core } from '../core/core.ts';
import { ExportSums } from './export-jobs.ts';
import { exportPreview } from './export-preview.ts';
import { screenWords } from './export-words.ts';
import { exportSelection } from './export-selection.ts';
import type { Logger } from '../kernel/log.ts';
import { Refusal, toWireError } from '../kernel/refusal.ts';

export interface ExportServicePorts {
  readonly core: Core;
  readonly log: Logger;
  onStatus(status: ExportStatus): void;
}

const EVERY_MS = 250;
const MOST_FAILURES = 50;
const PAUSABLE: ReadonlySet<ExportRunState> = new Set(['planning', 'writing', 'papers']);
/** A plan that is under way is made to its end; then nothing is written. */
const PAUSED = { state: 'paused', filesPerSecond: 0, bytesPerSecond: 0, secondsLeft: null } as const;

interface Running {
  readonly controller: AbortController;
  readonly gate: Gate;
  /** What a pause stands in. */
  paused: ExportRunState;
  done: Promise<void>;
}

/** Exports, one at a time, and previews of them. The last status stays until the library is closed. */
export class ExportService {
  /** Of exports that have ended. */
  readonly sums: ExportSums;
  readonly #ports: ExportServicePorts;
  #status: ExportStatus | null = null;
  #options: ExportOptions | null = null;
  #running: Running | null = null;
  #preview: { readonly controller: AbortController; readonly done: Promise<unknown> } | null = null;

  constructor(ports: ExportServicePorts) {
    this.#ports = ports;
    this.sums = new ExportSums(ports.core);
  }

  get status(): ExportStatus | null {
    return this.#status;
  }

  /** The options of the running or last export. */
  get options(): ExportOptions | null {
    return this.#options;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** A later preview takes the place of an earlier one: two that plan one folder would forget each other's plan. */
  async preview(options: ExportOptions, signal: AbortSignal): Promise<ExportPreview> {
    if (this.#running !== null && this.#options?.dir === options.dir) {
      throw new Refusal('busy', 'An export into this folder is running.', 'Wait for it, cancel it or choose another.');
    }
    const before = this.#preview;
    const controller = new AbortController();
    const work = (async (): Promise<ExportPreview> => {
      before?.controller.abort();
      await before?.done;
      return await exportPreview(this.#ports.core, options, AbortSignal.any([signal, controller.signal]));
    })();
    const done = work.catch(() => undefined);
    const current = { controller, done };
    this.#preview = current;
    try {
      return await work;
    } catch (error) {
      throw controller.signal.aborted ? new DOMException('A later preview took its place.', 'AbortError') : error;
    } finally {
      if (this.#preview === current) {
        this.#preview = null;
      }
    }
  }

  /** Begins an export and answers at once. Refusal `busy` while one runs. */
  start(options: ExportOptions): ExportStatus {
    if (this.#running !== null) {
      throw new Refusal('busy', 'An export is running.', 'Wait for it or cancel it.');
    }
    const running: Running = {
      controller: new AbortController(),
      gate: new Gate(),
      paused: 'planning',
      done: Promise.resolve(),
    };
    this.#running = running;
    this.#options = options;
    const gallery = options.sidecars.includes('html') && !options.zip;
    const status = { ...NOTHING_YET, gallery, dir: options.dir, startedAt: this.#ports.core.ports.clock.now() };
    this.#tell(status);
    running.done = this.#run(options, running, status);
    drop(running.done, (error) => this.#ports.log.error('an export failed', error));
    return status;
  }

  pause(): ExportStatus | null {
    if (this.#running !== null && this.#status !== null && PAUSABLE.has(this.#status.state)) {
      this.#running.gate.close();
      this.#running.paused = this.#status.state;
      this.#tell({ ...this.#status, ...PAUSED });
    }
    return this.#status;
  }

  resume(): ExportStatus | null {
    if (this.#running !== null && this.#status?.state === 'paused') {
      this.#running.gate.open();
      this.#tell({ ...this.#status, state: this.#running.paused });
    }
    return this.#status;
  }

  cancel(): ExportStatus | null {
    this.#running?.controller.abort();
    this.#running?.gate.open();
    return this.#status;
  }

  async close(): Promise<void> {
    this.cancel();
    this.#preview?.controller.abort();
    await Promise.all([this.#running?.done, this.#preview?.done]);
  }

  async #run(options: ExportOptions, running: Running, begun: ExportStatus): Promise<void> {
    const { core, log } = this.#ports;
    const { signal } = running.controller;
    let status = begun;
    const progress = new Coalescer(EVERY_MS, () =>
      this.#tell(running.gate.isClosed && PAUSABLE.has(status.state) ? { ...status, ...PAUSED } : status),
    );
    const change = (more: Partial<ExportStatus>): void => {
      status = { ...status, ...more };
      progress.poke();
    };
    try {
      this.#preview?.controller.abort();
      await this.#preview?.done;
      const answer = await exportSelection(
        core,
        options,
        signal,
        hooksOf(change, () => status, running.gate),
      );
      const { dir, written, skipped, renamed, failed, unavailable } = answer;
      status = { ...status, state: 'done', dir, written, skipped, renamed, failed, unavailable };
    } catch (error) {
      const problem = toWireError(screenWords(error), { call: 'export.start', aborted: signal.aborted, log });
      status = { ...status, ...(signal.aborted ? { state: 'stopped' } : { state: 'failed', problem }) };
    }
    status = { ...status, endedAt: core.ports.clock.now(), secondsLeft: null };
    running.gate.open();
    // Who hears of the end may begin the next one at once.
    this.#running = null;
    progress.end();
  }

  #tell(status: ExportStatus): void {
    this.#status = status;
    this.#ports.onStatus(status);
  }
}

function hooksOf(change: (more: Partial<ExportStatus>) => void, status: () => ExportStatus, gate: Gate): ExportHooks {
  return {
    onProgress: (progress) => change(factsOf(progress)),
    onNotice: (notice) => {
      if (notice.is === 'method') {
        change({ method: notice.method });
      }
    },
    onFailure: (failure) => {
      const { failures } = status();
      if (failures.length < MOST_FAILURES) {
        change({ failures: [...failures, failure] });
      }
    },
    whenGoing: () => gate.whenOpen(),
  };
}

/** That it is done is said with the numbers of the answer, not before. */
function factsOf({ phase, ...rest }: ExportProgress): Partial<ExportStatus> {
  return phase === 'done' ? rest : { ...rest, state: phase };
}

const NOTHING_YET = {
  state: 'planning',
  endedAt: null,
  files: { done: 0, total: 0 },
  bytes: { done: 0, total: 0 },
  pdf: null,
  filesPerSecond: 0,
  bytesPerSecond: 0,
  secondsLeft: null,
  method: null,
  written: 0,
  skipped: 0,
  renamed: 0,
  failed: 0,
  unavailable: 0,
  failures: [],
  problem: null,
} as const;

/** Lets through while it is open. */
class Gate {
  #opened: PromiseWithResolvers<undefined> | null = null;

  get isClosed(): boolean {
    return this.#opened !== null;
  }

  close(): void {
    this.#opened ??= Promise.withResolvers<undefined>();
  }

  open(): void {
    this.#opened?.resolve(undefined);
    this.#opened = null;
  }

  async whenOpen(): Promise<void> {
    await this.#opened?.promise;
  }
}
