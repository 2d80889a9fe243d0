import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions } from 'electron';
import { preventable } from './events.ts';
import type { WebContentsDouble } from './web-contents.ts';

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a window needs of the double around it. */
export interface WindowPorts {
  readonly makeContents: (options: BrowserWindowConstructorOptions) => WebContentsDouble;
  readonly opened: (window: BrowserWindowDouble) => void;
  readonly closed: (window: BrowserWindowDouble) => void;
}

export class BrowserWindowDouble extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: WebContentsDouble;
  /** Resolves when the window and its page are gone. */
  readonly gone: Promise<void>;
  progress: { readonly value: number; readonly mode: string | undefined } | null = null;
  bounds: Bounds;
  visible = false;
  focused = false;
  minimized = false;
  maximized = false;
  readonly #ports: WindowPorts;
  readonly #markGone: () => void;
  #destroyed = false;

  constructor(options: BrowserWindowConstructorOptions, ports: WindowPorts) {
    super();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.gone = promise;
    this.#markGone = () => {
      resolve(undefined);
    };
    this.options = options;
    this.#ports = ports;
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.webContents = ports.makeContents(options);
    this.webContents.on('ready-to-show', () => {
      this.emit('ready-to-show');
    });
    ports.opened(this);
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  show(): void {
    this.visible = true;
    this.focused = true;
  }

  focus(): void {
    this.focused = true;
  }

  isFocused(): boolean {
    return this.focused;
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  restore(): void {
    this.minimized = false;
  }

  maximize(): void {
    this.maximized = true;
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  getNormalBounds(): Bounds {
    return this.bounds;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setProgressBar(value: number, options?: { readonly mode?: string }): void {
    this.progress = { value, mode: options?.mode };
  }

  /** As the person presses the cross, or the app quits. */
  close(): void {
    const event = preventable({});
    this.emit('close', event);
    if (event.defaultPrevented || this.#destroyed) {
      return;
    }
    this.#destroyed = true;
    void this.webContents.destroy().finally(() => {
      this.emit('closed');
      this.#ports.closed(this);
      this.#markGone();
    });
  }
}
