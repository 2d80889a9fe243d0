import { EventEmitter } from 'node:events';
import { preventable } from './events.ts';
import type { IpcMainDouble } from './ipc-main.ts';
import { type PageDriver, type IpcMessage, type PageListener } from './page-driver.ts';
import type { SessionDouble } from './session.ts';

type OpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' };

/** How contents are shown: by a page of a real browser, or not at all (the request is answered, and that is all). */
export interface ContentsPorts {
  readonly session: SessionDouble;
  readonly ipcMain: IpcMainDouble;
  readonly openDriver: ((listener: PageListener) => Promise<PageDriver>) | null;
}

let lastId = 0;

export class WebContentsDouble extends EventEmitter {
  readonly id: number;
  readonly session: SessionDouble;
  readonly mainFrame: { readonly url: string; readonly parent: null; readonly frameTreeNodeId: number };
  /** Messages sent to the page. */
  readonly sent: { readonly channel: string; readonly args: readonly unknown[] }[] = [];
  readonly keys: { readonly type: string; readonly keyCode: string; readonly modifiers?: readonly string[] }[] = [];
  /** The last answer to a load without a browser. */
  lastAnswer: Response | null = null;
  readonly #ports: ContentsPorts;
  #driver: Promise<PageDriver> | null = null;
  #shown: PageDriver | null = null;
  #url = '';
  #loading: string | null = null;
  #openHandler: OpenHandler | null = null;
  #destroyed = false;

  constructor(ports: ContentsPorts) {
    super();
    lastId += 1;
    this.id = lastId;
    this.session = ports.session;
    this.#ports = ports;
    this.mainFrame = Object.defineProperties(
      { url: '', parent: null, frameTreeNodeId: this.id * 1000 },
      {
        url: { get: () => this.getURL() },
      },
    );
  }

  /** The page that a test looks at. */
  async driver(): Promise<PageDriver> {
    if (this.#ports.openDriver === null) {
      throw new Error('This double has no browser.');
    }
    this.#driver ??= this.#ports.openDriver(this.#listener());
    this.#shown = await this.#driver;
    return this.#shown;
  }

  getURL(): string {
    return this.#shown?.url ?? this.#url;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** The last files that were dragged out. */
  dragged: { readonly file: string; readonly files?: readonly string[]; readonly icon: unknown } | null = null;

  startDrag(item: { readonly file: string; readonly files?: readonly string[]; readonly icon: unknown }): void {
    this.dragged = item;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.sent.push({ channel, args });
    this.#shown?.send({ kind: 'event', channel, args });
  }

  sendInputEvent(event: {
    readonly type: string;
    readonly keyCode: string;
    readonly modifiers?: readonly string[];
  }): void {
    this.keys.push(event);
    if (event.type === 'keyDown' && this.#shown !== null) {
      const names: Readonly<Record<string, string>> = { control: 'Control', meta: 'Meta', alt: 'Alt', shift: 'Shift' };
      const keys = [...(event.modifiers ?? []).map((each) => names[each] ?? each), event.keyCode];
      this.#shown.page.keyboard.press(keys.join('+')).catch(() => undefined);
    }
  }

  async loadURL(url: string): Promise<void> {
    this.#loading = url;
    if (this.#ports.openDriver === null) {
      this.#url = url;
      this.emit('did-start-navigation', preventable({ url, isMainFrame: true, isSameDocument: false }));
      this.lastAnswer = await this.session.protocol.answer(new Request(url));
      this.emit('ready-to-show');
      this.emit('did-finish-load');
      return;
    }
    const driver = await this.driver();
    try {
      await driver.load(url);
    } finally {
      this.#loading = null;
    }
  }

  async executeJavaScript(code: string): Promise<unknown> {
    return await (await this.driver()).page.evaluate(code);
  }

  async destroy(): Promise<void> {
    this.#destroyed = true;
    const driver = await this.#driver;
    this.#driver = null;
    await driver?.close();
    this.#shown = null;
    this.emit('destroyed');
  }

  /** The page's process dies; the next load starts another. */
  crash(reason: 'crashed' | 'oom' | 'clean-exit' = 'crashed'): void {
    const driver = this.#driver;
    this.#driver = null;
    this.#shown = null;
    driver?.then((each) => each.close()).catch(() => undefined);
    this.emit('render-process-gone', {}, { reason, exitCode: 5 });
  }

  /** As Chromium asks before a page goes somewhere. Answers whether it may. */
  askNavigation(url: string, main: boolean, redirect = false): boolean {
    const event = preventable({ url, isMainFrame: main, isSameDocument: false });
    if (redirect) {
      this.emit('will-redirect', event);
    } else if (!main || url !== this.#loading) {
      this.emit('will-frame-navigate', event);
      if (main) {
        this.emit('will-navigate', event);
      }
    }
    return !event.defaultPrevented;
  }

  /** As Chromium asks before a page opens a window. */
  askWindow(url: string): 'allow' | 'deny' {
    return this.#openHandler?.({ url }).action ?? 'allow';
  }

  #listener(): PageListener {
    return {
      onNavigation: (url, main, redirect) => {
        const allowed = this.askNavigation(url, main, redirect);
        if (allowed && main) {
          this.emit('did-start-navigation', preventable({ url, isMainFrame: true, isSameDocument: false }));
        }
        return allowed;
      },
      onSameDocument: (url) => {
        this.emit('did-start-navigation', preventable({ url, isMainFrame: true, isSameDocument: true }));
      },
      onLoad: () => {
        this.emit('ready-to-show');
        this.emit('did-finish-load');
      },
      mayLoad: (url, resourceType) => this.session.mayLoad(url, resourceType),
      onWindowOpen: (url) => {
        this.askWindow(url);
      },
      onMessage: (message, frame) => {
        this.#receive(message, frame);
      },
      onCrash: () => {
        this.crash();
      },
    };
  }

  #receive(message: IpcMessage, frame: string | null): void {
    const senderFrame =
      frame === null
        ? this.mainFrame
        : { url: this.getURL(), parent: this.mainFrame, frameTreeNodeId: this.id * 1000 + 1 };
    const event = { sender: this, senderFrame };
    if (message.kind === 'send') {
      this.#ports.ipcMain.emit(message.channel, event, ...message.args);
      return;
    }
    const reply = (value: unknown, error: string | null): void => {
      this.#shown?.send({ kind: 'reply', id: message.id, value, error });
    };
    this.#ports.ipcMain.invoke(message.channel, event, message.args).then(
      (value) => {
        reply(value, null);
      },
      (error: unknown) => {
        reply(null, `Error invoking remote method '${message.channel}': ${String(error)}`);
      },
    );
  }
}
