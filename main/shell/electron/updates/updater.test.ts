/** Updates against a feed over real HTTP, with electron-updater's own engine (that of AppImages, on an app that is a plain object). */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DownloadOptions } from 'builder-util-runtime';
import { NodeHttpExecutor } from 'builder-util/out/nodeHttpExecutor.js';
import electronUpdater from 'electron-updater';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UpdateStatus } from '../../../contract/about-shapes.ts';
import { DEFAULT_SETTINGS, type SyncStatus } from '../../../contract/shapes.ts';
import { FakeApp } from '../testing/fake-app.ts';
import {
  enableUpdateChecks,
  feedFileOf,
  plainText,
  readFeed,
  type UpdaterEngine,
  Updates,
  updateWay,
} from './updater.ts';
import { isSigned, readPublicKey, signFeed, type SignedFacts } from './update-signature.ts';

const FILE = 'latest-linux.yml';
const NEW_VERSION = Buffer.from('the bytes of a newer version');
const sha512 = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('base64');
const keys = generateKeyPairSync('ed25519');
const others = generateKeyPairSync('ed25519');

let folder: string;
let server: Server;
let url: string;
/** What the feed answers, by path; tests change it. */
let served: Map<string, Buffer | string>;
let asked: string[];
let installs: number;
let engine: UpdaterEngine | null;
let previous: string | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-updates-'));
  served = new Map();
  asked = [];
  installs = 0;
  engine = null;
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0]?.slice(1) ?? '';
    asked.push(path);
    const body = served.get(path);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  // The engine of AppImages wants to know which file it replaces.
  previous = process.env['APPIMAGE'];
  process.env['APPIMAGE'] = join(folder, 'Chatkeep.AppImage');
  await writeFile(join(folder, 'Chatkeep.AppImage'), 'the old version');
});
afterEach(async () => {
  if (previous === undefined) {
    delete process.env['APPIMAGE'];
  } else {
    process.env['APPIMAGE'] = previous;
  }
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(folder, { recursive: true });
});

/** The engine's network is Electron's; this is the builder's, which speaks the same, with the one way of downloading that it lacks. */
class Network extends NodeHttpExecutor {
  download(from: URL, destination: string, options: DownloadOptions): Promise<string> {
    const { protocol, hostname, port, pathname: path } = from;
    return options.cancellationToken.createPromise((resolve, reject, onCancel) => {
      // Called with nothing at all when it went well.
      const callback = (error: unknown): void => {
        if (error instanceof Error) {
          reject(error);
        } else {
          resolve(destination);
        }
      };
      const task = { destination, options, onCancel, callback, responseHandler: null };
      this.doDownload({ protocol, hostname, port, path }, task, 0);
    });
  }
}

interface Offer extends Partial<SignedFacts> {
  readonly key?: KeyObject;
  readonly bytes?: Buffer;
}

function offer({
  version = '2.0.0',
  notes = 'What is <b>new</b>.',
  key = keys.privateKey,
  bytes = NEW_VERSION,
}: Offer = {}): void {
  const hash = sha512(NEW_VERSION);
  served.set(
    FILE,
    `version: ${version}
files:
  - url: Chatkeep-${version}.AppImage
    sha512: ${hash}
    size: ${String(NEW_VERSION.length)}
path: Chatkeep-${version}.AppImage
sha512: ${hash}
releaseNotes: ${JSON.stringify(notes)}
releaseDate: '2026-11-24T00:00:00.000Z'
`,
  );
  served.set(`${FILE}.sig`, signFeed(FILE, { version, sha512: [hash], notes }, key));
  served.set(`Chatkeep-${version}.AppImage`, bytes);
}

function openUpdates(): { readonly updates: Updates; readonly seen: UpdateStatus[] } {
  const updates = new Updates({
    way: 'app',
    feed: { url, key: keys.publicKey },
    feedFile: FILE,
    engine: (feed) => {
      const real = new electronUpdater.AppImageUpdater(
        { provider: 'generic', url: feed.url },
        {
          version: '1.0.0',
          name: 'chatkeep',
          isPackaged: true,
          appUpdateConfigPath: join(folder, 'app-update.yml'),
          userDataPath: join(folder, 'data'),
          baseCachePath: join(folder, 'cache'),
          whenReady: () => Promise.resolve(),
          relaunch: () => undefined,
          quit: () => undefined,
          onQuit: () => undefined,
        },
      );
      Object.assign(real, { httpExecutor: new Network(), quitAndInstall: () => (installs += 1) });
      real.setFeedURL({ provider: 'generic', url: feed.url });
      engine = real;
      return Promise.resolve(real);
    },
    fetchText: async (address) => {
      const response = await fetch(address);
      if (!response.ok) {
        throw new Error(String(response.status));
      }
      return await response.text();
    },
    quitInto: (install) => {
      install();
    },
    now: () => 42,
    log: () => undefined,
  });
  const seen: UpdateStatus[] = [];
  updates.onChange((status) => seen.push(status));
  return { updates, seen };
}

