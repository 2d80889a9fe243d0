/** The settings of this machine: one JSON file in the config folder. */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { err, type WireError } from '../../contract/errors.ts';
import { someSettings } from './calls.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../contract/shapes.ts';
import { AppError } from '../../lib/app-error.ts';
import { parseAs } from '../../lib/json-file.ts';

/** In the config folder. */
export const SETTINGS_FILE = 'settings.json';
/** Libraries that are remembered, the open one among them. */
const MOST_RECENT = 8;

const record = z.record(z.string(), z.unknown());
const recentSchema = z.array(z.string().min(1)).max(100);
const SETTING_NAMES = Object.keys(DEFAULT_SETTINGS);

/** Reads once, then answers from memory; every change is written at once and whole. */
export class SettingsFile {
  readonly #path: string;
  /** As read: keys that this version does not know stay. */
  #raw: Readonly<Record<string, unknown>> = {};
  #settings: Settings = DEFAULT_SETTINGS;
  #writing: Promise<unknown> = Promise.resolve();
  /** The error of the last read; null = none. */
  notice: WireError | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  get value(): Settings {
    return this.#settings;
  }

  /** The library opened last; null when none was chosen yet. */
  get library(): string | null {
    const path = this.#raw['library'];
    return typeof path === 'string' && path !== '' ? path : null;
  }

  /** Folders of libraries opened before, the last one first. Whether they are there is not known. */
  get recent(): readonly string[] {
    const { library } = this;
    const kept = recentSchema.safeParse(this.#raw['recent']).data ?? [];
    return library === null || kept.includes(library) ? kept : [library, ...kept];
  }

  async forgetRecent(path: string | null): Promise<void> {
    this.#raw = { ...this.#raw, recent: path === null ? [] : this.recent.filter((each) => each !== path) };
    await this.change({});
  }

  /** Something of the app's own that is kept beside the settings; the reader checks it. */
  recall(name: 'sample'): unknown {
    return this.#raw[name];
  }

  async remember(name: 'sample', value: Readonly<Record<string, number>>): Promise<void> {
    this.#raw = { ...this.#raw, [name]: value };
    await this.change({});
  }

  /** Never rejects: what cannot be read is replaced by defaults and told in `notice`; a damaged file is put aside. */
  async load(now: number): Promise<void> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
        this.notice = unreadable(
          'The settings could not be read; the defaults are used.',
          'Check the permissions of the config folder.',
        );
      }
      return;
    }
    const found = parseAs(record, text);
    if (found === null) {
      await rename(this.#path, `${this.#path}.damaged-${String(now)}`).catch(() => undefined);
      this.notice = unreadable(
        'The settings were damaged; the defaults are used.',
        'The damaged file was kept beside the new one.',
      );
      return;
    }
    this.#raw = found;
    const { settings, wrong } = readSettings(found);
    this.#settings = settings;
    if (wrong.length > 0) {
      this.notice = unreadable(`Some settings had no usable value and are as at first: ${wrong.join(', ')}.`, '');
    }
  }

  /** Rejects with AppError `usage` when the config folder cannot be written. */
  async change(change: Partial<Settings> & { readonly library?: string }): Promise<Settings> {
    const { library, ...settings } = change;
    this.#settings = { ...this.#settings, ...settings };
    this.#raw = {
      ...this.#raw,
      ...this.#settings,
      ...(library !== undefined && {
        library,
        recent: [library, ...this.recent.filter((path) => path !== library)].slice(0, MOST_RECENT),
      }),
    };
    const text = `${JSON.stringify(this.#raw, null, 2)}\n`;
    const turn = this.#writing.then(() => this.#write(text));
    this.#writing = turn.catch(() => undefined);
    await turn;
    return this.#settings;
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(text: string): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await writeFileAtomic(this.#path, text, { mode: 0o600 });
    } catch (error) {
      throw new AppError(
        'usage',
        'The settings could not be written.',
        'Check the permissions of the config folder and the space on its disk.',
        { cause: error },
      );
    }
  }
}

/** Bytes that stay free on the library's drive, as the window keeps them in `configDir`; what cannot be read leaves the default. Writes nothing. */
export async function readDiskReserve(configDir: string): Promise<number> {
  const text = await readFile(join(configDir, SETTINGS_FILE), 'utf8').catch(() => '');
  return readSettings(parseAs(record, text) ?? {}).settings.diskReserve;
}

/** Each known setting by itself: one that has no usable value does not cost the others. */
function readSettings(raw: Readonly<Record<string, unknown>>): { settings: Settings; wrong: string[] } {
  const wrong: string[] = [];
  let settings = DEFAULT_SETTINGS;
  for (const name of SETTING_NAMES) {
    if (!Object.hasOwn(raw, name)) {
      continue;
    }
    const parsed = someSettings.safeParse({ [name]: raw[name] });
    if (parsed.success) {
      settings = { ...settings, ...parsed.data };
    } else {
      wrong.push(name);
    }
  }
  return { settings, wrong };
}

const unreadable = (message: string, hint: string): WireError => err('usage', message, hint).error;
