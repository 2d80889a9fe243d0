import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventHub } from '../../app/kernel/events.ts';
import { AppRig } from '../../app/testing/app-rig.ts';
import { err, ok } from '../../contract/errors.ts';
import type { EventName, Events } from '../../contract/events.ts';
import { EventStream } from './event-stream.ts';
import type { RunningServer } from './server.ts';
import { Browser } from './testing/browser.ts';
import { EventTab, type ReadEvent } from './testing/event-tab.ts';
import { serveRig } from './testing/serve-rig.ts';

type Answers = Readonly<Record<string, unknown>>;

let hub: EventHub;
let stream: EventStream;
let beat: () => void;
let beats: number[];
let asked: (() => void) | null;
let answers: Answers;

beforeEach(() => {
  hub = new EventHub((error) => {
    throw error;
  });
  beats = [];
  asked = null;
  answers = { 'sync.status': { state: 'idle' }, 'settings.get': { tileSize: 'large' } };
  stream = newStream();
});
afterEach(() => {
  stream.close();
});

function newStream(): EventStream {
  return new EventStream({
    app: {
      subscribeAll: (listener) => hub.subscribeAll(listener),
      call: (name) => {
        asked?.();
        const value = answers[name];
        return Promise.resolve((value === undefined ? err('internal', 'No.') : ok(value)) as never);
      },
    },
    every: (ms, work) => {
      beats.push(ms);
      beat = work;
      return () => {
        beats.push(-ms);
      };
    },
  });
}

const openTab = (lastEventId?: string | null): Promise<EventTab> => EventTab.open(stream, lastEventId);

const labels = (): void => {
  hub.emit('labels.changed', {});
};
const account = (accountId: number): void => {
  hub.emit('account.changed', { accountId });
};
const accountsOf = (events: readonly ReadEvent[]): unknown[] =>
  events.filter(({ name }) => name === 'account.changed').map(({ data }) => (data as { accountId: unknown }).accountId);

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('events', () => {
  test('reach every tab, in order, with ids that rise by one', async () => {
    const tabs = await Promise.all(range(1, 3).map(() => openTab()));
    range(1, 5).forEach(account);
    labels();
    for (const tab of tabs) {
      const events = await tab.events();
      expect(accountsOf(events)).toEqual([1, 2, 3, 4, 5]);
      expect(events.at(-1)).toMatchObject({ name: 'labels.changed', data: {} });
      const numbers = events.map(({ id }) => Number(id?.split('-')[1]));
      expect(numbers).toEqual(range(1, 6));
      expect(new Set(events.map(({ id }) => id?.split('-')[0])).size).toBe(1);
    }
    expect(stream.size).toBe(3);
  });

  test('come as a stream that nobody keeps', async () => {
    const tab = await openTab();
    expect(tab.status).toBe(200);
    expect(tab.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(tab.headers.get('cache-control')).toBe('no-store');
    expect(tab.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await tab.blocks())[0]).toMatch(/^retry: \d+$/);
  });

  test('with line breaks in their text stay one event', async () => {
    const tab = await openTab();
    const message = 'a\n\nevent: app.fatal\ndata: {}\r\n\r\nb\u2028c';
    hub.emit('app.fatal', { code: 'internal', message, hint: null } as unknown as Events['app.fatal']);
    const events = await tab.events();
    expect(events).toHaveLength(1);
    expect(events[0]?.data).toMatchObject({ message });
  });
});

