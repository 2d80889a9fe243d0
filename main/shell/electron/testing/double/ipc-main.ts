import { EventEmitter } from 'node:events';

type Handler = (event: unknown, ...args: unknown[]) => unknown;

export class IpcMainDouble extends EventEmitter {
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    this.#handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  /** As a page's `ipcRenderer.invoke`. */
  async invoke(channel: string, event: unknown, args: readonly unknown[]): Promise<unknown> {
    return await this.#handlers.get(channel)?.(event, ...args);
  }
}
