import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { EVERYTHING, type CheckReport, type SyncStatus } from '../contract/shapes.ts';
import type { LibraryChange } from '../contract/events.ts';
import type { CallName } from './calls.ts';
import { createApp, type App } from './create-app.ts';
import { openLog } from './kernel/log.ts';
import { mediaUrl } from '../contract/media-url.ts';
import { createAnswer } from '../shell/http/answer.ts';
import { AppRig, type AppRigOptions } from './testing/app-rig.ts';

const SYNC = { accountId: null, chatIds: [], full: false, retryFailed: false };
const never = (): AbortSignal => new AbortController().signal;

let rig: AppRig;
let apps: App[] = [];
afterEach(async () => {
  await Promise.all(apps.map((app) => app.shutdown()));
  apps = [];
  await rig.end();
});

async function start(options: AppRigOptions = {}): Promise<void> {
  rig = await AppRig.start(options);
}

/** The app once more on the same folders, as after a restart. */
async function again(library: string | null = null): Promise<App> {
  const app = await createApp({ ...rig.ports, library, log: openLog({ dir: join(rig.folder, 'logs-again') }) });
  apps.push(app);
  return app;
}

const ask = (app: App, name: CallName, input: unknown): Promise<unknown> => app.call(name, input, never());

/** Resolves with the first status that fits. */
function status(that: (status: SyncStatus) => boolean): Promise<SyncStatus> {
  return new Promise((resolve) => {
    const stop = rig.app.subscribe('sync.progress', (now) => {
      if (that(now)) {
        stop();
        resolve(now);
      }
    });
  });
}

describe('before a library is chosen', () => {
  test('the app answers what it can, and says what is missing', async () => {
    await start();
    expect(await rig.ask('app.info', {})).toMatchObject({ state: 'needsLibrary', notices: [] });
    expect(await rig.ask('accounts.list', {})).toEqual({ accounts: [] });
    expect((await rig.ask('sync.status', {})).state).toBe('idle');
    expect(await ask(rig.app, 'media.counts', { filter: EVERYTHING })).toMatchObject({ error: { code: 'not_found' } });
    const { key, api, connection } = rig.sandbox;
    const tested = await rig.ask('connections.list', { key, apiBase: api });
    expect(tested.connections.find(({ id }) => id === connection)).toMatchObject({
      status: 'active',
      missingPermissions: [],
    });
    expect(tested.connections.some(({ missingPermissions }) => missingPermissions.includes('messages:read'))).toBe(
      true,
    );
    expect(await ask(rig.app, 'connections.list', { key: 'wrong', apiBase: api })).toMatchObject({
      error: { code: 'key_refused' },
    });
  });

  test('folders are told apart, and one with other content gets a folder inside', async () => {
    await start();
    const kind = async (path: string): Promise<string> => (await rig.ask('library.inspect', { path })).kind;
    const other = join(rig.folder, 'other');
    await mkdir(other);
    expect([await kind(join(rig.folder, 'no', 'where')), await kind(other)]).toEqual(['missing', 'empty']);
    await writeFile(join(other, 'diary.txt'), 'mine');
    expect(await kind(other)).toBe('foreign');
    const { path } = await rig.ask('library.choose', { path: other });
    expect(path).toBe(join(other, 'Chatkeep'));
    expect([await kind(path), (await rig.ask('app.info', {})).state]).toEqual(['library', 'needsAccount']);
  });

  test('a folder typed with ~ is one of the home folder; of another user it is refused', async () => {
    await start();
    expect(await rig.ask('library.inspect', { path: '~/no such folder' })).toMatchObject({
      path: join(homedir(), 'no such folder'),
      kind: 'missing',
    });
    for (const [name, input] of [
      ['library.inspect', { path: '~bob/lib' }],
      ['library.choose', { path: '~bob/lib' }],
      ['export.verify', { dir: '~bob/out' }],
      ['backup.start', { kind: 'restore', from: '~bob/copy', to: join(rig.folder, 'to') }],
    ] as const) {
      const answer = await rig.app.call(name, input, new AbortController().signal);
      expect(answer, name).toMatchObject({ ok: false, error: { code: 'usage' } });
    }
  });

  test('sample chats fill a library, and are the same account after a restart', async () => {
    await start();
    await rig.ask('library.choose', { path: join(rig.folder, 'library') });
    const account = await rig.ask('sandbox.start', { chats: 1, messages: 10 });
    expect(account).toMatchObject({ sample: true, name: 'Sample chats' });
    expect(await rig.ask('sandbox.start', { chats: 1, messages: 10 })).toEqual(account);
    await rig.ask('sync.start', SYNC);
    await rig.synced();
    await rig.app.shutdown();
    const second = await again();
    expect(await ask(second, 'sandbox.start', { chats: 1, messages: 10 })).toMatchObject({ value: { id: account.id } });
  });
});

