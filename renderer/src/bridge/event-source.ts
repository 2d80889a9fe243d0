import { EVENTS_PATH } from '../../../main/contract/wire-names.ts';
import { EVENT_NAMES, type EventName } from '../../../main/contract/events.ts';

/** Hears the event stream of the server. */
export interface StreamListener {
  /** `data`: the payload as JSON. `id`: where the stream would go on after it. */
  onEvent(name: EventName, data: string, id: string): void;
  onConnection(connected: boolean): void;
}

/** Opens the stream; answers how to close it. */
export type OpenEvents = (listener: StreamListener) => () => void;

type OpenSource = (url: string) => EventSource;

/** A stream of this page's own. The browser resumes it after a broken connection, with the id of the last event. */
export function ownEvents(open: OpenSource): OpenEvents {
  return (listener) => {
    const source = listen(open(EVENTS_PATH), listener);
    return () => source.close();
  };
}

function listen(source: EventSource, listener: StreamListener): EventSource {
  source.addEventListener('open', () => listener.onConnection(true));
  source.addEventListener('error', () => listener.onConnection(false));
  for (const name of EVENT_NAMES) {
    source.addEventListener(name, (event: MessageEvent<string>) =>
      listener.onEvent(name, event.data, event.lastEventId),
    );
  }
  return source;
}

type Told =
  | { readonly is: 'event'; readonly name: EventName; readonly data: string; readonly id: string }
  | { readonly is: 'connection'; readonly connected: boolean };

const LEAVE = 'leave';

/**
 * The one stream of all tabs. A browser opens six connections to a server over HTTP/1.1: a stream for each tab would leave the seventh
 * without an answer to anything. Lives in a shared worker, which ends with the last tab.
 */
export class SharedStream {
  readonly #open: OpenSource;
  readonly #tabs = new Set<MessagePort>();
  #source: EventSource | null = null;
  /** Null: not known yet. */
  #connected: boolean | null = null;
  #lastId: string | null = null;

  constructor(open: OpenSource) {
    this.#open = open;
  }

  /** A tab that hears everything from now on. */
  join(tab: MessagePort): void {
    this.#tabs.add(tab);
    tab.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === LEAVE) {
        this.#leave(tab);
      }
    };
    if (this.#source === null || this.#source.readyState === CLOSED) {
      this.#begin();
    } else if (this.#connected !== null) {
      tab.postMessage({ is: 'connection', connected: this.#connected } satisfies Told);
    }
  }

  #begin(): void {
    // A stream that the server refused does not come back by itself. The next one resumes where it was.
    const url = this.#lastId === null ? EVENTS_PATH : `${EVENTS_PATH}?after=${encodeURIComponent(this.#lastId)}`;
    this.#source = listen(this.#open(url), {
      onEvent: (name, data, id) => {
        this.#lastId = id;
        this.#tell({ is: 'event', name, data, id });
      },
      onConnection: (connected) => {
        this.#connected = connected;
        this.#tell({ is: 'connection', connected });
      },
    });
  }

  #leave(tab: MessagePort): void {
    this.#tabs.delete(tab);
    tab.close();
    if (this.#tabs.size === 0) {
      this.#source?.close();
      this.#source = null;
    }
  }

  #tell(told: Told): void {
    for (const tab of this.#tabs) {
      tab.postMessage(told);
    }
  }
}

/** `EventSource.CLOSED`, where there may be no EventSource. */
const CLOSED = 2;

/** The stream that `join` shares, seen from a tab. */
export function sharedEvents(connect: () => MessagePort): OpenEvents {
  return (listener) => {
    const port = connect();
    port.onmessage = ({ data }: MessageEvent<Told>) => {
      if (data.is === 'event') {
        listener.onEvent(data.name, data.data, data.id);
      } else {
        listener.onConnection(data.connected);
      }
    };
    return () => {
      port.postMessage(LEAVE);
      port.close();
    };
  };
}