test('a signed newer version is found, told with its notes as text, downloaded when asked and installed when asked', async () => {
  await writeFile(
    join(folder, 'app-update.yml'),
    `provider: generic\nurl: ${url}\nupdaterCacheDirName: chatkeep-updater\n`,
  );
  offer();
  const { updates, seen } = openUpdates();
  await updates.check();
  expect(updates.status()).toEqual({
    way: 'app',
    state: 'available',
    version: '2.0.0',
    notes: 'What is <b>new</b>.',
    progress: null,
    checkedAt: 42,
    problem: null,
  });
  expect(asked).toEqual([FILE, `${FILE}.sig`]);
  updates.install();
  await updates.download();
  expect(updates.status()).toMatchObject({ state: 'ready', progress: 1, problem: null });
  const pending = join(folder, 'cache/chatkeep-updater/pending');
  const [file = ''] = (await readdir(pending)).filter((name) => name.endsWith('.AppImage'));
  expect((await readFile(join(pending, file))).equals(NEW_VERSION)).toBe(true);
  expect([installs, await readFile(join(folder, 'Chatkeep.AppImage'), 'utf8')]).toEqual([0, 'the old version']);
  updates.install();
  await Promise.resolve();
  await Promise.resolve();
  expect(installs).toBe(1);
  expect(seen.map(({ state }) => state)).toEqual(
    expect.arrayContaining(['checking', 'available', 'downloading', 'ready']),
  );
  expect(engine).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: false, allowDowngrade: false });
});

test('the same version is none, an older one neither', async () => {
  for (const version of ['1.0.0', '0.9.0']) {
    offer({ version });
    const { updates } = openUpdates();
    await updates.check();
    expect(updates.status()).toMatchObject({ state: 'current', version: null, problem: null });
  }
});

describe('a version is refused, and nothing of it is downloaded,', () => {
  test.each<[string, () => void]>([
    ['without a signature', () => served.delete(`${FILE}.sig`)],
    [
      'with the signature of somebody else',
      () => {
        offer({ key: others.privateKey });
      },
    ],
    [
      'with the signature of another version',
      () => {
        const signature = served.get(`${FILE}.sig`) ?? '';
        offer({ version: '3.0.0' });
        served.set(`${FILE}.sig`, signature);
      },
    ],
    [
      'with notes that were changed',
      () => {
        served.set(FILE, String(served.get(FILE)).replace('What is', 'Send your key to'));
      },
    ],
    [
      'with a file that was exchanged',
      () => {
        served.set(FILE, String(served.get(FILE)).replaceAll(sha512(NEW_VERSION), sha512(Buffer.from('malware'))));
      },
    ],
  ])('%s', async (_what, tamper) => {
    offer();
    tamper();
    const { updates } = openUpdates();
    await updates.check();
    await updates.download();
    updates.install();
    expect(updates.status()).toMatchObject({
      state: 'idle',
      version: null,
      problem: { message: 'A newer version was offered without a good signature and refused.' },
    });
    expect(asked.filter((path) => path.endsWith('.AppImage'))).toEqual([]);
    expect(installs).toBe(0);
  });
});

test('a file that is not the one the feed names is not taken, and another try may follow', async () => {
  await writeFile(
    join(folder, 'app-update.yml'),
    `provider: generic\nurl: ${url}\nupdaterCacheDirName: chatkeep-updater\n`,
  );
  offer({ bytes: Buffer.from('some other bytes, of which') });
  const { updates } = openUpdates();
  await updates.check();
  await updates.download();
  expect(updates.status()).toMatchObject({
    state: 'available',
    progress: null,
    problem: { code: 'service_unreachable' },
  });
  updates.install();
  expect(installs).toBe(0);
});

test('a feed that is away is told, and says nothing about versions', async () => {
  const { updates } = openUpdates();
  await updates.check();
  expect(updates.status()).toMatchObject({ state: 'idle', version: null, problem: { code: 'service_unreachable' } });
});

test('the signature of one system is not good for another', () => {
  const facts: SignedFacts = { version: '2.0.0', sha512: ['b', 'a'], notes: 'x\ny' };
  const signature = signFeed(FILE, facts, keys.privateKey);
  expect(isSigned(FILE, { ...facts, sha512: ['a', 'b'] }, signature, keys.publicKey)).toBe(true);
  expect(isSigned('latest-mac.yml', facts, signature, keys.publicKey)).toBe(false);
  expect(isSigned(FILE, { ...facts, notes: null }, signature, keys.publicKey)).toBe(false);
  expect(isSigned(FILE, { ...facts, version: '2.0.0\n' }, signature, keys.publicKey)).toBe(false);
  expect(isSigned(FILE, facts, 'no base64 at all', keys.publicKey)).toBe(false);
});

