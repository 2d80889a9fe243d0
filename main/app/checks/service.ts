import type { CheckReport } from '../../contract/shapes.ts';
import { Coalescer } from '../../lib/pace.ts';
import { readOnly, type Core } from '../core/core.ts';
import { readLastCheck } from './last-check.ts';
import type { Logger } from '../kernel/log.ts';
import { Refusal, toWireError } from '../kernel/refusal.ts';
import { verify, type VerifyAnswer } from './verify.ts';

export interface CheckServicePorts {
  readonly core: Core;
  readonly log: Logger;
  onReport(report: CheckReport): void;
  /** Called when a check or repair has ended, since any screen may show its result. */
  onEnd(): void;
  /** Whether a sync runs. */
  isSyncing(): boolean;
  /** Something needs the files to stay as they are; null = nothing. */
  repairBlockedBy(): string | null;
  /** Something else needs the files for itself now; null = nothing. */
  blockedBy(): string | null;
}

const EVERY_MS = 250;

/** Checks of the library against its disk, one at a time. */
export class CheckService {
  readonly #ports: CheckServicePorts;
  #report: CheckReport | null = null;
  #running: { readonly controller: AbortController; readonly repair: boolean; done: Promise<void> } | null = null;

  constructor(ports: CheckServicePorts) {
    this.#ports = ports;
  }

  /** Takes up what the last check found, before this start. */
  async open(): Promise<void> {
    const { library, ports } = this.#ports.core;
    this.#report ??= await readLastCheck(library.root, ports.log);
  }

  get report(): CheckReport | null {
    return this.#report;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** It fetches files, which a sync must not do at the same time. */
  get isRepairing(): boolean {
    return this.#running?.repair === true;
  }

  /** Begins a check and answers at once. Refusal `busy` while one runs, or, for a repair, while a sync runs. */
  start(options: { readonly deep: boolean; readonly repair: boolean }): void {
    if (this.#running !== null) {
      throw new Refusal('busy', 'A check is running.', 'Wait until it has ended.');
    }
    if (this.#ports.core.isReadOnly) {
      throw readOnly();
    }
    const blocked = this.#ports.blockedBy() ?? (options.repair ? this.#ports.repairBlockedBy() : null);
    if (blocked !== null) {
      throw new Refusal('busy', blocked, 'Wait until it has ended.');
    }
    if (options.repair && this.#ports.isSyncing()) {
      throw new Refusal('busy', 'A sync is running.', 'Wait for it or cancel it, then repair.');
    }
    const running = { controller: new AbortController(), repair: options.repair, done: Promise.resolve() };
    this.#running = running;
    running.done = this.#run(options, running.controller.signal).then((report) => {
      // Over before it is told to be: who hears the end may start the next.
      this.#running = null;
      this.#tell(report);
      this.#ports.onEnd();
    });
  }

  /** Resolves when nothing runs any more. */
  async cancel(): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    const running = this.#running;
    running?.controller.abort();
    await running?.done;
  }

  async #run(options: { readonly deep: boolean; readonly repair: boolean }, signal: AbortSignal): Promise<CheckReport> {
    const { core, log } = this.#ports;
    const now = (): number => core.ports.clock.now();
    let endedAt: number | null = null;
    let report: CheckReport = { ...NOTHING_YET, startedAt: now(), deep: options.deep };
    const progress = new Coalescer(EVERY_MS, () => this.#tell(report));
    this.#tell(report);
    try {
      const whole = await verify(core, options, signal, {
        onChecked: ({ checked, total }) => {
          report = { ...report, checked, total };
          progress.poke();
        },
        onRepair: () => undefined,
        onAccount: () => undefined,
        onProgress: () => undefined,
        onEnd: () => undefined,
      });
      report = { ...report, ...numbersOf(whole.answer), startedAt: whole.startedAt };
      ({ endedAt } = whole);
    } catch (error) {
      const fault = toWireError(error, { call: 'library.check', aborted: signal.aborted, log });
      log.warn('a check did not come to its end', { code: fault.code });
      report = { ...report, error: fault };
    }
    progress.end();
    return { ...report, endedAt: endedAt ?? now() };
  }

  #tell(report: CheckReport): void {
    this.#report = report;
    this.#ports.onReport(report);
  }
}

const NOTHING_YET = {
  endedAt: null,
  checked: 0,
  total: 0,
  ok: 0,
  missing: 0,
  corrupt: 0,
  orphan: 0,
  repaired: 0,
  error: null,
};

function numbersOf({ checked, ok, missing, corrupt, orphan, repaired }: VerifyAnswer): Partial<CheckReport> {
  return { checked, ok, missing, corrupt, orphan, repaired };
}