describe('at the start', () => {
  test('the library that was open last is opened', async () => {
    await start();
    await rig.ask('library.choose', { path: join(rig.folder, 'library') });
    await rig.app.shutdown();
    expect(await ask(await again(), 'library.state', {})).toMatchObject({
      value: { path: join(rig.folder, 'library') },
    });
  });

  test('a library whose folder is away is a notice, not the end', async () => {
    await start();
    await rig.ask('library.choose', { path: join(rig.folder, 'library') });
    await rig.app.shutdown();
    await rm(join(rig.folder, 'library'), { recursive: true });
    expect(await ask(await again(), 'app.info', {})).toMatchObject({
      value: { state: 'needsLibrary', notices: [{ code: 'library_not_one' }] },
    });
  });

  test('a library that another process holds ends it in words, also for those who listen later', async () => {
    await start({ library: true });
    const second = await again(join(rig.folder, 'library'));
    expect(await ask(second, 'app.info', {})).toMatchObject({ error: { code: 'library_locked' } });
    const heard: string[] = [];
    second.subscribe('app.fatal', ({ code }) => heard.push(code));
    expect(heard).toEqual(['library_locked']);
  });

  test('a library that another process held is opened when the page is loaded again after that has ended', async () => {
    await start({ library: true });
    const second = await again(join(rig.folder, 'library'));
    expect(await ask(second, 'app.info', {})).toMatchObject({ error: { code: 'library_locked' } });
    await rig.app.shutdown();
    // Two asks, as a page and its menu send them, open it once.
    const answers = await Promise.all([ask(second, 'app.info', {}), ask(second, 'app.info', {})]);
    expect(answers).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await ask(second, 'ledger.get', { accountId: null, chatId: null })).toMatchObject({ ok: true });
  });

  test('damaged settings are told and do not stop it', async () => {
    await start();
    await writeFile(join(rig.folder, 'config', 'settings.json'), '\u0000');
    expect(await ask(await again(), 'app.info', {})).toMatchObject({ value: { notices: [{ code: 'usage' }] } });
  });
});

