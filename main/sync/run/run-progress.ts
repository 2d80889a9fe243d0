import type { RunCounters, SyncProgress, Wait } from '../../contract/shapes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { FetchingRun } from './fetching-run.ts';
import { Coalescer, RateMeter } from '../../lib/pace.ts';
import type { RoomGate } from '../kernel/room-gate.ts';
import type { RunTally } from '../kernel/run-tally.ts';
import type { ServiceMeter } from '../kernel/service-meter.ts';

const EVERY_MS = 250;
const RATE_WINDOW_MS = 10_000;
const NOTE_EVERY_MS = 5_000;

export interface RunProgressPorts {
  readonly runId: number;
  readonly clock: Clock;
  readonly tally: RunTally;
  readonly meter: ServiceMeter;
  readonly room: RoomGate;
  readonly fetching: () => FetchingRun;
  /** Told at most four times a second, and once at the end. */
  readonly onProgress: ((progress: SyncProgress) => void) | undefined;
  /** Now and then: the counters belong in the index, so that a killed run still shows what it did. */
  readonly onNote: (counters: RunCounters) => void;
}

/** The progress of a run. */
export class RunProgress {
  readonly #ports: RunProgressPorts;
  readonly #coalescer: Coalescer;
  readonly #files = new RateMeter(RATE_WINDOW_MS);
  readonly #bytes = new RateMeter(RATE_WINDOW_MS);
  readonly #requestsBefore: number;
  readonly #waitedBefore: number;
  readonly listing = new Set<number>();
  phase: SyncProgress['phase'] = 'chats';
  chatsTotal = 0;
  filesWanted = 0;
  #notedAt = 0;

  constructor(ports: RunProgressPorts) {
    this.#ports = ports;
    this.#requestsBefore = ports.meter.requests;
    this.#waitedBefore = ports.meter.waitedMs;
    this.#coalescer = new Coalescer(EVERY_MS, () => this.#emit());
    ports.meter.onChange = () => this.poke();
  }

  poke(): void {
    this.#coalescer.poke();
  }

  end(): void {
    this.#ports.meter.onChange = () => undefined;
    this.phase = 'ending';
    this.#coalescer.end();
  }

  /** The numbers as they are now. */
  counters(): RunCounters {
    const { tally, meter } = this.#ports;
    tally.requests = meter.requests - this.#requestsBefore;
    tally.waitedMs = meter.waitedMs - this.#waitedBefore;
    return tally.snapshot();
  }

  #emit(): void {
    const { runId, clock, onProgress, onNote } = this.#ports;
    const fetching = this.#ports.fetching();
    const now = clock.now();
    const counters = this.counters();
    this.#files.note(now, counters.files.downloaded);
    this.#bytes.note(now, counters.files.bytes + fetching.bytesInFlight);
    if (now - this.#notedAt > NOTE_EVERY_MS && this.phase !== 'ending') {
      this.#notedAt = now;
      onNote(counters);
    }
    const filesLeft = Math.max(0, this.filesWanted - counters.files.downloaded - counters.files.failed);
    const filesPerSecond = this.#files.perSecond();
    const knowsAll = this.phase === 'files' || this.phase === 'ending';
    onProgress?.({
      runId,
      phase: this.phase,
      chats: { done: counters.chats, total: this.chatsTotal },
      listing: [...this.listing],
      counters,
      filesLeft,
      bytesInFlight: fetching.bytesInFlight,
      transfers: fetching.transfers,
      filesPerSecond,
      bytesPerSecond: this.#bytes.perSecond(),
      secondsLeft: knowsAll && filesPerSecond > 0 ? Math.round(filesLeft / filesPerSecond) : null,
      waits: this.#waits(fetching),
    });
  }

  #waits(fetching: FetchingRun): Wait[] {
    const waits: Wait[] = [];
    const { meter, room } = this.#ports;
    if (meter.wait !== null) {
      waits.push({ reason: meter.wait.reason, until: meter.wait.until, needed: null });
    }
    const host = fetching.pausedUntil();
    if (host !== null) {
      waits.push({ reason: 'host', until: host, needed: null });
    }
    if (room.wait !== null) {
      waits.push(room.wait);
    }
    return waits;
  }
}
