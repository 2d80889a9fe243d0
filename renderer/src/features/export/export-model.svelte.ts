import type { Bridge } from '../../../../main/app/bridge.ts';
import type { SelectionSummary } from '../../../../main/contract/browse-shapes.ts';
import { isAborted, type WireError } from '../../../../main/contract/errors.ts';
import {
  BATES,
  EXPORT_SPARE_BYTES,
  type ExportJob,
  type ExportManner,
  type ExportOptions,
  type ExportPreset,
  type ExportPreview,
} from '../../../../main/contract/export-shapes.ts';
import { Latest } from '../../lib/latest.svelte.ts';
import type { ExportRequest } from '../../state/export-request.ts';
import { FIRST_MANNER, layoutName, presetOf, tidied, zipBytesOf } from './manner.ts';

export interface ExportModelPorts {
  readonly bridge: Bridge;
  /** Runs something later; what it answers with gives it up. */
  readonly later: (task: () => void, ms: number) => () => void;
}

/** Something that keeps the export from being started, and the part of the dialog that it belongs to. */
export interface ExportFault {
  readonly at: 'layout' | 'target' | 'whole';
  readonly error: WireError;
}

/** Long enough to type a word, short enough to seem at once. */
const SETTLE_MS = 250;
/** A sync changes the library many times a minute. The plan that is shown stays until the next one is made. */
const RENEW_MS = 5000;
const RECENT = 20;
const SHOWN_TARGETS = 6;

/** Codes that speak of the folder once the layout is known to be good. */
const OF_TARGET: ReadonlySet<string> = new Set(['usage', 'target_unusable', 'disk_full', 'bad_input', 'busy']);

/** The dialog of exporting: what is chosen, what would come of it, and the start. */
export class ExportModel {
  readonly request: ExportRequest;
  manner = $state.raw<ExportManner>(FIRST_MANNER);
  dir = $state('');
  summary = $state.raw<SelectionSummary | null>(null);
  /** Of the latest choices that could be planned; `current` says whether they still stand. */
  preview = $state.raw<ExportPreview | null>(null);
  current = $state(false);
  fault = $state.raw<ExportFault | null>(null);
  presets = $state.raw<readonly ExportPreset[]>([]);
  /** Earlier exports, one for each folder, the latest first. */
  targets = $state.raw<readonly ExportJob[]>([]);
  /** A folder that no export has. */
  freshDir = $state('');
  starting = $state(false);
  /** The first answers have arrived. Before that, they would replace a folder that is being typed. */
  opened = $state(false);
  /** What is typed and no Bates prefix or number; null = nothing. */
  typedBates = $state<string | null>(null);
  /** The size of zips as it is typed; null = as the manner has it. */
  typedSize = $state<string | null>(null);
  /** Fields that are shown and cannot be read. They hold the start: what was typed there would be left out of the export. */
  readonly wrongBates = $derived(this.manner.sidecars.includes('pdf') && this.typedBates !== null);
  readonly wrongSize = $derived(this.manner.zip && this.typedSize !== null && zipBytesOf(this.typedSize) === undefined);
  readonly layout = $derived(layoutName(this.manner.layout));
  readonly preset = $derived(presetOf(this.presets, this.manner));
  /** The target has less room than is needed. */
  readonly lacking = $derived(
    this.current &&
      this.preview !== null &&
      this.preview.needBytes > 0 &&
      this.preview.freeBytes !== null &&
      this.preview.needBytes + EXPORT_SPARE_BYTES > this.preview.freeBytes,
  );
  /** Files that there would be; null until it is known. */
  readonly files = $derived(
    this.current && this.preview !== null
      ? this.preview.files + this.preview.there
      : (this.summary?.states.stored ?? null),
  );
  readonly ready = $derived(
    !this.starting &&
      this.fault === null &&
      !this.wrongBates &&
      !this.wrongSize &&
      this.dir.trim() !== '' &&
      this.files !== null &&
      this.files > 0 &&
      !this.lacking,
  );
  readonly #ports: ExportModelPorts;
  readonly #asking = new Latest();
  readonly #counting = new Latest();
  readonly #naming = new Latest();
  #wait: () => void = () => undefined;
  /** Chosen by the person; it stands over the manner of the last export, which may come later. */
  #chosen: Partial<ExportManner> = {};
  /** How often another window's plan has taken the place of this one. */
  #displaced = 0;
  #closed = false;
  #pending = false;
  /** Ends with the plan that is made. */
  #planning: AbortSignal | null = null;
  /** The library changed while a plan was made. */
  #stale = false;
  #deaf: (() => void)[] = [];

  constructor(ports: ExportModelPorts, request: ExportRequest) {
    this.#ports = ports;
    this.request = request;
    if (request.manner !== undefined) {
      this.manner = request.manner;
    }
    this.dir = request.dir ?? '';
  }