describe('a sync', () => {
  test('that is paused stops, keeps what it has, and goes on to the end', async () => {
    await start({ library: true, sandbox: { chats: 2, messages: 120 } });
    rig.sandbox.faults.set('slow', { ms: 30 });
    const { key, connection, api } = rig.sandbox;
    await rig.ask('accounts.add', { name: null, key, connectionId: connection, apiBase: api, ratePerMinute: 0 });
    const begun = status(({ pages }) => pages > 0);
    await rig.ask('sync.start', SYNC);
    await begun;
    const paused = status(({ state }) => state === 'paused');
    expect((await rig.ask('sync.pause', {})).state).toBe('pausing');
    expect((await paused).pauseReason).toBe('person');
    rig.sandbox.faults.clear('slow');
    const ended = status(({ state }) => state === 'idle');
    expect((await rig.ask('sync.resume', {})).state).toBe('running');
    expect((await ended).problem).toBeNull();
    const { total } = await rig.ask('ledger.get', { accountId: null, chatId: null });
    expect([total.pending, total.failed]).toEqual([0, 0]);
  });

  test('that is held for the system goes on by itself when all reasons are gone', async () => {
    await start({ library: true, account: true });
    rig.sandbox.faults.set('slow', { ms: 30 });
    await rig.ask('sync.start', SYNC);
    const held = status(({ state }) => state === 'paused');
    rig.app.hold('suspended');
    rig.app.hold('offline');
    expect((await held).pauseReason).toBe('suspended');
    rig.sandbox.faults.clear('slow');
    rig.app.release('suspended');
    expect((await rig.ask('sync.status', {})).state).toBe('paused');
    const ended = status(({ state }) => state === 'idle');
    rig.app.release('offline');
    expect((await ended).problem).toBeNull();
  });

  test('whose library folder goes away says so, not that there is no network, and goes on when it is back', async () => {
    await start({ library: true, account: true, sandbox: { chats: 1, messages: 24 } });
    const marker = join(rig.folder, 'library', 'library.json');
    rig.sandbox.faults.set('slow', { ms: 30 });
    const begun = status(({ pages }) => pages > 0);
    await rig.ask('sync.start', SYNC);
    await begun;
    const paused = status(({ state }) => state === 'paused');
    await rename(marker, `${marker} away`);
    expect(await paused).toMatchObject({ pauseReason: 'libraryAway', waits: [{ kind: 'libraryAway' }] });
    rig.sandbox.faults.clear('slow');
    const ended = status(({ state }) => state === 'idle');
    await rename(`${marker} away`, marker);
    expect((await ended).problem).toBeNull();
  });

  test('that is cancelled is idle, and the next one finishes the work', async () => {
    await start({ library: true, account: true });
    rig.sandbox.faults.set('slow', { ms: 30 });
    await rig.ask('sync.start', SYNC);
    const idle = status(({ state }) => state === 'idle');
    expect((await rig.ask('sync.cancel', {})).state).toBe('cancelling');
    expect((await idle).problem).toBeNull();
    rig.sandbox.faults.clear('slow');
    await rig.ask('sync.start', SYNC);
    await rig.synced();
    expect((await rig.ask('ledger.get', { accountId: null, chatId: null })).total.pending).toBe(0);
  });

  test('keeps only the chats that were chosen', async () => {
    await start({ library: true, sandbox: { chats: 3, messages: 20 } });
    const { key, connection, api } = rig.sandbox;
    const account = await rig.ask('accounts.add', {
      name: null,
      key,
      connectionId: connection,
      apiBase: api,
      ratePerMinute: 0,
    });
    const { rows } = await rig.ask('chats.remote', { accountId: account.id, after: null });
    const [kept, left] = rows.map(({ id }) => id);
    await rig.ask('chats.choose', { accountId: account.id, mode: 'only', chatIds: [kept ?? 0] });
    await rig.ask('sync.start', SYNC);
    await rig.synced();
    const stored = async (chatId: number | undefined): Promise<number> =>
      (await rig.ask('media.counts', { filter: { ...EVERYTHING, accountId: account.id, chatIds: [chatId ?? 0] } }))
        .count;
    expect(await stored(kept)).toBeGreaterThan(0);
    expect(await stored(left)).toBe(0);
    const again = await rig.ask('chats.remote', { accountId: account.id, after: null });
    expect(again.rows.map(({ chosen }) => chosen)).toEqual([true, false, false]);
  });

  test('with a refused key marks the account, and goes on after a good one', async () => {
    await start({ library: true });
    const accountId = await rig.fill();
    rig.sandbox.faults.set('unauthorized-key');
    await rig.ask('sync.start', SYNC);
    await rig.synced();
    expect((await rig.ask('sync.status', {})).problem?.code).toBe('key_refused');
    const { accounts } = await rig.ask('accounts.list', {});
    expect(accounts[0]).toMatchObject({ id: accountId, status: 'needsAttention', problem: { code: 'key_refused' } });
    rig.sandbox.faults.clear('unauthorized-key');
    expect((await rig.ask('accounts.test', { accountId })).status).toBe('ok');
    rig.sandbox.faults.set('unauthorized-key');
    await rig.ask('sync.start', SYNC);
    await rig.synced();
    rig.sandbox.faults.clear('unauthorized-key');
    // A new key is enough: nobody must sync first.
    expect((await rig.ask('accounts.update', { accountId, key: rig.sandbox.key })).status).toBe('ok');
  });

  test('without its key marks the account: a library from another machine brings no keys', async () => {
    await start({ library: true });
    const accountId = await rig.fill();
    rig.secrets.clear();
    const told: (number | null)[] = [];
    rig.app.subscribe('account.changed', (change) => told.push(change.accountId));
    await rig.ask('sync.start', SYNC);
    await rig.synced();
    expect((await rig.ask('sync.status', {})).problem?.code).toBe('account_missing');
    expect(told).toEqual([accountId]);
    const marked = (await rig.ask('accounts.list', {})).accounts[0];
    expect(marked).toMatchObject({ status: 'needsAttention', problem: { code: 'account_missing' } });
    expect((await rig.ask('accounts.test', { accountId })).problem?.code).toBe('account_missing');
    // The key has several connections; the library knows whose chats it holds.
    expect((await rig.ask('accounts.update', { accountId, key: rig.sandbox.key })).status).toBe('ok');
    await rig.ask('sync.start', SYNC);
    await rig.synced();
    expect((await rig.ask('sync.status', {})).problem).toBeNull();
  });

  test('goes on with the connection that its person linked anew, once it is tested', async () => {
    await start({ library: true });
    const accountId = await rig.fill();
    rig.sandbox.relink();
    await rig.ask('sync.start', SYNC);
    await rig.synced();
    expect((await rig.ask('accounts.list', {})).accounts[0]?.problem?.code).toBe('connection_refused');
    // Also for those who enter the key again.
    const { key, connection } = rig.sandbox;
    expect((await rig.ask('accounts.test', { accountId })).status).toBe('ok');
    for (const name of rig.secrets.keys()) {
      rig.secrets.set(name, JSON.stringify({ key, connectionId: connection }));
    }
    expect((await rig.ask('accounts.update', { accountId, key })).status).toBe('ok');
    await rig.ask('sync.start', SYNC);
    await rig.synced();
    expect((await rig.ask('sync.status', {})).problem).toBeNull();
  });

  test('tells which chats and months changed, then that anything may have', async () => {
    await start({ library: true });
    const changes: LibraryChange[] = [];
    rig.app.subscribe('library.changed', (change) => changes.push(change));
    await rig.fill();
    expect(changes.at(-1)).toEqual({ accountId: null, chatIds: null, months: null, chats: true });
    for (const { months } of changes) {
      expect(months === null || months.every((month) => /^\d{4}-\d{2}$/.test(month))).toBe(true);
    }
  });
});