describe('a tab that was cut off', () => {
  test('gets exactly what it missed, once', async () => {
    const tab = await openTab();
    range(1, 3).forEach(account);
    const id = await tab.lastId();
    tab.leave();
    range(4, 9).forEach(account);
    const back = await openTab(id);
    range(10, 11).forEach(account);
    expect(accountsOf(await back.events())).toEqual(range(4, 11));
    expect(accountsOf(await tab.events())).toEqual([1, 2, 3]);
  });

  test('before its first event misses nothing either', async () => {
    account(1);
    const tab = await openTab();
    const id = await tab.lastId();
    expect(await tab.events()).toEqual([]);
    tab.leave();
    account(2);
    expect(accountsOf(await (await openTab(id)).events())).toEqual([2]);
  });

  test('that missed nothing is told nothing', async () => {
    const tab = await openTab();
    account(1);
    expect(await (await openTab(await tab.lastId())).events()).toEqual([]);
  });

  test('that missed as much as is kept still gets it all', async () => {
    const tab = await openTab();
    account(0);
    const id = await tab.lastId();
    tab.leave();
    range(1, 500).forEach(account);
    expect(accountsOf(await (await openTab(id)).events())).toEqual(range(1, 500));
  });

  const names: readonly EventName[] = [
    'app.changed',
    'account.changed',
    'library.changed',
    'labels.changed',
    'settings.changed',
    'sync.progress',
  ];

  test('that missed more is told that everything may have changed, and how things stand', async () => {
    const tab = await openTab();
    account(0);
    const id = await tab.lastId();
    tab.leave();
    range(1, 501).forEach(account);
    const back = await openTab(id);
    const events = await back.events();
    expect(events.map(({ name }) => name)).toEqual(names);
    const data = new Map(events.map((event) => [event.name, event.data]));
    expect(data.get('library.changed')).toEqual({ accountId: null, chatIds: null, months: null, chats: true });
    expect(data.get('account.changed')).toEqual({ accountId: null });
    expect(data.get('sync.progress')).toEqual({ state: 'idle' });
    expect(data.get('settings.changed')).toEqual({ tileSize: 'large' });
    const next = await back.lastId();
    account(777);
    expect(accountsOf(await (await openTab(next)).events())).toEqual([777]);
  });

  test('hears anew how a check and an export stand', async () => {
    hub.emit('check.progress', { state: 'running' } as unknown as Events['check.progress']);
    hub.emit('check.progress', { state: 'done' } as unknown as Events['check.progress']);
    hub.emit('export.progress', { id: 3 } as unknown as Events['export.progress']);
    const events = await (await openTab('gone-1')).events();
    expect(events.map(({ name }) => name)).toEqual([...names, 'check.progress', 'export.progress']);
    expect(events.slice(-2).map(({ data }) => data)).toEqual([{ state: 'done' }, { id: 3 }]);
  });

  test('does not lose what is announced while it is told anew', async () => {
    account(1);
    asked = (): void => {
      account(2);
      asked = null;
    };
    const tab = await openTab('gone-1');
    account(3);
    expect(accountsOf(await tab.events())).toEqual([null, 2, 3]);
  });

  test('while no library can be asked is told what can be told', async () => {
    answers = {};
    expect((await (await openTab('gone-1')).events()).map(({ name }) => name)).toEqual(names.slice(0, 4));
  });

  test.each(['', '-', 'x', '1', 'gone-1', '-1', `${'9'.repeat(40)}-1`, '__proto__-1', 'a\u00ffb-2'])(
    'and names the id "%s", which was never given, is told anew',
    async (id) => {
      account(1);
      expect((await (await openTab(id)).events()).map(({ name }) => name)).toEqual(names);
    },
  );

  test('and names an event that has not happened yet is told anew', async () => {
    const tab = await openTab();
    account(1);
    const [era] = (await tab.lastId())?.split('-') ?? [];
    for (const number of ['2', '-1', '1.5', '1e3', 'NaN', 'Infinity']) {
      const events = await (await openTab(`${era ?? ''}-${number}`)).events();
      expect(
        events.map(({ name }) => name),
        number,
      ).toEqual(names);
    }
  });

  test('and comes back to a server that was started anew is told anew', async () => {
    const tab = await openTab();
    account(1);
    const id = await tab.lastId();
    stream.close();
    stream = newStream();
    account(2);
    expect((await (await openTab(id)).events()).map(({ name }) => name)).toEqual(names);
  });
});

