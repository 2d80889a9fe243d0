import type { FileJob, FileResult } from '../../index/files/calls.ts';
import type { Clock } from '../../lib/clock.ts';
import { Notifier } from '../../lib/notifier.ts';
import type { HostGauge } from './host-gauge.ts';
import { pageOf } from './plan-jobs.ts';

export interface FileQueuePorts {
  /** The next jobs in the order they should run, without those in `exclude`. */
  next(exclude: readonly number[], limit: number): Promise<FileJob[]>;
  /** How much is due now, how much waits for a later try of this run, and when the next of those is due. */
  backlog(): Promise<{ due: number; nextRetryAt: number | null }>;
  /**
   * Fetches one file; `onReceived` says that all its bytes are here, how many these are, and that only the disk is waited for. Never rejects but for bugs, `PauseAll`
   * and abort.
   */
  download(job: FileJob, signal: AbortSignal, onReceived: (bytes: number) => void): Promise<FileResult>;
  settle(results: readonly FileResult[]): Promise<void>;
  gaugeOf(job: FileJob): HostGauge;
  /** The job's link has ended at `now`: its page has to be listed again first. Asked of all waiting jobs whenever a file has ended. */
  isDead(job: FileJob, now: number): boolean;
  /** Lists the page that all these jobs came from again; resolves with what becomes of those that got no new link. Rejects as `download` does. */
  renew(jobs: readonly FileJob[], signal: AbortSignal): Promise<FileResult[]>;
}

export interface FileQueueOptions {
  readonly clock: Clock;
  /** Large files in flight at once while small ones wait too. */
  readonly largeAtOnce: number;
  /** A deferred retry further away than this is left to a later run, in ms. */
  readonly patienceMs: number;
}

const BUFFER = 400;
const REFILL_BELOW = 150;
/** Files held in memory until the disk has them: so many that one sync serves a hundred small ones, but no more bytes than these. */
const STORING_AT_ONCE = 256;
const STORING_BYTES = 32 * 1024 * 1024;
/** Pages listed again at the same time, for the links of their files. */
const RENEWALS_AT_ONCE = 3;
/** Files with dead links held in memory; more are left in the index until these have new ones. */
const DEAD_AT_ONCE = 1_000;
/** Results that the index has not entered yet: what a kill would cost is bounded, however slow the disk is. */
const RESULTS_AT_ONCE = 400;
const LARGE_BYTES = 8 * 1024 * 1024;

/** A file that gets its place in the large lane: known to be big, or of a kind that usually is. */
export function isLarge(job: FileJob): boolean {
  if (job.totalBytes !== null) {
    return job.totalBytes >= LARGE_BYTES;
  }
  return job.variant === 'full' && job.kind === 'video';
}

/**
 * Runs file jobs until none is due: as many at once as the hosts' gauges allow, large ones in a lane of their own. Files with dead links wait
 * by page, and take no place at their host until the page is listed again; that happens once few others are left to fetch. Results are
 * written in batches: while one is being written the next one gathers. Jobs live in the index; the queue only holds a window of them, so it
 * can be stopped or killed at any moment.
 */
export class FileQueue {
  readonly #ports: FileQueuePorts;
  readonly #options: FileQueueOptions;
  readonly #changed = new Notifier();
  readonly #inFlight = new Map<number, FileJob>();
  /** Those in flight whose bytes have all come, with how many: they take no place at their host any more. */
  readonly #storing = new Map<number, number>();
  #storingBytes = 0;
  /** Of all jobs that were ever in the buffer. */
  readonly #gauges = new Set<HostGauge>();
  #largeInFlight = 0;
  #buffer: FileJob[] = [];
  /** Files with dead links, by page. */
  readonly #dead = new Map<string, FileJob[]>();
  readonly #renewing = new Map<string, readonly FileJob[]>();
  #unsettled: FileResult[] = [];
  /** Being written: still `wanted` in the index. */
  #settling: readonly FileResult[] = [];
  /** The index had nothing more when it was last asked. */
  #drained = false;
  #generation = 0;
  #fault: Error | null = null;
  #settleBroken = false;
  /** When files that ended with `retry` are due again, in no order. */
  #retriesAt: number[] = [];

