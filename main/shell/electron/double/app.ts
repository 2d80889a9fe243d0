import { EventEmitter } from 'node:events';
import { preventable } from './events.ts';
import type { BrowserWindowDouble } from './browser-window.ts';

/** What a test sees and steers of the app object. */
export class AppDouble extends EventEmitter {
  readonly paths = new Map<string, string>();
  readonly windows = new Set<BrowserWindowDouble>();
  /** Names of calls in their order, for what must come before what. */
  readonly history: string[] = [];
  isPackaged = false;
  /** False: another instance holds the lock. */
  firstInstance = true;
  openAtLogin = false;
  ready = false;
  /** Resolves with the exit code when the process would be gone. */
  readonly exited: Promise<number>;
  readonly #exit: (code: number) => void;
  readonly #whenReady: Promise<void>;
  #markReady: () => void = () => undefined;
  #quitting = false;

  constructor() {
    super();
    const { promise, resolve } = Promise.withResolvers<number>();
    this.exited = promise;
    this.#exit = resolve;
    this.#whenReady = new Promise((done) => {
      this.#markReady = done;
    });
  }

  /** Electron's own start is over. Happens by itself when somebody waits for it. */
  becomeReady(): void {
    if (!this.ready) {
      this.ready = true;
      this.history.push('ready');
      this.#markReady();
      this.emit('ready');
    }
  }

  whenReady(): Promise<void> {
    queueMicrotask(() => {
      this.becomeReady();
    });
    return this.#whenReady;
  }

  setPath(name: string, path: string): void {
    this.history.push(`setPath ${name}`);
    this.paths.set(name, path);
  }

  getVersion(): string {
    return '0.0.0-double';
  }

  setJumpList(): void {
    // Shown by the system.
  }

  setAboutPanelOptions(): void {
    // Shown by the system.
  }

  getPath(name: string): string {
    return this.paths.get(name) ?? '';
  }

  /** As a picture that says which file it stands for. */
  getFileIcon(path: string): Promise<{ readonly path: string }> {
    this.history.push('getFileIcon');
    return Promise.resolve({ path });
  }

  enableSandbox(): void {
    if (this.ready) {
      throw new Error('app.enableSandbox() can only be called before app is ready');
    }
    this.history.push('enableSandbox');
  }

  requestSingleInstanceLock(): boolean {
    this.history.push('requestSingleInstanceLock');
    return this.firstInstance;
  }

  releaseSingleInstanceLock(): void {
    this.history.push('releaseSingleInstanceLock');
  }

  setAppUserModelId(id: string): void {
    this.history.push(`setAppUserModelId ${id}`);
  }

  getLocale(): string {
    return 'en-GB';
  }

  getLoginItemSettings(): { openAtLogin: boolean } {
    return { openAtLogin: this.openAtLogin };
  }

  setLoginItemSettings(settings: { openAtLogin: boolean }): void {
    this.history.push(`setLoginItemSettings ${String(settings.openAtLogin)}`);
    this.openAtLogin = settings.openAtLogin;
  }

  /** before-quit, then the windows close, then will-quit; each may hold it back. */
  quit(): void {
    if (this.#quitting) {
      return;
    }
    this.#quitting = true;
    void this.#quit().finally(() => {
      this.#quitting = false;
    });
  }

  async #quit(): Promise<void> {
    const before = preventable({});
    this.emit('before-quit', before);
    if (before.defaultPrevented) {
      return;
    }
    for (const window of [...this.windows]) {
      window.close();
      await window.gone;
    }
    const will = preventable({});
    this.#quitting = false;
    this.emit('will-quit', will);
    if (!will.defaultPrevented) {
      this.emit('quit', {}, 0);
      this.#exit(0);
    }
  }

  exit(code = 0): void {
    this.history.push(`exit ${String(code)}`);
    this.#exit(code);
  }

  /** The last window closed by a person (not by quit). */
  lastWindowClosed(): void {
    if (!this.#quitting) {
      this.emit('window-all-closed');
    }
  }
}
