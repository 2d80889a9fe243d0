/**
 * Newer versions by electron-updater, which this file alone knows. Nothing happens automatically: the feed is asked when the person asks or has
 * switched it on, a version is downloaded and installed when they say so, and what they have signed (see update-signature.ts) counts, not
 * what a server says.
 */
import type { KeyObject } from 'node:crypto';
import type { AppUpdater, UpdateInfo } from 'electron-updater';
import { z } from 'zod';
import type { UpdateStatus, UpdateWay } from '../../../contract/about-shapes.ts';
import { err, type WireError } from '../../../contract/errors.ts';
import { recallJsonFile } from '../../../lib/json-file.ts';
import type { Log, ShellApp } from '../shell-app.ts';
import { isSigned, readPublicKey, type SignedFacts } from './update-signature.ts';
import type { SyncStatus } from '../../../contract/shapes.ts';

/** The update settings of the package: `out/update.json`, made by the release. */
export interface UpdateFeed {
  /** https, ends with `/`. */
  readonly url: string;
  readonly key: KeyObject;
}

export interface Installation {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly packaged: boolean;
  /** The running program. */
  readonly program: string;
  readonly feed: boolean;
}

/** Where deb and rpm put the app. */
const SYSTEM_PACKAGE = '/opt/Chatkeep/';

/** Who brings newer versions to this installation. Pure. */
export function updateWay({ platform, env, packaged, program, feed }: Installation): UpdateWay {
  if (!packaged) {
    return 'none';
  }
  if (platform === 'linux') {
    // (The builder's own mark, `resources/package-type`, is of no use: its packages are made from one folder and share it.)
    if (program.startsWith(SYSTEM_PACKAGE)) {
      return 'packageManager';
    }
    // An archive that somebody unpacked somewhere cannot be replaced as a whole.
    return feed && Boolean(env['APPIMAGE']) ? 'app' : 'none';
  }
  // The portable program runs from a folder that is gone when it ends.
  const portable = platform === 'win32' && Boolean(env['PORTABLE_EXECUTABLE_FILE']);
  return feed && !portable ? 'app' : 'none';
}

const feedSchema = z.object({ url: z.string(), key: z.string() });

/** Reads what the build carries. Null when it carries none, or none that can be used: such a build does not update itself. */
export async function readFeed(path: string): Promise<UpdateFeed | null> {
  const { url = '', key = '' } = (await recallJsonFile(path, feedSchema)) ?? {};
  try {
    return URL.parse(url)?.protocol === 'https:' && url.endsWith('/') ? { url, key: readPublicKey(key) } : null;
  } catch {
    return null;
  }
}

/** The feed's file for a system, as electron-builder names it. */
export function feedFileOf(platform: NodeJS.Platform, arch: string): string {
  if (platform === 'win32') {
    return 'latest.yml';
  }
  return platform === 'darwin' ? 'latest-mac.yml' : `latest-linux${arch === 'x64' ? '' : `-${arch}`}.yml`;
}

export type UpdaterEngine = Pick<
  AppUpdater,
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'allowDowngrade'
  | 'allowPrerelease'
  | 'disableWebInstaller'
  | 'logger'
  | 'checkForUpdates'
  | 'downloadUpdate'
  | 'quitAndInstall'
  | 'on'
>;

export interface UpdatesPorts {
  readonly way: UpdateWay;
  /** Called when it is first needed; never where the app does not update itself. */
  readonly engine: (feed: UpdateFeed) => Promise<UpdaterEngine>;
  /** Null where there is none; then `way` is not `app`. */
  readonly feed: UpdateFeed | null;
  readonly feedFile: string;
  /** The body of an address; rejects for any answer but 200. */
  readonly fetchText: (url: string) => Promise<string>;
  /** Ends the app in order, then calls its argument in place of the last step. */
  readonly quitInto: (install: () => void) => void;
  readonly now: () => number;
  readonly log: Log;
}

/** The update functions of the app. They run one at a time and never reject. */
export class Updates {
  readonly #ports: UpdatesPorts;
  readonly #listeners = new Set<(status: UpdateStatus) => void>();
  #engine: Promise<UpdaterEngine> | null = null;
  #working: Promise<void> | null = null;
  #status: UpdateStatus;

