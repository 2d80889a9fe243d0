import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sharedEvents, SharedStream, type StreamListener } from './event-source.ts';

/** An EventSource of the browser's, without a network. */
class Source extends EventTarget {
  readonly url: string;
  readyState = 1;

  constructor(url: string) {
    super();
    this.url = url;
  }

  close(): void {
    this.readyState = 2;
  }
}

let sources: Source[];
let stream: SharedStream;
let ports: MessagePort[];
beforeEach(() => {
  sources = [];
  ports = [];
  stream = new SharedStream((url) => {
    const source = new Source(url);
    sources.push(source);
    return source as unknown as EventSource;
  });
});
afterEach(() => {
  for (const port of ports) {
    port.close();
  }
});

interface Tab {
  readonly heard: string[];
  readonly close: () => void;
}

function openTab(): Tab {
  const heard: string[] = [];
  const listener: StreamListener = {
    onEvent: (name, data) => heard.push(`${name} ${data}`),
    onConnection: (connected) => heard.push(connected ? 'connected' : 'cut'),
  };
  const close = sharedEvents(() => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    stream.join(port2);
    return port1;
  })(listener);
  return { heard, close };
}

const tell = (text: string, id: string): void => {
  const event = new MessageEvent('settings.changed', { data: text, lastEventId: id });
  sources.at(-1)?.dispatchEvent(event);
};

describe('tabs', () => {
  test('share one stream, also with a tab that comes later', async () => {
    const tabs = [openTab(), openTab()];
    sources[0]?.dispatchEvent(new Event('open'));
    tell('1', 'a-1');
    const late = openTab();
    tell('2', 'a-2');
    const all = ['connected', 'settings.changed 1', 'settings.changed 2'];
    await expect.poll(() => [...tabs, late].map(({ heard }) => heard)).toEqual([all, all, [all[0], all[2]]]);
    expect(sources.map(({ url }) => url)).toEqual(['/events']);
  });

  test('go on hearing when the tab that opened the stream is closed; the last one closes it', async () => {
    const [first, second] = [openTab(), openTab()];
    first.close();
    tell('1', 'a-1');
    await expect.poll(() => second.heard).toEqual(['settings.changed 1']);
    expect(first.heard).toEqual([]);
    expect(sources[0]?.readyState).toBe(1);
    second.close();
    await expect.poll(() => sources[0]?.readyState).toBe(2);
  });

  test('hear of a cut, and a stream that was refused is opened again by the next tab, after the last event', async () => {
    const old = openTab();
    tell('1', 'a-1');
    sources[0]?.close();
    sources[0]?.dispatchEvent(new Event('error'));
    openTab();
    expect(sources.map(({ url }) => url)).toEqual(['/events', '/events?after=a-1']);
    sources[1]?.dispatchEvent(new Event('open'));
    tell('2', 'a-2');
    await expect.poll(() => old.heard).toEqual(['settings.changed 1', 'cut', 'connected', 'settings.changed 2']);
  });
});