describe('who updates an installation', () => {
  const at = {
    platform: 'linux',
    env: {},
    packaged: true,
    program: '/home/someone/Chatkeep/chatkeep',
    feed: true,
  } as const;
  test.each([
    ['a checkout: nobody', { ...at, packaged: false, env: { APPIMAGE: '/x' } }, 'none'],
    ['an AppImage: itself', { ...at, env: { APPIMAGE: '/x.AppImage' } }, 'app'],
    ['a deb: the package manager', { ...at, program: '/opt/Chatkeep/chatkeep' }, 'packageManager'],
    [
      'an rpm, also without a feed: the package manager',
      { ...at, program: '/opt/Chatkeep/chatkeep', feed: false },
      'packageManager',
    ],
    ['a folder from an archive: nobody', at, 'none'],
    ['Windows: itself', { ...at, platform: 'win32' as const }, 'app'],
    [
      'Windows, portable: nobody',
      { ...at, platform: 'win32' as const, env: { PORTABLE_EXECUTABLE_FILE: 'x' } },
      'none',
    ],
    ['macOS: itself', { ...at, platform: 'darwin' as const }, 'app'],
    ['a build without a feed: nobody', { ...at, platform: 'darwin' as const, feed: false }, 'none'],
  ] as const)('%s', (_what, installation, way) => {
    expect(updateWay(installation)).toBe(way);
  });
});

test('a feed counts with https and a key of the right kind alone', async () => {
  const path = join(folder, 'update.json');
  const spki = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const tries = [
    { url: 'https://example.org/chatkeep/', key: spki(keys.publicKey) },
    { url: 'http://example.org/chatkeep/', key: spki(keys.publicKey) },
    { url: 'https://example.org/chatkeep', key: spki(keys.publicKey) },
    { url: 'https://example.org/chatkeep/', key: spki(rsa) },
    { url: 'https://example.org/chatkeep/', key: '' },
    {},
  ];
  const good: boolean[] = [];
  for (const each of tries) {
    await writeFile(path, JSON.stringify(each));
    good.push((await readFeed(path)) !== null);
  }
  expect(good).toEqual([true, false, false, false, false, false]);
  expect(await readFeed(join(folder, 'nowhere'))).toBeNull();
  expect(() => readPublicKey('x')).toThrow();
});

test('feeds are named as the builder names them; notes lose what is no text', () => {
  expect([
    feedFileOf('linux', 'x64'),
    feedFileOf('linux', 'arm64'),
    feedFileOf('win32', 'x64'),
    feedFileOf('darwin', 'arm64'),
  ]).toEqual(['latest-linux.yml', 'latest-linux-arm64.yml', 'latest.yml', 'latest-mac.yml']);
  expect(plainText(' a\u0007b\u202ec\n\td ')).toBe('abc\n\td');
  expect([plainText(null), plainText('  ')]).toEqual([null, null]);
});

describe('looking by itself', () => {
  const rig = () => {
    const app = new FakeApp();
    const state = { wanted: false, now: 0, checks: 0 };
    const clock = new EventEmitter();
    const stop = enableUpdateChecks({
      app,
      updates: {
        check: () => {
          state.checks += 1;
          return Promise.resolve();
        },
        status: () => ({ way: 'app' }) as UpdateStatus,
      },
      wanted: () => state.wanted,
      now: () => state.now,
      every: (_ms, look) => {
        clock.on('look', look);
        return () => clock.off('look', look);
      },
    });
    return { app, state, stop, look: () => clock.emit('look') };
  };

  test('is off until switched on, once a day, and not while a sync runs', () => {
    const { app, state, stop, look } = rig();
    look();
    expect(state.checks).toBe(0);
    state.wanted = true;
    app.emit('sync.progress', { state: 'running' } as SyncStatus);
    look();
    expect(state.checks).toBe(0);
    app.emit('sync.progress', { state: 'idle' } as SyncStatus);
    look();
    look();
    expect(state.checks).toBe(1);
    app.emit('settings.changed', DEFAULT_SETTINGS);
    expect(state.checks).toBe(1);
    state.now = 24 * 3_600_000;
    look();
    expect(state.checks).toBe(2);
    stop();
    state.now *= 2;
    look();
    expect([state.checks, app.listeners('sync.progress')]).toEqual([2, 0]);
  });
});