  constructor(ports: UpdatesPorts) {
    this.#ports = ports;
    this.#status = {
      way: ports.way,
      state: 'idle',
      version: null,
      notes: null,
      progress: null,
      checkedAt: null,
      problem: null,
    };
  }

  status(): UpdateStatus {
    return this.#status;
  }

  onChange(listener: (status: UpdateStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  check(): Promise<void> {
    return this.#once(async () => {
      const before = this.#status;
      if (before.state === 'ready') {
        return;
      }
      this.#set({ state: 'checking', problem: null });
      try {
        const engine = await this.#open();
        const result = await engine.checkForUpdates();
        const checkedAt = this.#ports.now();
        if (result?.isUpdateAvailable !== true) {
          this.#set({ state: 'current', version: null, notes: null, checkedAt });
          return;
        }
        const facts = factsOf(result.updateInfo);
        if (!(await this.#isSigned(facts))) {
          this.#ports.log('an update without a good signature was refused', { version: facts.version });
          this.#set({ state: 'idle', version: null, notes: null, checkedAt, problem: UNSIGNED });
          return;
        }
        this.#set({ state: 'available', version: facts.version, notes: plainText(facts.notes), checkedAt });
      } catch (error) {
        this.#ports.log('the update feed cannot be read', { error });
        this.#set({ state: before.state === 'checking' ? 'idle' : before.state, problem: UNREACHABLE });
      }
    });
  }

  download(): Promise<void> {
    return this.#once(async () => {
      if (this.#status.state !== 'available') {
        return;
      }
      this.#set({ state: 'downloading', progress: 0, problem: null });
      try {
        // Rejects when the file is not the one whose hash the feed names, which the signature is over.
        await (await this.#open()).downloadUpdate();
        this.#set({ state: 'ready', progress: 1 });
      } catch (error) {
        this.#ports.log('the update cannot be downloaded', { error });
        this.#set({ state: 'available', progress: null, problem: NOT_DOWNLOADED });
      }
    });
  }

  install(): void {
    const engine = this.#engine;
    if (this.#status.state !== 'ready' || engine === null) {
      return;
    }
    engine.then(
      (updater) => this.#ports.quitInto(() => updater.quitAndInstall(true, true)),
      () => undefined,
    );
  }

  #open(): Promise<UpdaterEngine> {
    const { feed } = this.#ports;
    if (feed === null) {
      return Promise.reject(new Error('This build has no update feed.'));
    }
    this.#engine ??= this.#ports.engine(feed).then((engine) => {
      engine.autoDownload = false;
      // Quitting is no consent.
      engine.autoInstallOnAppQuit = false;
      engine.allowDowngrade = false;
      engine.allowPrerelease = false;
      engine.disableWebInstaller = true;
      engine.logger = null;
      // Without a listener an emitted error would end the process; the promises tell it too.
      engine.on('error', () => undefined);
      engine.on('download-progress', ({ percent }) => {
        if (this.#status.state === 'downloading') {
          this.#set({ progress: Math.min(Math.max(percent / 100, 0), 1) });
        }
      });
      return engine;
    });
    return this.#engine;
  }

  async #isSigned(facts: SignedFacts): Promise<boolean> {
    const { feed, feedFile, fetchText } = this.#ports;
    if (feed === null) {
      return false;
    }
    // One that cannot be had is as bad as a wrong one.
    const signature = await fetchText(`${feed.url}${feedFile}.sig`).catch(() => '');
    return isSigned(feedFile, facts, signature.trim(), feed.key);
  }

  #set(change: Partial<UpdateStatus>): void {
    this.#status = { ...this.#status, ...change };
    for (const listener of [...this.#listeners]) {
      listener(this.#status);
    }
  }

  /** A call while one runs waits for its end. */
  #once(work: () => Promise<void>): Promise<void> {
    this.#working ??= work().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }
}

const problem = (message: string, hint: string): WireError => err('service_unreachable', message, hint).error;
const UNREACHABLE = problem('The update feed cannot be read.', 'Check the connection and look again later.');
const NOT_DOWNLOADED = problem('The update could not be downloaded whole.', 'Try again; nothing was changed.');
const UNSIGNED = problem(
  'A newer version was offered without a good signature and refused.',
  'Nothing was downloaded. Look at the place you got Chatkeep from.',
);

/** The signed fields, from the feed that the engine read. */
function factsOf(info: Pick<UpdateInfo, 'version' | 'files' | 'releaseNotes'>): SignedFacts {
  return {
    version: info.version,
    sha512: info.files.map(({ sha512 }) => sha512),
    notes: typeof info.releaseNotes === 'string' ? info.releaseNotes : null,
  };
}

const LONGEST_NOTES = 20_000;

/** Notes are shown as text, whatever is in them; control characters go, and what is too long is cut. */
export function plainText(notes: string | null): string | null {
  // eslint-disable-next-line no-control-regex -- these are what is taken out
  const text = notes?.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '').trim();
  return text === undefined || text === '' ? null : text.slice(0, LONGEST_NOTES);
}

/** The engine of this system, asking this feed. Loads electron-updater, which needs a running Electron. */
export async function electronUpdater(feed: UpdateFeed): Promise<UpdaterEngine> {
  const { default: module } = await import('electron-updater');
  const { AppImageUpdater, MacUpdater, NsisUpdater } = module;
  // The address from inside the archive, not from the file beside it; the engine by the system, not by the builder's mark (see updateWay).
  const options = { provider: 'generic', url: feed.url } as const;
  switch (process.platform) {
    case 'win32':
      return new NsisUpdater(options);
    case 'darwin':
      return new MacUpdater(options);
    default:
      return new AppImageUpdater(options);
  }
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface UpdateChecksPorts {
  readonly app: Pick<ShellApp, 'subscribe'>;
  readonly updates: Pick<Updates, 'check' | 'status'>;
  /** Whether the person has switched it on. */
  readonly wanted: () => boolean;
  readonly now: () => number;
  /** Calls its second argument in intervals; answers the stop. */
  readonly every: (ms: number, look: () => void) => () => void;
}

/** Asks the feed once a day while that is switched on, never while a sync runs. It shows the result and downloads nothing. */
export function enableUpdateChecks({ app, updates, wanted, now, every }: UpdateChecksPorts): () => void {
  // Where the app cannot look for itself, nothing wakes the machine for it.
  if (updates.status().way !== 'app') {
    return () => undefined;
  }
  let running = false;
  let lastTry: number | null = null;
  const look = (): void => {
    const due = lastTry === null || now() - lastTry >= DAY_MS;
    if (due && !running && wanted()) {
      lastTry = now();
      // Never rejects.
      void updates.check();
    }
  };
  const stops = [
    app.subscribe('sync.progress', ({ state }: SyncStatus) => {
      running = state !== 'idle';
    }),
    app.subscribe('settings.changed', look),
    every(HOUR_MS, look),
  ];
  look();
  return () => {
    for (const stop of stops) {
      stop();
    }
  };
}
