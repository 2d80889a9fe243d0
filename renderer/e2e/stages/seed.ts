/** One library for the specs of all files: synced once from the stand-in of the service, then copied for each file. */
import { cp, link, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EVERYTHING, type MediaFilter } from '../../../main/contract/shapes.ts';
import type { CallInput, CallName, CallOutput } from '../../../main/app/calls.ts';
import type { EventName, Events } from '../../../main/contract/events.ts';
import type { App } from '../../../main/app/create-app.ts';
import { systemClock, type Clock } from '../../../main/lib/clock.ts';
import { startSandbox, type Sandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { openApp } from './server-stage.ts';

/** When the specs take place: four days after the newest message of the stand-in. */
export const NOW = Date.UTC(2026, 10, 24, 14, 30);

/** A clock that begins at `NOW`. */
export function clockFromNow(): Clock {
  const begun = performance.now();
  return {
    now: () => Math.round(NOW + performance.now() - begun),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
  };
}

/** The value of a call that must succeed. */
export async function ask<Name extends CallName>(
  app: Pick<App, 'call'>,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> {
  const result = await app.call(name, input, new AbortController().signal);
  if (!result.ok) {
    throw new Error(`${name}: ${result.error.code} ${result.error.message}`);
  }
  return result.value;
}

/** Resolves when the app tells an event that `is` accepts. */
export function heard<Name extends EventName>(
  app: Pick<App, 'subscribeAll'>,
  event: Name,
  is: (payload: Events[Name]) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = app.subscribeAll((name, payload) => {
      if (name === event && is(payload as Events[Name])) {
        stop();
        resolve();
      }
    });
  });
}

const allOf = (filter: Partial<MediaFilter>): CallInput<'labels.apply'>['selection'] => ({
  filter: { ...EVERYTHING, ...filter },
  spans: null,
  include: [],
  exclude: [],
});

/** Makes `library` and `config` in `folder`. The stand-in goes on running: close it when no spec needs it any more. */
export async function makeSeed(folder: string): Promise<Sandbox> {
  const clock = clockFromNow();
  const service = await startSandbox({ chats: 8, messages: 112, clock: clock.now });
  const app = await openApp({ configDir: join(folder, 'config'), library: join(folder, 'library') }, clock);
  const { id: accountId } = await ask(app, 'accounts.add', {
    name: 'Northshore',
    key: service.key,
    connectionId: service.connection,
    apiBase: service.api,
    ratePerMinute: 0,
  });
  const synced = heard(app, 'sync.progress', ({ state }) => state === 'idle');
  await ask(app, 'sync.start', { accountId, chatIds: [], full: false, retryFailed: false });
  await synced;

  const { rows: chats } = await ask(app, 'chats.list', { accountId, after: null, limit: 10 });
  const [first, second, third] = chats.map(({ id }) => id);
  const { id: print } = await ask(app, 'labels.save', { id: null, name: 'Print' });
  await ask(app, 'labels.apply', {
    selection: allOf({ chatIds: [third ?? 0], kinds: ['photo'], states: ['stored'] }),
    labelId: print,
    on: true,
  });
  await ask(app, 'labels.apply', {
    selection: allOf({ chatIds: [second ?? 0], kinds: ['video'], states: ['stored'] }),
    labelId: 1,
    on: true,
  });
  const exported = heard(app, 'export.progress', ({ endedAt }) => endedAt !== null);
  await ask(app, 'export.start', {
    dir: join(folder, 'Exports', 'Summer'),
    selection: allOf({ chatIds: [first ?? 0], kinds: ['audio'], states: ['stored'] }),
    layout: 'by-month',
    conflict: 'skip',
    link: 'auto',
    sidecars: ['csv'],
    bag: false,
    zip: false,
    zipBytes: null,
    csvBom: true,
    messages: 'none',
    bates: null,
    pageSize: null,
  });
  await exported;
  await app.shutdown();
  return service;
}

/** A library and a config folder of its own for a file of specs. Stored files are links, small pictures are shared: each is drawn once. */
export async function copySeed(seed: string, to: string): Promise<void> {
  await cp(join(seed, 'config'), join(to, 'config'), { recursive: true });
  const library = join(seed, 'library');
  const entries = await readdir(library, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const from = join(entry.parentPath, entry.name);
    const place = join(to, 'library', from.slice(library.length));
    if (from.startsWith(join(library, 'thumbs'))) {
      continue;
    }
    await mkdir(entry.isDirectory() ? place : dirname(place), { recursive: true });
    if (entry.isFile()) {
      await (from.startsWith(join(library, 'files')) ? link(from, place) : cp(from, place));
    }
  }
  await symlink(join(library, 'thumbs'), join(to, 'library', 'thumbs'));
}

/** Paths of all files below a folder. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Puts other bytes of the same length in the place of a file. The seed keeps its own. */
export async function damage(path: string): Promise<void> {
  const { size } = await stat(path);
  await rm(path);
  await writeFile(path, Buffer.alloc(size, 1));
}