  constructor(ports: FileQueuePorts, options: FileQueueOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** New jobs may be in the index, or no more are coming. */
  wake(): void {
    this.#drained = false;
    this.#generation += 1;
    this.#changed.notify();
  }

  /**
   * Resolves when `moreComing()` is false and nothing is due; rejects with the first fault after what is under way has ended. May be called
   * again after it has ended, however it ended: a disk that was full may have room now.
   */
  async run(moreComing: () => boolean, signal: AbortSignal): Promise<void> {
    this.#reset();
    const stop = new AbortController();
    const onAbort = (): void => {
      stop.abort(signal.reason);
      this.#changed.notify();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
    try {
      await this.#loop(moreComing, stop.signal);
    } catch (error) {
      this.#fail(error);
    }
    signal.removeEventListener('abort', onAbort);
    stop.abort(this.#fault ?? signal.reason);
    await this.#drainInFlight();
    signal.throwIfAborted();
    if (this.#fault !== null) {
      throw this.#fault;
    }
  }

  #reset(): void {
    this.#buffer = [];
    this.#dead.clear();
    this.#unsettled = [];
    this.#retriesAt = [];
    this.#drained = false;
    this.#fault = null;
    this.#settleBroken = false;
  }

  async #loop(moreComing: () => boolean, signal: AbortSignal): Promise<void> {
    while (!this.#stopped(signal)) {
      const changed = this.#changed.next();
      const more = moreComing();
      this.#noteRetriesDue();
      await this.#refill();
      if (this.#stopped(signal)) {
        return;
      }
      // One look at the clock: a pause that ends between two would be neither over nor waited for.
      const now = this.#options.clock.now();
      this.#startWhatFits(now, signal);
      this.#startRenewals(signal);
      if (this.#busy() || this.#buffer.length > 0 || more) {
        await this.#waitFor(changed, now, signal);
      } else if (this.#drained && (await this.#nothingLeft(signal))) {
        return;
      }
    }
  }

  /** Asked again after each wait: much may have happened meanwhile. */
  #stopped(signal: AbortSignal): boolean {
    return signal.aborted || this.#fault !== null;
  }

