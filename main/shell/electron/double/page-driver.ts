import { randomUUID } from 'node:crypto';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { RECEIVE_FUNCTION, PRELOAD_WORLD, SEND_BINDING, pageScript, preloadScript } from './worlds.ts';

/** What the main process's side of a page hears, with addresses as Electron knows them. */
export interface PageListener {
  /** False blocks it. `redirect`: the server sent the page elsewhere. */
  onNavigation(url: string, main: boolean, redirect: boolean): boolean;
  onSameDocument(url: string): void;
  onLoad(): void;
  mayLoad(url: string, resourceType: string): boolean;
  onWindowOpen(url: string): void;
  /** A message of the preload's `ipcRenderer`; `frame` null = the main frame, else the address of the sender. */
  onMessage(message: IpcMessage, frame: string | null): void;
  onCrash(): void;
}

export interface IpcMessage {
  readonly kind: 'invoke' | 'send';
  readonly id: number;
  readonly channel: string;
  readonly args: readonly unknown[];
}

export interface DriverOptions {
  readonly browser: Browser;
  readonly preload: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly toBrowser: (url: string) => string;
  /** Null for an address that is none of ours. */
  readonly fromBrowser: (url: string) => string | null;
  readonly listener: PageListener;
}

/** One page of a real Chromium, driven over the DevTools protocol the way Electron drives its own. */
export class PageDriver {
  readonly page: Page;
  readonly #cdp: CDPSession;
  readonly #options: DriverOptions;
  readonly #mainFrame: string;
  /** The preload's world of the main frame's document. */
  #preloadContext: number | null = null;
  readonly #frames = new Map<number, string>();

  private constructor(page: Page, cdp: CDPSession, mainFrame: string, options: DriverOptions) {
    this.page = page;
    this.#cdp = cdp;
    this.#mainFrame = mainFrame;
    this.#options = options;
  }

  static async open(options: DriverOptions): Promise<PageDriver> {
    const context = await options.browser.newContext({ viewport: options.size, locale: 'en-GB' });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    const { frameTree } = await cdp.send('Page.getFrameTree');
    const driver = new PageDriver(page, cdp, frameTree.frame.id, options);
    await driver.#attach();
    return driver;
  }

  get url(): string {
    return this.#real(this.page.url());
  }

  async load(url: string): Promise<void> {
    try {
      await this.page.goto(this.#options.toBrowser(url), { waitUntil: 'load' });
    } catch (error) {
      const code = /net::(ERR_[A-Z_]+)/.exec(String(error))?.[1];
      throw code === undefined ? error : Object.assign(new Error(`${code} loading '${url}'`), { code, url });
    }
  }

  /** To the preload's `ipcRenderer`; lost when the page has just gone, as in Electron. */
  send(message: object): void {
    if (this.#preloadContext !== null) {
      const expression = `${RECEIVE_FUNCTION}(${JSON.stringify(JSON.stringify(message))})`;
      this.#drop(this.#cdp.send('Runtime.evaluate', { contextId: this.#preloadContext, expression }));
    }
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  async #attach(): Promise<void> {
    const { listener, preload } = this.#options;
    const cdp = this.#cdp;
    const eventName = `electron-double-${randomUUID()}`;
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      const aux = context.auxData as { readonly frameId?: string } | undefined;
      const frame = aux?.frameId ?? '';
      if (context.name === PRELOAD_WORLD) {
        this.#frames.set(context.id, frame);
        if (frame === this.#mainFrame) {
          this.#preloadContext = context.id;
        }
      }
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      this.#frames.delete(executionContextId);
      if (executionContextId === this.#preloadContext) {
        this.#preloadContext = null;
      }
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === SEND_BINDING) {
        const frame = this.#frames.get(executionContextId);
        listener.onMessage(JSON.parse(payload) as IpcMessage, frame === this.#mainFrame ? null : (frame ?? ''));
      }
    });
    cdp.on('Fetch.requestPaused', (paused) => {
      const url = this.#real(paused.request.url);
      const isDocument = paused.resourceType === 'Document';
      const allowed = isDocument
        ? listener.onNavigation(url, paused.frameId === this.#mainFrame, paused.redirectedRequestId !== undefined)
        : listener.mayLoad(url, paused.resourceType);
      const { requestId } = paused;
      this.#drop(
        allowed && (!isDocument || listener.mayLoad(url, 'mainFrame'))
          ? cdp.send('Fetch.continueRequest', { requestId })
          : cdp.send('Fetch.failRequest', { requestId, errorReason: isDocument ? 'Aborted' : 'BlockedByClient' }),
      );
    });
    cdp.on('Page.navigatedWithinDocument', ({ url, frameId }) => {
      if (frameId === this.#mainFrame) {
        listener.onSameDocument(this.#real(url));
      }
    });
    this.page.on('load', () => {
      listener.onLoad();
    });
    this.page.on('crash', () => {
      listener.onCrash();
    });
    this.page.on('popup', (popup) => {
      // Electron asks before there is a window; here it is there and goes at once.
      const url = popup.url();
      this.#drop(popup.close());
      listener.onWindowOpen(this.#real(url));
    });
    await cdp.send('Page.enable');
    await cdp.send('Runtime.enable');
    await cdp.send('Runtime.addBinding', { name: SEND_BINDING, executionContextName: PRELOAD_WORLD });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript(eventName) });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: preloadScript(eventName, preload),
      worldName: PRELOAD_WORLD,
    });
    await cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
  }

  #real(url: string): string {
    return this.#options.fromBrowser(url) ?? url;
  }

  /** A message to a page that has just gone has nobody to fail for. */
  #drop(sent: Promise<unknown>): void {
    sent.catch(() => undefined);
  }
}
