import type { EventName, Events } from '../../contract/events.ts';

type Listener = (name: EventName, payload: Events[EventName]) => void;

/** Events of the app. A listener that throws is reported to `onFault` and does not affect the others. */
export class EventHub {
  readonly #listeners = new Set<Listener>();
  readonly #onFault: (error: unknown) => void;
  /** The fatal event. It also reaches listeners that subscribe later. */
  #fatal: Events['app.fatal'] | null = null;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  emit<Name extends EventName>(name: Name, payload: Events[Name]): void {
    for (const listener of [...this.#listeners]) {
      this.#tell(listener, name, payload);
    }
  }

  /** Passes on the result of a change of favourites, labels, notes, kept searches or the trash, and tells all pages of it. */
  marked<Value>(value: Value): Value {
    this.emit('labels.changed', {});
    return value;
  }

  /** The app cannot continue: told now and to every later listener, until `recover`. */
  fatal(error: Events['app.fatal']): void {
    this.#fatal = error;
    this.emit('app.fatal', error);
  }

  recover(): void {
    this.#fatal = null;
  }

  get lastFatal(): Events['app.fatal'] | null {
    return this.#fatal;
  }

  subscribe<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void {
    return this.subscribeAll((event, payload) => {
      if (event === name) {
        // The name decides the payload's type; TypeScript cannot follow that through the union.
        listener(payload as Events[Name]);
      }
    });
  }

  subscribeAll(listener: Listener): () => void {
    // An own function for each, so that the same listener may come twice.
    const own: Listener = (name, payload) => listener(name, payload);
    this.#listeners.add(own);
    if (this.#fatal !== null) {
      this.#tell(own, 'app.fatal', this.#fatal);
    }
    return () => this.#listeners.delete(own);
  }

  #tell(listener: Listener, name: EventName, payload: Events[EventName]): void {
    try {
      listener(name, payload);
    } catch (error) {
      this.#onFault(error);
    }
  }
}
