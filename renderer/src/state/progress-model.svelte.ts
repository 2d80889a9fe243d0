import type { Bridge } from '../../../main/app/bridge.ts';
import type { CallResult } from '../../../main/app/calls.ts';
import { isAborted, type WireError } from '../../../main/contract/errors.ts';
import type { ExportStatus } from '../../../main/contract/export-shapes.ts';
import { VerifyModel } from './verify-model.svelte.ts';

export interface ExportPorts {
  readonly bridge: Bridge;
  /** Where it is kept which ended export was dismissed: `localStorage`, or nothing in a test. */
  readonly memory: Pick<Storage, 'getItem' | 'setItem'>;
  /** Tells what could not be done. */
  readonly fault: (error: WireError) => void;
}

const DISMISSED = 'export dismissed';

/** The export that runs or ran last, as every window of the app sees it, and the check of an exported folder. */
export class ExportsModel {
  readonly verify: VerifyModel;
  status = $state.raw<ExportStatus | null>(null);
  /** It was asked to stop here and has not said that it did. */
  stopping = $state(false);
  #dismissed = $state<number | null>(null);
  readonly running = $derived(this.status !== null && this.status.endedAt === null);
  /** The progress that cards show; null if there is none or its end was dismissed. */
  readonly shown = $derived(
    this.status !== null && (this.running || this.status.startedAt !== this.#dismissed) ? this.status : null,
  );
  readonly #ports: ExportPorts;

  constructor(ports: ExportPorts) {
    this.#ports = ports;
    this.verify = new VerifyModel(ports.bridge);
    const kept = Number(ports.memory.getItem(DISMISSED) ?? '');
    this.#dismissed = Number.isSafeInteger(kept) && kept > 0 ? kept : null;
  }

  /** Listens, and asks once how it stands: after a reload, and in a second tab. */
  async start(): Promise<void> {
    let told = false;
    this.#ports.bridge.subscribe('export.progress', (status) => {
      told = true;
      this.#take(status);
    });
    const answer = await this.#ports.bridge.call('export.status', {});
    if (answer.ok && !told) {
      this.#take(answer.value);
    }
  }

  async togglePause(): Promise<void> {
    const call = this.status?.state === 'paused' ? 'export.resume' : 'export.pause';
    this.#answered(await this.#ports.bridge.call(call, {}));
  }

  async stop(): Promise<void> {
    this.stopping = this.running;
    const answer = await this.#ports.bridge.call('export.cancel', {});
    if (!answer.ok) {
      this.stopping = false;
    }
    this.#answered(answer);
  }

  /** Begins an export as it was begun before; `id` null = the last one. Only what is new or missing is written. */
  async again(id: number | null): Promise<void> {
    const { bridge } = this.#ports;
    const options = await bridge.call('export.options', { id });
    if (options.ok) {
      this.#answered(await bridge.call('export.start', options.value));
    } else {
      this.#answered(options);
    }
  }

  /** `id` null = of the running or last one. */
  async openFolder(id: number | null, gallery = false): Promise<void> {
    const answer = await this.#ports.bridge.call('export.openFolder', gallery ? { id, gallery } : { id });
    if (!answer.ok && !isAborted(answer)) {
      this.#ports.fault(answer.error);
    }
  }

  /** Puts an ended export away, in this and in later windows. */
  dismiss(): void {
    if (this.status !== null && !this.running) {
      this.#dismissed = this.status.startedAt;
      this.#ports.memory.setItem(DISMISSED, String(this.status.startedAt));
    }
  }

  #answered(answer: CallResult<'export.status'> | CallResult<'export.options'>): void {
    if (!answer.ok) {
      if (!isAborted(answer)) {
        this.#ports.fault(answer.error);
      }
    } else if (answer.value !== null && 'state' in answer.value) {
      this.#take(answer.value);
    }
  }

  /** An answer may come after news that are later: an export that has ended does not go on again. */
  #take(status: ExportStatus | null): void {
    const { status: known } = this;
    if (status !== null && known !== null && status.startedAt === known.startedAt && known.endedAt !== null) {
      return;
    }
    this.status = status;
    if (status?.endedAt !== null) {
      this.stopping = false;
    }
  }
}