test('a file is called damaged once, and not while its drive is away', async () => {
  await start({ library: true });
  const accountId = await rig.fill();
  const { rows } = await rig.ask('media.page', {
    filter: { ...EVERYTHING, states: ['stored'] },
    after: null,
    limit: 1,
  });
  const id = rows[0]?.id ?? 0;
  const answer = createAnswer({ files: rig.app.files, rendererDir: rig.folder });
  const status = async (): Promise<number> =>
    (await answer(new Request(`http://localhost${mediaUrl(accountId, id, 'full')}`))).status;
  let told = 0;
  rig.app.subscribe('library.changed', () => (told += 1));
  const [root, away] = [join(rig.folder, 'library'), join(rig.folder, 'away')];
  await rename(root, away);
  expect([await status(), await status(), told]).toEqual([410, 410, 0]);
  await rename(away, root);
  await rm((await rig.app.files.media(accountId, id, 'full'))?.path ?? '');
  expect([await status(), await status(), told]).toEqual([410, 410, 1]);
});

test('a check finds what is missing, a repair fetches it again', async () => {
  await start({ library: true });
  const accountId = await rig.fill();
  const { rows } = await rig.ask('media.page', {
    filter: { ...EVERYTHING, states: ['stored'] },
    after: null,
    limit: 1,
  });
  const file = await rig.app.files.media(accountId, rows[0]?.id ?? 0, 'full');
  const bytes = await readFile(file?.path ?? '');
  await rm(file?.path ?? '');
  const report = async (repair: boolean): Promise<{ missing: number; repaired: number }> => {
    const ended = new Promise<{ missing: number; repaired: number }>((resolve) => {
      const stop = rig.app.subscribe('check.progress', (now) => {
        if (now.endedAt !== null) {
          stop();
          resolve(now);
        }
      });
    });
    await rig.ask('library.check', { deep: false, repair });
    expect(await ask(rig.app, 'library.check', { deep: false, repair })).toMatchObject({ error: { code: 'busy' } });
    return await ended;
  };
  expect(await report(false)).toMatchObject({ missing: 1, repaired: 0 });
  expect(await rig.ask('library.lastCheck', {})).toMatchObject({ missing: 1 });
  expect(await report(true)).toMatchObject({ missing: 1, repaired: 1 });
  expect((await readFile(file?.path ?? '')).equals(bytes)).toBe(true);

  const last = await rig.ask('library.lastCheck', {});
  await rig.app.shutdown();
  const second = await again(join(rig.folder, 'library'));
  expect(last).toMatchObject({ missing: 1, repaired: 1, error: null });
  expect(await ask(second, 'library.lastCheck', {})).toEqual({ ok: true, value: last });
});

