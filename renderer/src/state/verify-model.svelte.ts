import type { Bridge } from '../../../main/app/bridge.ts';
import type { WireError } from '../../../main/contract/errors.ts';
import type { ExportCheck, ExportCheckProgress } from '../../../main/contract/export-shapes.ts';
import { Latest } from '../lib/latest.svelte.ts';

/** `asking`: for a folder. */
export type VerifyStep = 'asking' | 'running' | 'done' | 'failed';

/** The check of one exported folder: it goes on while its dialog is closed. */
export class VerifyModel {
  /** The dialog is open. */
  open = $state(false);
  step = $state<VerifyStep>('asking');
  dir = $state('');
  progress = $state.raw<ExportCheckProgress | null>(null);
  check = $state.raw<ExportCheck | null>(null);
  error = $state.raw<WireError | null>(null);
  /** The answer was on the screen in its dialog, or was dismissed beside it. */
  #seen = $state(false);
  /** The state shown outside the dialog: a running check, or a result that nobody has seen. */
  readonly waiting = $derived(!this.open && (this.step === 'running' || (this.step !== 'asking' && !this.#seen)));
  readonly #bridge: Bridge;
  readonly #checking = new Latest();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Opens the dialog; with a folder it begins at once, unless another check runs. */
  async ask(dir: string | null): Promise<void> {
    this.open = true;
    if (this.step === 'running') {
      return;
    }
    if (dir === null) {
      this.#reset('asking');
      return;
    }
    this.dir = dir;
    await this.start();
  }

  async start(): Promise<void> {
    const dir = this.dir.trim();
    if (dir === '' || this.step === 'running') {
      return;
    }
    this.#reset('running');
    const answer = await this.#checking.ask(async ({ signal }) => {
      const deaf = this.#bridge.subscribe('export.checking', (progress) => {
        if (progress.dir === dir && !signal.aborted) {
          this.progress = progress;
        }
      });
      const checked = await this.#bridge.call('export.verify', { dir }, { signal });
      deaf();
      return checked;
    });
    if (answer?.ok === true) {
      this.check = answer.value;
      this.step = 'done';
    } else if (answer !== null) {
      this.error = answer.error;
      this.step = 'failed';
    }
  }

  /** Gives a running check up, and asks for a folder again. */
  cancel(): void {
    this.#checking.giveUp();
    this.#reset('asking');
  }

  /** Closes the dialog. A check continues; an answer that was seen is put away. */
  close(): void {
    this.open = false;
    this.#seen = this.step !== 'running';
  }

  #reset(step: VerifyStep): void {
    this.step = step;
    this.#seen = false;
    this.progress = null;
    this.check = null;
    this.error = null;
  }
}
