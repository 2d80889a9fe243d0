import { EventEmitter } from 'node:events';

let lastId = 0;

/** The web contents of a window, as far as the sender check and the guards look at them. */
export class ContentsDouble extends EventEmitter {
  readonly id: number;
  readonly mainFrame: { readonly url: string; readonly parent: null; readonly frameTreeNodeId: number };
  /** Messages sent to the page; each is also an event of the name of its channel. */
  readonly sent: { readonly channel: string; readonly args: readonly unknown[] }[] = [];
  openHandler: ((details: { readonly url: string }) => { readonly action: string }) | null = null;

  constructor(url: string) {
    super();
    lastId += 1;
    this.id = lastId;
    this.mainFrame = { url, parent: null, frameTreeNodeId: this.id * 1000 };
  }

  isDestroyed(): boolean {
    return false;
  }

  send(channel: string, ...args: unknown[]): void {
    this.sent.push({ channel, args });
    this.emit(channel, ...args);
  }

  setWindowOpenHandler(handler: (details: { readonly url: string }) => { readonly action: string }): void {
    this.openHandler = handler;
  }
}
