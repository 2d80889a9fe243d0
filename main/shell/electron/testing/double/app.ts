import { EventEmitter } from 'node:events';

/** An event as Electron hands it to listeners: its fields beside `preventDefault`. */
export type Preventable<Fields extends object> = Fields & { defaultPrevented: boolean; preventDefault(): void };

export function preventable<Fields extends object>(fields: Fields): Preventable<Fields> {
  return Object.assign(
    {
      defaultPrevented: false,
      preventDefault(this: { defaultPrevented: boolean }) {
        this.defaultPrevented = true;
      },
    },
    fields,
  );
}

/** The members of the app object that unit tests need. */
export class AppDouble extends EventEmitter {
  /** Names of calls in their order. */
  readonly history: string[] = [];
  openAtLogin = false;
  readonly #exit = Promise.withResolvers<number>();

  /** Resolves with the exit code when the process would be gone. */
  get exited(): Promise<number> {
    return this.#exit.promise;
  }

  /** As a picture that says which file it stands for. */
  getFileIcon(path: string): Promise<{ readonly path: string }> {
    this.history.push('getFileIcon');
    return Promise.resolve({ path });
  }

  getLoginItemSettings(): { openAtLogin: boolean } {
    return { openAtLogin: this.openAtLogin };
  }

  setLoginItemSettings(settings: { openAtLogin: boolean }): void {
    this.history.push(`setLoginItemSettings ${String(settings.openAtLogin)}`);
    this.openAtLogin = settings.openAtLogin;
  }

  releaseSingleInstanceLock(): void {
    this.history.push('releaseSingleInstanceLock');
  }

  quit(): void {
    const event = preventable({});
    this.emit('will-quit', event);
    if (!event.defaultPrevented) {
      this.exit(0);
    }
  }

  exit(code = 0): void {
    this.#exit.resolve(code);
  }
}
