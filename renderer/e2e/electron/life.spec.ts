/** How long the app lives, in real Electron: closing its window with and without a tray, starting hidden, coming back. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { accountOf, ask, drive, inMain, noElectron, pageOf, start } from './rig.ts';

/** What the main process was asked, kept there by the spec. */
declare global {
  var questions: string[];
  var awake: string[];
}

describe.skipIf(noElectron || process.platform !== 'linux')('the life of the app on Electron', () => {
  let folder: string;
  let service: Sandbox;
  let app: ElectronApplication | null = null;
  let begun = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-life-'));
    service = await startSandbox({ chats: 1, messages: 20 });
    // The desktop's answer about its tray, by the tool that the app asks first.
    for (const shown of [true, false]) {
      const bin = join(folder, `tray-${String(shown)}`);
      await mkdir(bin);
      await writeFile(join(bin, 'gdbus'), `#!/bin/sh\necho '(<${String(shown)}>,)'\n`);
      await chmod(join(bin, 'gdbus'), 0o755);
    }
  });
  afterEach(async () => {
    await app?.close();
    app = null;
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Where this start keeps its things, and what the desktop says. */
  const place = (tray: boolean): { configDir: string; library: string; env: Record<string, string> } => ({
    configDir: join(folder, `config-${String(begun)}`),
    library: join(folder, 'library'),
    env: { ...accountOf(service), PATH: `${join(folder, `tray-${String(tray)}`)}:${process.env['PATH'] ?? ''}` },
  });

  async function launch(tray: boolean, settings: object, args: readonly string[] = []): Promise<ElectronApplication> {
    begun += 1;
    const { configDir, library, env } = place(tray);
    await mkdir(configDir);
    await writeFile(join(configDir, 'settings.json'), JSON.stringify(settings));
    const launched = await drive({ configDir, library, env, args });
    app = launched;
    if (args.length > 0) {
      return launched;
    }
    await inMain(launched, ({ dialog, powerSaveBlocker }) => {
      Object.assign(globalThis, { questions: [], awake: [] });
      dialog.showMessageBox = (...asked: unknown[]) => {
        globalThis.questions.push((asked.at(-1) as { message: string }).message);
        return Promise.resolve({ response: 0, checkboxChecked: false });
      };
      const begin = powerSaveBlocker.start.bind(powerSaveBlocker);
      powerSaveBlocker.start = (type) => {
        globalThis.awake.push(type);
        return begin(type);
      };
    });
    return launched;
  }

  const visible = (of: ElectronApplication): Promise<boolean[]> =>
    inMain(of, ({ BrowserWindow }) => BrowserWindow.getAllWindows().map((each) => each.isVisible()));
  const closeWindow = (of: ElectronApplication): Promise<void> =>
    inMain(of, ({ BrowserWindow }) => {
      // Not in this turn: the answer must get out before the app may end.
      setImmediate(() => {
        BrowserWindow.getAllWindows()[0]?.close();
      });
    });
  const gone = (of: ElectronApplication): Promise<number | null> =>
    new Promise((done) => {
      of.process().once('exit', done);
    });

  test('closing asks once, hides the window, and syncs go on; a second start shows it again', async () => {
    const running = await launch(true, {});
    const page = await pageOf(running);
    await page.getByRole('main').waitFor();
    await expect.poll(() => visible(running)).toEqual([true]);
    await closeWindow(running);
    await expect.poll(() => visible(running)).toEqual([false]);
    expect(await inMain(running, () => globalThis.questions)).toEqual(['Keep syncing in the background?']);
    expect(await ask(page, 'settings.get', {})).toMatchObject({ closing: 'stay' });

    await ask(page, 'sync.start', { accountId: null, chatIds: [], full: false, retryFailed: false });
    await expect.poll(() => ask(page, 'sync.status', {})).toMatchObject({ state: 'idle', problem: null });
    const { total } = await ask(page, 'ledger.get', { accountId: null, chatId: null });
    expect(total.stored).toBeGreaterThan(0);
    expect(await inMain(running, () => globalThis.awake)).toEqual(['prevent-app-suspension']);
    // Ids count from 0: nothing is held any more.
    expect(await inMain(running, ({ powerSaveBlocker }) => [0, 1].map((id) => powerSaveBlocker.isStarted(id)))).toEqual(
      [false, false],
    );

    // A start at login while the app runs wants no window; a person's start does.
    expect((await start({ ...place(true), args: ['--hidden'] }).ended).code).toBe(0);
    expect(await visible(running)).toEqual([false]);
    expect((await start(place(true)).ended).code).toBe(0);
    await expect.poll(() => visible(running)).toEqual([true]);

    await closeWindow(running);
    await expect.poll(() => visible(running)).toEqual([false]);
    expect(await inMain(running, () => globalThis.questions)).toHaveLength(1);
    const ended = gone(running);
    await inMain(running, ({ app: host }) => {
      setImmediate(() => {
        host.quit();
      });
    });
    expect(await ended).toBe(0);
  });

  test.each([
    ['where the desktop shows no tray', false, {}],
    ['where the person chose it', true, { closing: 'quit' }],
    ['without a schedule', true, { syncEveryMinutes: null }],
  ])('closing quits %s, without a question', async (_name, tray, settings) => {
    const running = await launch(tray, settings);
    await (await pageOf(running)).getByRole('main').waitFor();
    const ended = gone(running);
    await closeWindow(running);
    expect(await ended).toBe(0);
  });

  test('a window that is closed while it loads is no fault', async () => {
    const running = await launch(true, { closing: 'stay' }, ['--hidden']);
    await expect.poll(() => inMain(running, ({ Menu }) => Menu.getApplicationMenu() !== null)).toBe(true);
    await inMain(running, ({ app: host, dialog }) => {
      // Otherwise a fault would wait for a press on its box.
      dialog.showErrorBox = () => undefined;
      host.on('browser-window-created', (_event, window) => {
        window.webContents.once('did-start-loading', () => {
          host.quit();
        });
      });
    });
    const ended = gone(running);
    // Only this makes a window: the app itself stays hidden.
    await start(place(true)).ended;
    expect(await ended).toBe(0);
  });

  test('a start at login opens no window, and a second start does', async () => {
    const running = await launch(true, { closing: 'stay' }, ['--hidden']);
    const { configDir } = place(true);
    // The app reacts to other starts by then.
    await expect.poll(() => inMain(running, ({ Menu }) => Menu.getApplicationMenu() !== null)).toBe(true);
    expect(await visible(running)).toEqual([]);
    expect((await start({ ...place(true), configDir }).ended).code).toBe(0);
    await expect.poll(() => visible(running)).toEqual([true]);
  });

  test('a start at login shows its window where no tray would lead to it', async () => {
    const running = await launch(false, { closing: 'stay' }, ['--hidden']);
    await (await pageOf(running)).getByRole('main').waitFor();
    await expect.poll(() => visible(running)).toEqual([true]);
  });
});