describe('a connection', () => {
  test('is kept alive by a sign that is no event', async () => {
    const tab = await openTab();
    const before = await tab.lastId();
    expect(beats).toEqual([15_000]);
    beat();
    beat();
    expect((await tab.blocks()).filter((block) => block.startsWith(':'))).toHaveLength(2);
    expect(await tab.events()).toEqual([]);
    expect(await tab.lastId()).toBe(before);
  });

  test('that its page closed is let go of', async () => {
    const tabs = await Promise.all(range(1, 5).map(() => openTab()));
    tabs.slice(0, 4).forEach((tab) => {
      tab.leave();
    });
    expect(stream.size).toBe(1);
    account(1);
    expect(accountsOf((await tabs[4]?.events()) ?? [])).toEqual([1]);
  });

  test('that was closed before it could be answered is not kept', async () => {
    const request = new Request('http://127.0.0.1/events', { signal: AbortSignal.abort() });
    expect((await stream.answer(request)).body).toBeNull();
    expect(stream.size).toBe(0);
  });

  test('that is not read is cut off, while the others go on; it can come back', async () => {
    const [slow, quick] = [await openTab(), await openTab()];
    for (const number of range(1, 300)) {
      account(number);
      await quick.blocks();
    }
    expect(stream.size).toBe(1);
    expect(accountsOf(await quick.events())).toEqual(range(1, 300));
    expect(await slow.ended()).toBe(true);
    const got = accountsOf(await slow.events());
    expect(got.length).toBeLessThan(210);
    const back = await openTab(await slow.lastId());
    expect([...got, ...accountsOf(await back.events())]).toEqual(range(1, 300));
  });

  test('too many are refused for a while', async () => {
    const tabs = await Promise.all(range(1, 32).map(() => openTab()));
    const refused = await openTab();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('10');
    tabs[0]?.leave();
    expect((await openTab()).status).toBe(200);
  });

  test('ends with the server, and none is taken afterwards', async () => {
    const tab = await openTab();
    stream.close();
    expect(await tab.ended()).toBe(true);
    expect(beats).toEqual([15_000, -15_000]);
    account(1);
    expect(await tab.events()).toEqual([]);
    expect((await openTab()).status).toBe(503);
  });
});

describe('over the wire', () => {
  let rig: AppRig;
  let server: RunningServer;
  let ticks: (() => void)[];

  beforeEach(async () => {
    rig = await AppRig.start({ library: true });
    ticks = [];
    server = await serveRig(rig, {
      every: (_ms, work) => {
        ticks.push(work);
        return () => undefined;
      },
    });
  });
  afterEach(async () => {
    await server.close();
    await rig.end();
  });

  test('several tabs hear the same, and one that was cut goes on where it was', async () => {
    const browser = await Browser.open(server.newUrl());
    const tabs = await Promise.all(
      range(1, 3).map(async () => {
        const events = browser.openEvents('/events');
        const heard: string[] = [];
        events.addEventListener('settings.changed', (event) => {
          const data: unknown = (event as MessageEvent).data;
          heard.push((JSON.parse(String(data)) as { tileSize: string }).tileSize);
        });
        await new Promise((resolve) => {
          events.addEventListener('open', resolve, { once: true });
        });
        return { events, heard };
      }),
    );
    await rig.ask('settings.set', { tileSize: 'compact' });
    await expect.poll(() => tabs.map(({ heard }) => heard)).toEqual([['compact'], ['compact'], ['compact']]);
    tabs[0]?.events.cut();
    await rig.ask('settings.set', { tileSize: 'large' });
    await rig.ask('settings.set', { tileSize: 'normal' });
    const all = ['compact', 'large', 'normal'];
    await expect.poll(() => tabs.map(({ heard }) => heard)).toEqual([all, all, all]);
    expect(ticks).toHaveLength(1);
    for (const { events } of tabs) {
      events.close();
    }
  });
});