  /** A retry that has come due is in the index, which had nothing more when it was last asked. */
  #noteRetriesDue(): void {
    const now = this.#options.clock.now();
    const waiting = this.#retriesAt.filter((at) => at > now);
    this.#drained &&= waiting.length === this.#retriesAt.length;
    this.#retriesAt = waiting;
  }

  #busy(): boolean {
    const underWay = this.#inFlight.size + this.#dead.size + this.#renewing.size;
    return underWay > 0 || this.#unsettled.length > 0 || this.#settling.length > 0;
  }

  async #refill(): Promise<void> {
    if (this.#drained || this.#buffer.length >= REFILL_BELOW) {
      return;
    }
    const generation = this.#generation;
    const taken = new Set<number>(this.#inFlight.keys());
    for (const held of [
      this.#settling,
      this.#unsettled,
      this.#buffer,
      ...this.#dead.values(),
      ...this.#renewing.values(),
    ]) {
      for (const { fileId } of held) {
        taken.add(fileId);
      }
    }
    const jobs = await this.#ports.next([...taken], BUFFER - this.#buffer.length);
    if (generation !== this.#generation) {
      // Links were renewed or pages written while the index answered: what it said may be old.
      return;
    }
    this.#buffer.push(...jobs);
    for (const job of jobs) {
      this.#gauges.add(this.#ports.gaugeOf(job));
    }
    this.#drained = jobs.length === 0;
  }

  #startWhatFits(now: number, signal: AbortSignal): void {
    const free = this.#freePlaces(now);
    const smallWaits = this.#buffer.some((job) => !isLarge(job));
    const kept: FileJob[] = [];
    let looked = 0;
    this.#putDeadAside(now);
    for (const job of this.#buffer) {
      const results = this.#unsettled.length + this.#settling.length;
      const isDiskBehind = this.#storing.size >= STORING_AT_ONCE || this.#storingBytes >= STORING_BYTES;
      if (free.size === 0 || isDiskBehind || results >= RESULTS_AT_ONCE) {
        break;
      }
      looked += 1;
      const gauge = this.#ports.gaugeOf(job);
      const places = free.get(gauge) ?? 0;
      const laneFull = smallWaits && isLarge(job) && this.#largeInFlight >= this.#options.largeAtOnce;
      if (places === 0 || laneFull) {
        kept.push(job);
        continue;
      }
      if (places === 1) {
        free.delete(gauge);
      } else {
        free.set(gauge, places - 1);
      }
      this.#start(job, signal);
    }
    this.#buffer = [...kept, ...this.#buffer.slice(looked)];
  }

  #putDeadAside(now: number): void {
    let held = 0;
    for (const jobs of [...this.#dead.values(), ...this.#renewing.values()]) {
      held += jobs.length;
    }
    this.#buffer = this.#buffer.filter((job) => {
      if (held >= DEAD_AT_ONCE || !this.#ports.isDead(job, now)) {
        return true;
      }
      held += 1;
      const page = pageOf(job);
      this.#dead.set(page, [...(this.#dead.get(page) ?? []), job]);
      return false;
    });
  }

  /** Late, so that as many files of a page as possible have shown by then whether their links work: one listing serves them all. */
  #startRenewals(signal: AbortSignal): void {
    for (const [page, jobs] of this.#dead) {
      if (this.#renewing.size >= RENEWALS_AT_ONCE || this.#buffer.length >= REFILL_BELOW) {
        return;
      }
      if (!this.#renewing.has(page)) {
        this.#dead.delete(page);
        this.#renew(page, jobs, signal);
      }
    }
  }

  #renew(page: string, jobs: readonly FileJob[], signal: AbortSignal): void {
    this.#renewing.set(page, jobs);
    this.#ports
      .renew(jobs, signal)
      .then(
        (results) => {
          this.#unsettled.push(...results);
          // Jobs taken with the old links are read again.
          this.#dead.delete(page);
          this.#buffer = this.#buffer.filter((job) => pageOf(job) !== page);
        },
        (error: unknown) => {
          if (!signal.aborted) {
            this.#fail(error);
          }
        },
      )
      .finally(() => {
        this.#renewing.delete(page);
        this.#settle();
        this.wake();
      });
  }

  /** Hosts that may get another transfer now, and how many. */
  #freePlaces(now: number): Map<HostGauge, number> {
    const busy = new Map<HostGauge, number>();
    for (const job of this.#inFlight.values()) {
      if (!this.#storing.has(job.fileId)) {
        const gauge = this.#ports.gaugeOf(job);
        busy.set(gauge, (busy.get(gauge) ?? 0) + 1);
      }
    }
    const free = new Map<HostGauge, number>();
    for (const gauge of this.#gauges) {
      const places = gauge.limit(now) - (busy.get(gauge) ?? 0);
      if (places > 0) {
        free.set(gauge, places);
      }
    }
    return free;
  }

  #start(job: FileJob, signal: AbortSignal): void {
    const large = isLarge(job) ? 1 : 0;
    this.#inFlight.set(job.fileId, job);
    this.#largeInFlight += large;
    const ended = (): void => {
      this.#inFlight.delete(job.fileId);
      this.#storingBytes -= this.#storing.get(job.fileId) ?? 0;
      this.#storing.delete(job.fileId);
      this.#largeInFlight -= large;
      this.#settle();
      this.#changed.notify();
    };
    const onReceived = (bytes: number): void => {
      this.#storing.set(job.fileId, bytes);
      this.#storingBytes += bytes;
      this.#changed.notify();
    };
    this.#ports.download(job, signal, onReceived).then(
      (result) => {
        this.#unsettled.push(result);
        ended();
      },
      (error: unknown) => {
        if (!signal.aborted) {
          this.#fail(error);
        }
        ended();
      },
    );
  }

  /** One batch at a time, so results reach the index in the order they came. */
  #settle(): void {
    if (this.#settling.length > 0 || this.#unsettled.length === 0 || this.#settleBroken) {
      return;
    }
    this.#settling = this.#unsettled;
    this.#unsettled = [];
    const retriesAt = this.#settling.flatMap((result) => (result.outcome === 'retry' ? [result.retryAt] : []));
    this.#ports
      .settle(this.#settling)
      .catch((error: unknown) => {
        this.#settleBroken = true;
        this.#fail(error);
      })
      .finally(() => {
        this.#settling = [];
        this.#retriesAt.push(...retriesAt);
        this.#settle();
        this.#changed.notify();
      });
  }

  #fail(error: unknown): void {
    this.#fault ??= error instanceof Error ? error : new Error(String(error));
    this.#changed.notify();
  }

  /** True when nothing is due any more in this run; otherwise waits for the next retry and says false. */
  async #nothingLeft(signal: AbortSignal): Promise<boolean> {
    const backlog = await this.#ports.backlog();
    const now = this.#options.clock.now();
    if (backlog.due === 0 && (backlog.nextRetryAt === null || backlog.nextRetryAt > now + this.#options.patienceMs)) {
      return true;
    }
    if (backlog.due === 0 && backlog.nextRetryAt !== null) {
      await this.#options.clock.sleep(Math.max(1, backlog.nextRetryAt - now), signal).catch(() => undefined);
    }
    this.#drained = false;
    return false;
  }

  /** Waits until something ends or comes; at most until a pause that a host had at `now` is over or the next retry of this run is due. */
  async #waitFor(changed: Promise<void>, now: number, signal: AbortSignal): Promise<void> {
    const pauses = [...this.#gauges].map((gauge) => gauge.pausedUntil).filter((until) => until > now);
    const next = [...pauses, ...this.#retriesAt].reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    if (next === Number.POSITIVE_INFINITY) {
      await changed;
      return;
    }
    const over = new AbortController();
    const slept = this.#options.clock
      .sleep(Math.max(1, next - now), AbortSignal.any([over.signal, signal]))
      .catch(() => undefined);
    await Promise.race([changed, slept]);
    over.abort();
  }

  async #drainInFlight(): Promise<void> {
    for (;;) {
      const changed = this.#changed.next();
      this.#settle();
      if (
        this.#inFlight.size === 0 &&
        this.#renewing.size === 0 &&
        this.#settling.length === 0 &&
        (this.#unsettled.length === 0 || this.#settleBroken)
      ) {
        return;
      }
      await changed;
    }
  }
}
