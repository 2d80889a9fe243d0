import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { binaryPath, findElectron, releaseAddress, type ElectronPlaces } from './find-electron.ts';
import { openApp, type LaunchPorts } from './open-app.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-launch-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function putBinary(dir: string): Promise<string> {
  const path = join(dir, binaryPath('linux'));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
  await chmod(path, 0o755);
  return path;
}

describe("Electron's binary", () => {
  const limits: number[] = [];
  const places = (change: Partial<ElectronPlaces> = {}): ElectronPlaces => ({
    platform: 'linux',
    env: {},
    packageDir: folder,
    reachable: () => Promise.resolve(false),
    install: (limit) => {
      limits.push(limit);
      return Promise.resolve(false);
    },
    ...change,
  });
  beforeEach(() => {
    limits.length = 0;
  });

  test('that is in the package is taken without asking anybody', async () => {
    const path = await putBinary(join(folder, 'dist'));
    expect([await findElectron(places()), limits]).toEqual([path, []]);
  });

  test('named by the environment is taken, or nothing is', async () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'elsewhere') };
    expect([await findElectron(places({ env })), limits]).toEqual([null, []]);
    const path = await putBinary(join(folder, 'elsewhere'));
    expect(await findElectron(places({ env }))).toBe(path);
  });

  test('may come from the cache without a network, within a short time', async () => {
    const install = async (limit: number): Promise<boolean> => {
      limits.push(limit);
      await putBinary(join(folder, 'dist'));
      return true;
    };
    expect(await findElectron(places({ install }))).toBe(join(folder, 'dist/electron'));
    expect(limits).toEqual([30_000]);
  });

  test('gets the time of a download only when the host answers', async () => {
    expect(await findElectron(places({ reachable: () => Promise.resolve(true) }))).toBeNull();
    expect(limits).toEqual([600_000]);
  });

  test('an installer that says yes and brings nothing is no Electron; one that must not run does not', async () => {
    expect(await findElectron(places({ install: () => Promise.resolve(true) }))).toBeNull();
    expect(await findElectron(places({ env: { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' } }))).toBeNull();
    expect(limits).toEqual([]);
  });

  test('its address has the version of the package, at a mirror if one is named', async () => {
    expect(await releaseAddress(folder, {})).toBeNull();
    await writeFile(join(folder, 'package.json'), '{ "name": "electron", "version": "45.4.1" }');
    expect(await releaseAddress(folder, {})).toBe(
      'https://github.com/electron/electron/releases/download/v45.4.1/SHASUMS256.txt',
    );
    expect(await releaseAddress(folder, { ELECTRON_MIRROR: 'https://mirror.example/' })).toBe(
      'https://mirror.example/v45.4.1/SHASUMS256.txt',
    );
  });
});

describe('npm start', () => {
  const done: string[] = [];
  const ports = (change: Partial<LaunchPorts> = {}): LaunchPorts => ({
    platform: 'linux',
    env: { DISPLAY: ':0' },
    findElectron: () => Promise.resolve('/electron'),
    runElectron: (binary) => {
      done.push(`electron ${binary}`);
      return Promise.resolve({ code: 0, lastedMs: 90_000 });
    },
    runServer: () => {
      done.push('browser');
      return Promise.resolve(7);
    },
    say: (line) => done.push(line),
    ...change,
  });
  beforeEach(() => {
    done.length = 0;
  });

  test('opens Electron and says nothing', async () => {
    expect([await openApp(ports()), done]).toEqual([0, ['electron /electron']]);
  });

  test.each([
    ['no binary', { findElectron: () => Promise.resolve(null) }, /neither here nor can it be downloaded/],
    ['no screen', { env: {} }, /No screen/],
    [
      'a binary that does not run',
      { runElectron: () => Promise.resolve({ code: 127, lastedMs: 80 }) },
      /ended with 127/,
    ],
  ])('%s: one line says so, and the browser opens', async (_name, change, line) => {
    expect(await openApp(ports(change))).toBe(7);
    expect(done).toEqual([expect.stringMatching(line), 'browser']);
  });

  test('an app that ends with a fault later is not opened again elsewhere', async () => {
    expect(await openApp(ports({ runElectron: () => Promise.resolve({ code: 1, lastedMs: 60_000 }) }))).toBe(1);
    expect(done).toEqual([]);
  });
});
