/** The window and what stands around it in real Electron: menus, its remembered place, a page that crashes, tray, notifications, dialogs. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { accountOf, ask, inMain, launch, noElectron, type Running, synced } from './rig.ts';

declare global {
  /** In the main process of the app under test. */
  var told: { readonly title: string; readonly body: string }[];
  var tips: string[];
}

describe.skipIf(noElectron)('the window on Electron', () => {
  let folder: string;
  let service: Sandbox;
  let running: Running;

  const open = async (): Promise<void> => {
    running = await launch({
      configDir: join(folder, 'config'),
      library: join(folder, 'library'),
      env: accountOf(service),
    });
    await running.page.locator('main').waitFor();
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-window-spec-'));
    service = await startSandbox({ chats: 1, messages: 20 });
    await open();
  });
  afterAll(async () => {
    await running.quit();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const hash = (): Promise<string> => running.page.evaluate(() => window.location.hash);

  describe('menus', () => {
    test('are those of the app, with roles and keys that Electron knows', async () => {
      const menus = await inMain(running.app, ({ Menu }) =>
        (Menu.getApplicationMenu()?.items ?? []).map(({ label, role, submenu }) => ({
          label,
          role,
          items: (submenu?.items ?? []).map((item) => [item.role ?? item.type, item.label, String(item.accelerator)]),
        })),
      );
      const mac = process.platform === 'darwin';
      expect(menus.map(({ label }) => label)).toEqual([
        ...(mac ? ['Chatkeep'] : []),
        'File',
        'Edit',
        'View',
        'Go',
        'Window',
        'Help',
      ]);
      const items = menus.flatMap((menu) => menu.items);
      const roles = new Set(items.map(([role]) => role));
      for (const role of [
        'undo',
        'cut',
        'copy',
        'paste',
        'selectall',
        'resetzoom',
        'zoomin',
        'zoomout',
        'togglefullscreen',
        'minimize',
        'quit',
      ]) {
        expect(roles).toContain(role);
      }
      const keys = Object.fromEntries(items.map(([, label = '', key = '']) => [label, key]));
      expect(keys).toMatchObject({ 'Settings…': 'CommandOrControl+,', 'Command palette': 'CommandOrControl+K' });
    });

    test.each([
      ['Activity', '#/activity'],
      ['Library', '#/library'],
      ['All media', '#/media'],
      ['Keyboard shortcuts', '#/settings/shortcuts'],
    ])('%s goes to its place without a reload', async (label, route) => {
      await running.page.evaluate(() => Object.assign(window, { here: true }));
      await inMain(
        running.app,
        ({ Menu }, name) => {
          const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
          items?.find((item) => item.label === name)?.click();
        },
        label,
      );
      await expect.poll(hash).toBe(route);
      // The address changes first. A key that comes before its event would open what the move then closes.
      const place = route.split('/').slice(0, 2).join('/');
      await running.page.locator(`nav.side a[aria-current=page][href^='${place}']`).first().waitFor();
      expect(await running.page.evaluate(() => 'here' in window)).toBe(true);
    });

    test('a key of the screens is pressed by its command', async () => {
      await inMain(running.app, ({ Menu }) => {
        const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
        items?.find((item) => item.label === 'Command palette')?.click();
      });
      await running.page.getByRole('dialog').waitFor();
      await running.page.keyboard.press('Escape');
      await running.page.getByRole('dialog').waitFor({ state: 'detached' });
    });
  });

  test('theme and zoom follow the person, and the page is drawn sharp at the scale of the screen', async () => {
    const { app, page } = running;
    const settings = await ask(page, 'settings.get');
    await ask(page, 'settings.set', { ...settings, theme: 'dark' });
    await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
    expect(await inMain(app, ({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark');
    await ask(page, 'settings.set', { ...settings, theme: 'light' });
    await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(false);
    const [scale, ratio] = [
      await inMain(app, ({ screen }) => screen.getPrimaryDisplay().scaleFactor),
      await page.evaluate(() => window.devicePixelRatio),
    ];
    expect(ratio).toBe(scale);
  });

  test('tray, taskbar and a notification tell how a sync stands, without a word of content', async () => {
    const { app, page } = running;
    await inMain(app, ({ Notification, Tray, BrowserWindow }) => {
      globalThis.told = [];
      globalThis.tips = [];
      // The last step alone: whether this desktop shows it is its own affair.
      Notification.isSupported = () => true;
      Notification.prototype.show = function show() {
        globalThis.told.push({ title: this.title, body: this.body });
      };
      const { setToolTip } = Tray.prototype;
      Tray.prototype.setToolTip = function tip(text) {
        globalThis.tips.push(text);
        setToolTip.call(this, text);
      };
      BrowserWindow.getAllWindows()[0]?.blur();
      for (const window of BrowserWindow.getAllWindows()) {
        window.isFocused = () => false;
      }
    });
    await synced(page);
    const { told, tips } = await inMain(app, () => ({ told: globalThis.told, tips: globalThis.tips }));
    expect(told).toEqual([{ title: 'Chatkeep', body: expect.stringMatching(/sync/i) as unknown }]);
    expect(tips.length).toBeGreaterThan(1);
    expect(tips.filter((tip) => !tip.startsWith('Chatkeep'))).toEqual([]);
  });

  test('the folder that a person picks in the system dialog is what the page gets, and leaving it is no answer', async () => {
    const { app, page } = running;
    const asked = await inMain(
      app,
      ({ dialog }, path) => {
        let calls = 0;
        dialog.showOpenDialog = (...args: unknown[]) => {
          calls += 1;
          const { properties } = args.at(-1) as { readonly properties: readonly string[] };
          const picked = calls === 1 && args.length === 2 && properties.includes('openDirectory');
          return Promise.resolve({ canceled: !picked, filePaths: picked ? [path] : [] });
        };
        return calls;
      },
      folder,
    );
    expect(asked).toBe(0);
    expect(await ask(page, 'system.pickFolder', { title: 'Folder', start: null })).toEqual({ path: folder });
    expect(await ask(page, 'system.pickFolder', { title: 'Folder', start: null })).toEqual({ path: null });
  });

  describe('a page that crashes', () => {
    const inWindow = <T>(code: string): Promise<T> =>
      inMain(
        running.app,
        ({ BrowserWindow }, script) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(script),
        code,
      ) as Promise<T>;
    /** Asked of the main process: a page that died answers nothing. */
    const title = (): Promise<string | undefined> =>
      inMain(running.app, ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getTitle());
    const crash = (): Promise<void> =>
      inMain(running.app, ({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
      });

    test('says so in its window and leads back once; at once again it stays said', async () => {
      await crash();
      await expect.poll(title).toBe('The window stopped');
      await inWindow("document.querySelector('[role=button]').click()");
      await expect.poll(title).not.toBe('The window stopped');
      expect(await inWindow('window.bridge.call(1, "app.info", {}).then((text) => JSON.parse(text).ok)')).toBe(true);
      await crash();
      await expect.poll(title).toBe('The window stopped');
      expect(await inWindow('document.body.innerText')).toMatch(/It ended again/);
      expect(await inWindow("document.querySelector('[role=button]')")).toBeNull();
      await running.quit();
      await open();
    });
  });

  describe('its place', () => {
    const bounds = () => inMain(running.app, ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    const file = () => join(folder, 'config/window.json');

    test('is kept, and put back by the next start', async () => {
      await inMain(running.app, ({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.setBounds({ x: 30, y: 40, width: 900, height: 600 });
      });
      await expect.poll(bounds).toMatchObject({ width: 900, height: 600 });
      const before = await bounds();
      expect(await running.quit()).toBe(0);
      expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ bounds: before, maximized: false });
      await open();
      expect(await bounds()).toEqual(before);
    });

    test.each([
      ['off every screen', { x: 9000, y: -4000, width: 900, height: 700 }],
      ['larger than the screen', { x: 0, y: 0, width: 20_000, height: 20_000 }],
    ])('%s is put on a screen that is there', async (_name, kept) => {
      await running.quit();
      await writeFile(file(), JSON.stringify({ bounds: kept, maximized: false }));
      await open();
      const { workArea } = await inMain(running.app, ({ screen }) => screen.getPrimaryDisplay());
      const now = await bounds();
      expect(now).toBeDefined();
      const { x = -1, y = -1, width = 0, height = 0 } = now ?? {};
      expect([
        x >= workArea.x,
        y >= workArea.y,
        x + width <= workArea.x + workArea.width,
        y + height <= workArea.y + workArea.height,
      ]).toEqual([true, true, true, true]);
    });

    test('that is damaged is the default', async () => {
      await running.quit();
      await writeFile(file(), '{"bounds":');
      await open();
      expect((await bounds())?.width).toBeGreaterThan(700);
    });
  });
});
