/** `--smoke` over the double: the real app with its threads and its stand-in service, the real preload in a real Chromium. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { launchBrowser } from '../../../renderer/e2e/browser.ts';
import { openLog } from '../../app/log.ts';
import { portsOf } from '../../app/open-core.ts';
import { createAnswer } from '../http/answer.ts';
import { createElectronDouble, type ElectronDouble } from './double/electron-double.ts';
import { HeldButton } from './held-button.ts';
import { openApp } from './open-app.ts';
import { memorySecrets, runSmoke, type SmokePorts } from './smoke.ts';
import type { OpenedApp } from './start.ts';
import { createSystem } from './system.ts';

let browser: Browser;
let built: string;
let folder: string;
let double: ElectronDouble;
let lines: string[];

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'chatkeep-smoke-built-'));
  browser = await launchBrowser();
  await writeFile(join(built, 'index.html'), '<!doctype html><title>Chatkeep</title><main></main>');
});
afterAll(async () => {
  await browser.close();
  await rm(built, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatkeep-smoke-'));
  double = createElectronDouble({ browser });
  lines = [];
});
afterEach(async () => {
  await double.close();
  await rm(folder, { recursive: true });
});

function openRealApp(): Promise<OpenedApp> {
  const { electron } = double;
  const config = join(folder, 'config');
  return openApp(
    {
      core: portsOf({ platform: 'linux', env: { CHATKEEP_CONFIG: config }, log: () => undefined }),
      log: openLog({ dir: join(folder, 'logs') }),
      configDir: config,
      defaultLibraryDir: null,
      library: join(folder, 'library'),
      platform: 'linux',
      answer: (app) => createAnswer({ files: app.files, rendererDir: built }),
    },
    {
      system: createSystem({
        app: electron.app,
        shell: electron.shell,
        dialog: electron.dialog,
        window: () => null,
        button: new HeldButton(),
        log: () => undefined,
      }),
      secrets: memorySecrets(),
      locale: 'en',
      versions: [],
      canStartAtLogin: false,
      canStayInTray: false,
      canNotify: false,
    },
  );
}

const run = (change: Partial<SmokePorts> = {}): Promise<0 | 1> =>
  runSmoke({
    electron: double.electron,
    preload: inject('preload'),
    folder,
    openApp: openRealApp,
    versions: { chatkeep: '1.2.3' },
    say: (line) => lines.push(line),
    limit: () => () => undefined,
    log: () => undefined,
    ...change,
  });

const report = (): unknown => {
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
};

const REACHED = { index: 'ok', sync: 'ok', store: 'ok', protocol: 'ok', window: 'ok', shutdown: 'ok' };

test('a program that works says so in one line, and nobody saw a window', async () => {
  expect(await run()).toBe(0);
  expect(report()).toEqual({ smoke: 'ok', versions: { chatkeep: '1.2.3' }, checks: REACHED });
  expect([...double.windows].filter(({ visible }) => visible)).toEqual([]);
  expect(double.app.history).toEqual(['setPath userData', 'enableSandbox', 'ready']);
});

test('a page without its bridge fails the window, and the app is closed all the same', async () => {
  const empty = join(built, 'empty.cjs');
  await writeFile(empty, '');
  expect(await run({ preload: empty })).toBe(1);
  expect(report()).toMatchObject({ smoke: 'failed', checks: { ...REACHED, window: expect.any(String) as string } });
  expect(report()).not.toMatchObject({ checks: { window: 'ok' } });
});

test('a library that does not open fails the index, and what comes after it is not pretended', async () => {
  expect(await run({ openApp: () => Promise.reject(new Error('The database binding is missing.')) })).toBe(1);
  expect(report()).toMatchObject({
    checks: { index: 'The database binding is missing.', sync: 'not reached', window: 'not reached' },
  });
});

test('a start that hangs ends when its time is over', async () => {
  const never = new Promise<OpenedApp>(() => undefined);
  const ended = run({
    openApp: () => never,
    limit: (tooLong) => {
      tooLong();
      return () => undefined;
    },
  });
  expect(await ended).toBe(1);
  expect(report()).toMatchObject({ checks: { index: 'It took too long.' } });
});