  /** Asks for what the dialog begins with: how much is selected, presets, earlier exports; then for the first plan. */
  async open(): Promise<void> {
    const { bridge } = this.#ports;
    const changed = (): void => {
      this.#libraryChanged();
    };
    this.#deaf = [bridge.subscribe('library.changed', changed), bridge.subscribe('labels.changed', changed)];
    const counted = this.#count();
    const presets = this.loadPresets();
    const earlier = await bridge.call('export.list', { limit: RECENT });
    if (earlier.ok) {
      const { rows, freshDir } = earlier.value;
      this.targets = rows
        .filter((row, index) => rows.findIndex((other) => other.dir === row.dir) === index)
        .slice(0, SHOWN_TARGETS);
      this.freshDir = freshDir;
      this.manner = { ...(this.request.manner ?? rows[0]?.manner ?? this.manner), ...this.#chosen };
      this.dir = this.dir === '' ? freshDir : this.dir;
    }
    this.opened = true;
    await Promise.all([presets, counted, this.#plan()]);
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#deaf) {
      stop();
    }
    this.#cancelWait();
    this.#asking.giveUp();
    this.#counting.giveUp();
    this.#naming.giveUp();
  }

  async loadPresets(): Promise<void> {
    const answer = await this.#naming.ask((options) => this.#ports.bridge.call('export.presets', {}, options));
    if (answer?.ok) {
      this.presets = answer.value.presets;
    }
  }

  /** Changes how files are laid out or written; the plan follows when no more changes come. */
  change(manner: Partial<ExportManner>): void {
    this.#chosen = { ...this.#chosen, ...manner };
    this.typedBates = 'bates' in manner ? null : this.typedBates;
    this.typedSize = 'zipBytes' in manner ? null : this.typedSize;
    this.manner = { ...this.manner, ...manner };
    this.#replan();
  }

  typeBates(text: string): void {
    if (text === '' || BATES.test(text)) {
      this.change({ bates: text === '' ? null : text });
    } else {
      this.typedBates = text;
    }
  }

  typeSize(text: string): void {
    const bytes = zipBytesOf(text);
    if (bytes !== undefined) {
      this.change({ zipBytes: bytes });
    }
    this.typedSize = text;
  }

  setDir(dir: string): void {
    this.dir = dir;
    this.#replan();
  }

  /** Goes on in the folder of an earlier export, in its manner: another layout would be refused there. */
  useTarget({ dir, manner }: Pick<ExportJob, 'dir' | 'manner'>): void {
    this.dir = dir;
    this.change(manner ?? {});
  }

  /** Resolves with whether the export was begun. */
  async start(): Promise<boolean> {
    if (!this.ready) {
      return false;
    }
    this.starting = true;
    this.#cancelWait();
    this.#asking.giveUp();
    const answer = await this.#ports.bridge.call('export.start', this.#options());
    this.starting = false;
    if (!answer.ok) {
      this.#failed(answer.error);
    }
    return answer.ok;
  }

  /** Keeps the present manner under a name; one of the same name is replaced. The error when it could not be. */
  async savePreset(name: string): Promise<WireError | null> {
    const answer = await this.#ports.bridge.call('export.savePreset', { name: name.trim(), ...tidied(this.manner) });
    await this.loadPresets();
    return answer.ok ? null : answer.error;
  }

  async removePreset({ name }: ExportPreset): Promise<WireError | null> {
    const answer = await this.#ports.bridge.call('export.removePreset', { name });
    await this.loadPresets();
    return answer.ok ? null : answer.error;
  }

  /** Brings a removed one back. */
  async restorePreset(preset: ExportPreset): Promise<WireError | null> {
    const answer = await this.#ports.bridge.call('export.savePreset', preset);
    await this.loadPresets();
    return answer.ok ? null : answer.error;
  }

  #options(): ExportOptions {
    return { ...tidied(this.manner), dir: this.dir.trim(), selection: this.request.selection };
  }

  #replan(): void {
    this.#displaced = 0;
    this.#planLater(SETTLE_MS);
  }

  #planLater(ms: number): void {
    this.#asking.giveUp();
    this.current = false;
    this.#after(ms, () => this.#plan());
  }

  #after(ms: number, task: () => Promise<unknown>): void {
    this.#cancelWait();
    this.#pending = true;
    this.#wait = this.#ports.later(() => {
      this.#pending = false;
      void task();
    }, ms);
  }

  #cancelWait(): void {
    this.#wait();
    this.#pending = false;
  }

  #libraryChanged(): void {
    if (this.#closed || !this.opened || this.starting || this.#pending) {
      return;
    }
    if (this.#planning?.aborted === false) {
      this.#stale = true;
    } else {
      this.#after(RENEW_MS, () => Promise.all([this.#count(), this.#plan()]));
    }
  }

  async #count(): Promise<void> {
    const counted = await this.#counting.ask((options) =>
      this.#ports.bridge.call('selection.summary', { selection: this.request.selection }, options),
    );
    if (counted?.ok) {
      this.summary = counted.value;
    }
  }

  async #plan(): Promise<void> {
    if (this.#closed) {
      return;
    }
    const signal = this.#asking.begin();
    this.#planning = signal;
    this.#stale = false;
    await this.#planUntil(signal);
    if (signal.aborted) {
      return;
    }
    this.#planning = null;
    if (this.#stale) {
      this.#libraryChanged();
    }
  }

  async #planUntil(signal: AbortSignal): Promise<void> {
    const options = this.#options();
    const { bridge } = this.#ports;
    const checked = await bridge.call('export.checkLayout', { layout: options.layout }, { signal });
    if (signal.aborted || (!checked.ok && isAborted(checked))) {
      return;
    }
    if (!checked.ok) {
      this.fault = { at: 'layout', error: checked.error };
      return;
    }
    if (options.dir === '') {
      this.fault = null;
      return;
    }
    const answer = await bridge.call('export.preview', options, { signal });
    if (signal.aborted) {
      return;
    }
    if (answer.ok) {
      this.preview = answer.value;
      this.current = true;
      this.fault = null;
    } else if (isAborted(answer)) {
      // Nobody here gave it up: another window planned meanwhile. Two that answer each other at once would never end.
      this.#displaced += 1;
      this.#planLater(SETTLE_MS * 2 ** Math.min(this.#displaced, 8));
    } else {
      this.#failed(answer.error);
    }
  }

  #failed(error: WireError): void {
    this.fault = { at: OF_TARGET.has(error.code) ? 'target' : 'whole', error };
  }
}
