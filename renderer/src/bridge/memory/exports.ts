import type { AbortSignalLike } from '../../../../main/app/bridge.ts';
import {
  EXPORT_LAYOUTS,
  EXPORT_TOKENS,
  type ExportCheck,
  type ExportCheckProgress,
  type ExportJob,
  type ExportOptions,
  type ExportPreset,
  type ExportPreview,
  type ExportStatus,
} from '../../../../main/contract/export-shapes.ts';
import { ABORTED, err, ok, type Result } from '../../../../main/contract/errors.ts';
import { EVERYTHING } from '../../../../main/contract/shapes.ts';
import { checkOf, madeJobs, madePresets, sceneOf, type ExportScene } from './export-jobs.ts';

const TOKENS =
  /^\{(?:chat|chatId|sender|date|localDate|messageId|mediaId|position|kind|name|ext|label|counter)(?:[:|][^{}]*)?\}$/;

/** Exports that only look like ones: nothing is written, and a run stands where it was put. */
export class MadeExports {
  readonly #now: () => number;
  readonly #plan: (options: ExportOptions) => ExportPreview;
  readonly #announce: (status: ExportStatus) => void;
  #status: ExportStatus | null = null;
  #options: ExportOptions | null = null;
  #jobs: ExportJob[] = [];
  #presets: ExportPreset[] = [];

  constructor(
    now: () => number,
    plan: (options: ExportOptions) => ExportPreview,
    announce: (status: ExportStatus) => void,
  ) {
    this.#now = now;
    this.#plan = plan;
    this.#announce = announce;
  }

  /** Puts exports behind, and one in the state of a scene. */
  put(jobs: boolean, scene: ExportScene | null): void {
    this.#jobs = jobs ? madeJobs(this.#now()) : [];
    this.#presets = jobs ? madePresets() : [];
    this.#status = scene === null ? null : sceneOf(scene, this.#now());
  }

  list(limit: number): { rows: ExportJob[]; more: boolean; freshDir: string } {
    return {
      rows: this.#jobs.slice(0, limit),
      more: this.#jobs.length > limit,
      freshDir: `/home/robin/Exports/Chatkeep export ${String(this.#jobs.length + 1)}`,
    };
  }

  options(id: number | null): Result<ExportOptions> {
    const job = this.#jobs.find((each) => (id === null ? each.dir === this.#status?.dir : each.id === id));
    if (id === null && this.#options !== null) {
      return ok(this.#options);
    }
    return job === undefined || job.manner === null
      ? err('not_found', 'What this export was begun with is not known.', 'Begin it anew.')
      : ok({ ...job.manner, dir: job.dir, selection: { filter: EVERYTHING, spans: null, include: [], exclude: [] } });
  }

  /** A check of a folder called `slow` stands at a third until it is given up. */
  async verify(
    dir: string,
    signal: AbortSignalLike | null,
    tell: (progress: ExportCheckProgress) => void,
  ): Promise<Result<ExportCheck>> {
    if (dir.includes('nothing')) {
      return err('usage', `There is no manifest that can be read in ${dir}`, 'Choose the folder of a finished export.');
    }
    const check = checkOf(dir);
    const third = Math.round(check.checked / 3);
    tell({ dir, checked: third, total: check.checked, bytes: third * 3_400_000, wrong: 0 });
    if (dir.includes('slow') && signal !== null) {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
      return ABORTED;
    }
    return ok(check);
  }

  preview(options: ExportOptions): Result<ExportPreview> {
    const problem = layoutProblem(options.layout);
    if (problem !== null) {
      return problem;
    }
    return ok(this.#plan(options));
  }

  start(options: ExportOptions): Result<ExportStatus> {
    if (this.#status !== null && this.#status.endedAt === null) {
      return err('busy', 'An export is running.', 'Wait for it or cancel it.');
    }
    const plan = this.preview(options);
    if (!plan.ok) {
      return plan;
    }
    const { files, bytes, unavailable } = plan.value;
    this.#options = options;
    return ok(
      this.#tell({
        state: 'writing',
        dir: options.dir,
        startedAt: this.#now(),
        endedAt: null,
        files: { done: Math.floor(files * 0.4), total: files },
        bytes: { done: Math.floor(bytes * 0.4), total: bytes },
        filesPerSecond: 310,
        bytesPerSecond: 96_000_000,
        secondsLeft: 42,
        method: options.zip ? 'zip' : options.link === 'hardlink' ? 'hardlink' : 'copy',
        written: 0,
        skipped: 0,
        renamed: 0,
        failed: 0,
        unavailable,
        failures: [],
        problem: null,
      }),
    );
  }

  status(): ExportStatus | null {
    return this.#status;
  }

  pause(): ExportStatus | null {
    return this.#change('writing', { state: 'paused', secondsLeft: null });
  }

  resume(): ExportStatus | null {
    return this.#change('paused', { state: 'writing', secondsLeft: 42 });
  }

  cancel(): ExportStatus | null {
    return this.#status !== null && this.#status.endedAt === null
      ? this.#tell({ ...this.#status, state: 'stopped', secondsLeft: null, endedAt: this.#now() })
      : this.#status;
  }

  presets(): ExportPreset[] {
    return this.#presets;
  }

  savePreset(preset: ExportPreset): Result<null> {
    const problem = layoutProblem(preset.layout);
    if (problem !== null) {
      return problem;
    }
    this.removePreset(preset.name);
    this.#presets = [...this.#presets, preset].sort((a, b) => (a.name < b.name ? -1 : 1));
    return ok(null);
  }

  removePreset(name: string): void {
    this.#presets = this.#presets.filter((each) => each.name !== name);
  }

  #change(from: ExportStatus['state'], to: Partial<ExportStatus>): ExportStatus | null {
    return this.#status?.state === from ? this.#tell({ ...this.#status, ...to }) : this.#status;
  }

  #tell(status: ExportStatus): ExportStatus {
    this.#status = status;
    this.#announce(status);
    return status;
  }
}

/** Null: it can be used. */
export function layoutProblem(layout: string): ReturnType<typeof err> | null {
  const unknown = Object.hasOwn(EXPORT_LAYOUTS, layout)
    ? undefined
    : (layout.match(/\{[^{}]*\}/g) ?? []).find((token) => !TOKENS.test(token));
  return unknown === undefined
    ? null
    : err(
        'usage',
        `The layout has an unknown token ${unknown}.`,
        `Tokens: ${EXPORT_TOKENS.map((token) => `{${token}}`).join(' ')}`,
      );
}