test('a check that is stopped says so, and what an earlier one found stays kept', async () => {
  await start({ library: true });
  await rig.fill();
  const ended = (): Promise<CheckReport> =>
    new Promise((resolve) => {
      const stop = rig.app.subscribe('check.progress', (now) => {
        if (now.endedAt !== null) {
          stop();
          resolve(now);
        }
      });
    });
  const whole = ended();
  await rig.ask('library.check', { deep: false, repair: false });
  const kept = await whole;
  expect(kept.checked).toBeGreaterThan(0);

  const stopped = ended();
  await rig.ask('library.check', { deep: true, repair: false });
  await rig.ask('library.cancelCheck', {});
  expect(await stopped).toMatchObject({ error: { code: 'aborted' } });
  expect(await rig.ask('library.lastCheck', {})).toEqual(await stopped);

  await rig.app.shutdown();
  const second = await again(join(rig.folder, 'library'));
  expect(await ask(second, 'library.lastCheck', {})).toEqual({ ok: true, value: kept });
  await second.shutdown();
  await writeFile(join(rig.folder, 'library', 'last-check.json'), '{"format":"chatkeep-check","version":1');
  expect(await ask(await again(join(rig.folder, 'library')), 'library.lastCheck', {})).toEqual({
    ok: true,
    value: null,
  });
});

test('thumbnails are made in the wanted height, and nothing is served of what is not stored', async () => {
  await start({ library: true });
  const accountId = await rig.fill();
  const { rows } = await rig.ask('media.page', {
    filter: { ...EVERYTHING, kinds: ['photo'], states: ['stored'] },
    after: null,
    limit: 1,
  });
  const thumb = await rig.app.files.thumb(accountId, rows[0]?.id ?? 0, 160);
  expect(thumb).toMatchObject({ mime: 'image/webp' });
  expect((await readFile(thumb?.path ?? '')).subarray(8, 12).toString()).toBe('WEBP');
  expect(await rig.app.files.thumb(accountId, 2 ** 50, 160)).toBeNull();
  expect(await rig.app.files.media(accountId + 1, rows[0]?.id ?? 0, 'full')).toBeNull();
});

test('an end in the middle of a sync gives up what runs, finishes what is written, and answers nothing more', async () => {
  await start({ library: true, account: true, sandbox: { chats: 3, messages: 100 } });
  const begun = status(({ pages }) => pages > 0);
  await rig.ask('sync.start', SYNC);
  await begun;
  await Promise.all([rig.app.shutdown(), rig.app.shutdown()]);
  expect(await ask(rig.app, 'app.info', {})).toMatchObject({ error: { code: 'disconnected' } });
  const second = await again(join(rig.folder, 'library'));
  expect(await ask(second, 'runs.list', { before: null, limit: 1 })).toMatchObject({
    value: { rows: [{ outcome: 'interrupted' }] },
  });
});

test('thumbnails that cannot be kept are drawn each time, and a lost picture is told once', async () => {
  await start({ library: true });
  const accountId = await rig.fill();
  const { rows } = await rig.ask('media.page', {
    filter: { ...EVERYTHING, kinds: ['photo'], states: ['stored'] },
    after: null,
    limit: 1,
  });
  const id = rows[0]?.id ?? 0;
  const changes: LibraryChange[] = [];
  rig.app.subscribe('library.changed', (change) => changes.push(change));
  const library = join(rig.folder, 'library');
  await rm(join(library, 'thumbs'), { recursive: true, force: true });
  await writeFile(join(library, 'thumbs'), 'a file in its place');
  for (const height of [160, 320] as const) {
    const thumb = await rig.app.files.thumb(accountId, id, height);
    expect(Buffer.from(thumb?.drawn?.subarray(8, 12) ?? []).toString()).toBe('WEBP');
  }
  expect(changes).toEqual([]);

  const full = await rig.app.files.media(accountId, id, 'full');
  await rm(full?.path ?? '');
  await rig.app.files.thumb(accountId, id, 640);
  await rig.app.files.thumb(accountId, id, 160);
  expect(changes.length).toBe(1);
});
