/**
 * Electron's security checklist, asserted on real Electron: the numbers are those of its own list (docs/electron-security.md). What a page
 * may do is tried from the page itself; nothing here is answered by a double.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CSP } from '../../../main/shell/http/headers.ts';
import { inMain, launch, noElectron, ROOT, type Running } from './rig.ts';

declare global {
  /** In the main process of the app under test: what would have left the app. */
  var opened: string[];
  var asked: { readonly detail?: string; readonly cancelId?: number }[];
}

const FOREIGN = [
  'https://example.org/',
  'http://localhost:1/',
  'file:///etc/passwd',
  'data:text/html,<script>alert(1)</script>',
  'app://chatkeep.evil/index.html',
  'app://evil/chatkeep',
];
/** Chromium drops a user and a port from a scheme of our own: these are our own page, loaded again. */
const OUR_PAGE_AGAIN = ['app://user@chatkeep/index.html', 'app://chatkeep:99/index.html'];

describe.skipIf(noElectron)('the security checklist on Electron', () => {
  let folder: string;
  let running: Running;
  let page: Page;
  /** A page of somebody else, on this machine: it hears whether anything was asked of it. */
  let stranger: Server;
  let strange: string;
  let heard: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-security-'));
    heard = [];
    stranger = createServer((request, response) => {
      heard.push(request.url ?? '');
      response.end('<!doctype html><title>foreign</title>');
    });
    await new Promise<void>((done) => stranger.listen(0, '127.0.0.1', done));
    strange = `http://127.0.0.1:${String((stranger.address() as AddressInfo).port)}/`;
    running = await launch({ configDir: join(folder, 'config'), library: join(folder, 'library') });
    ({ page } = running);
    await page.locator('main').waitFor();
    await inMain(running.app, ({ shell, dialog }) => {
      globalThis.opened = [];
      globalThis.asked = [];
      shell.openExternal = (url) => {
        globalThis.opened.push(url);
        return Promise.resolve();
      };
      dialog.showMessageBox = (...args: unknown[]) => {
        const options = args.at(-1) as { readonly detail?: string; readonly cancelId?: number };
        globalThis.asked.push(options);
        return Promise.resolve({ response: options.cancelId ?? 0, checkboxChecked: false });
      };
    });
  });
  afterAll(async () => {
    await running.quit();
    stranger.closeAllConnections();
    await new Promise((done) => stranger.close(done));
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    heard = [];
    await inMain(running.app, () => {
      globalThis.opened = [];
      globalThis.asked = [];
    });
  });

  const outside = (): Promise<{ opened: string[]; asked: { detail?: string }[]; windows: number; contents: number }> =>
    inMain(running.app, ({ BrowserWindow, webContents }) => ({
      opened: globalThis.opened,
      asked: globalThis.asked.map(({ detail }) => ({ ...(detail !== undefined && { detail }) })),
      windows: BrowserWindow.getAllWindows().length,
      contents: webContents.getAllWebContents().filter((each) => each.getType() !== 'remote').length,
    }));
  /** The code of the answer to a call from the page. */
  const answered = (name: string, input: unknown): Promise<unknown> =>
    page.evaluate(
      async ([call, value]) => {
        const { bridge } = window as unknown as { bridge: { call(...args: unknown[]): Promise<string> } };
        const text = await bridge.call(800_000_000 + Math.floor(Math.random() * 1e8), call, value);
        const answer = JSON.parse(text) as { readonly ok: boolean; readonly error?: { readonly code: string } };
        return answer.ok ? 'ok' : answer.error?.code;
      },
      [name, input] as const,
    );

  test('1: a window loads nothing from a network, with a CSP or without one', async () => {
    const tried = await page.evaluate(async (url) => {
      const image = new Image();
      const seen = new Promise((done) => {
        image.onload = () => {
          done('loaded');
        };
        image.onerror = () => {
          done('refused');
        };
      });
      image.src = url;
      const fetched = await fetch(url).then(
        () => 'loaded',
        () => 'refused',
      );
      return [await seen, fetched];
    }, strange);
    expect(tried).toEqual(['refused', 'refused']);
    const loaded = await inMain(
      running.app,
      async ({ BrowserWindow, session }, url) => {
        const window = new BrowserWindow({
          show: false,
          webPreferences: { session: session.fromPartition('chatkeep') },
        });
        const result = await window.loadURL(url).then(
          () => 'loaded',
          (error: unknown) => String(error),
        );
        window.destroy();
        return result;
      },
      strange,
    );
    expect(loaded).toMatch(/ERR_BLOCKED_BY_CLIENT/);
    expect(heard).toEqual([]);
  });

  test('2, 3, 4, 20: the page has the bridge and nothing of Node or Electron, in a sandboxed process', async () => {
    const seen = await page.evaluate(() => {
      const { bridge } = window as unknown as { bridge: object };
      const others = ['require', 'process', 'module', 'ipcRenderer', 'contextBridge', 'electron', 'global', 'Buffer'];
      return {
        bridge: Object.keys(bridge).sort(),
        frozen: Object.isFrozen(bridge),
        others: others.filter((name) => name in globalThis),
      };
    });
    expect(seen).toEqual({ bridge: ['call', 'cancel', 'subscribe'], frozen: true, others: [] });
    const pid = await inMain(running.app, ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    );
    const argv = await inMain(running.app, () => process.argv);
    expect(argv).not.toContain('--no-sandbox');
    if (process.platform === 'linux') {
      // 2: a filter of system calls is in force.
      expect(await readFile(`/proc/${String(pid)}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m);
      expect(await readFile(`/proc/${String(pid)}/cmdline`, 'utf8')).not.toContain('no-sandbox');
    }
  });

  test('2, 3, 4, 6, 8, 9, 10, 11, 12: the preferences in force are those of web-preferences.ts', async () => {
    const inForce = await inMain(running.app, ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(inForce).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
    expect(inForce['enableBlinkFeatures'] ?? '').toBe('');
  });

  test('5: Chromium denies the page what is not on the list, and grants full screen and writing to the clipboard', async () => {
    const denied = await page.evaluate(async () => {
      const how = (work: () => Promise<unknown>): Promise<string> =>
        work().then(
          (value) => (value === 'denied' ? 'denied' : 'granted'),
          (error: unknown) => (error instanceof Error ? error.name : 'denied'),
        );
      const place = () =>
        new Promise((found, refused) => {
          navigator.geolocation.getCurrentPosition(found, () => {
            refused(new Error('refused'));
          });
        });
      return {
        notifications: await how(() => Notification.requestPermission()),
        camera: await how(() => navigator.mediaDevices.getUserMedia({ video: true })),
        microphone: await how(() => navigator.mediaDevices.getUserMedia({ audio: true })),
        screen: await how(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
        place: await how(place),
        midi: await how(() => navigator.requestMIDIAccess({ sysex: true })),
        clipboard: await how(() => navigator.clipboard.readText()),
        storage: String(await navigator.storage.persist()),
      };
    });
    expect(Object.entries(denied).filter(([, answer]) => answer === 'granted' || answer === 'true')).toEqual([]);
    const states = await page.evaluate(async () => {
      const names = [
        'geolocation',
        'notifications',
        'camera',
        'microphone',
        'midi',
        'clipboard-read',
        'idle-detection',
      ];
      return await Promise.all(
        names.map(async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state),
      );
    });
    expect(states.filter((state) => state !== 'denied')).toEqual([]);
    const granted = await page.evaluate(async () => {
      await document.documentElement.requestFullscreen();
      const full = document.fullscreenElement !== null;
      await document.exitFullscreen();
      return full;
    });
    expect(granted).toBe(true);
  });

  test('7: the CSP is in force: nothing inline runs, nothing is evaluated, no frame is shown', async () => {
    expect(await page.evaluate(async () => (await fetch('/index.html')).headers.get('content-security-policy'))).toBe(
      CSP,
    );
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.body.append(script);
      const handler = document.createElement('div');
      handler.innerHTML = '<img src="/nowhere.png" onerror="window.inlineRan = true">';
      document.body.append(handler);
      await new Promise((done) => {
        handler.firstElementChild?.addEventListener('error', done);
      });
      const violation = new Promise<string>((done) => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          if (effectiveDirective.startsWith('frame')) {
            done(effectiveDirective);
          }
        });
      });
      const frame = document.createElement('iframe');
      frame.src = '/index.html';
      document.body.append(frame);
      const directive = await violation;
      let bridged: boolean;
      try {
        bridged = frame.contentWindow !== null && 'bridge' in frame.contentWindow;
      } catch {
        // What stands there is an error page of another origin.
        bridged = false;
      }
      script.remove();
      handler.remove();
      frame.remove();
      return { inline: 'inlineRan' in window, directive, bridged };
    });
    expect(ran).toEqual({ inline: false, directive: 'frame-src', bridged: false });
    // In a task of the page's own: what a driver evaluates is exempt.
    const evaluated = await page.evaluate(
      () =>
        new Promise((done) => {
          setTimeout(() => {
            try {
              done(String(window.eval('1 + 1')));
            } catch (error) {
              done(error instanceof Error ? error.name : '');
            }
          });
        }),
    );
    expect(evaluated).toBe('EvalError');
  });

  test('11, 12: a webview is an unknown element, and no second page comes of it', async () => {
    const before = await outside();
    await page.evaluate((url) => {
      const view = document.createElement('webview');
      view.setAttribute('src', url);
      view.setAttribute('nodeintegration', '');
      document.body.append(view);
    }, strange);
    expect(await outside()).toEqual(before);
    expect(heard).toEqual([]);
  });

  test.each([...FOREIGN, 'stranger'])('13: %s does not take the window', async (name) => {
    const url = name === 'stranger' ? strange : name;
    const before = page.url();
    await page.evaluate((address) => {
      Object.assign(window, { here: true });
      const link = document.createElement('a');
      link.href = address;
      document.body.append(link);
      link.click();
      link.remove();
      try {
        window.location.href = address;
      } catch {
        // Chromium refuses some by itself.
      }
    }, url);
    await page.evaluate(() => fetch('/index.html'));
    expect([page.url(), await page.evaluate(() => 'here' in window), heard]).toEqual([before, true, []]);
  });

  test.each([...OUR_PAGE_AGAIN, 'about:blank'])('13: %s leads to our own page', async (url) => {
    await page.evaluate((address) => {
      Object.assign(window, { here: true });
      window.location.href = address;
    }, url);
    await page.waitForFunction(() => !('here' in window) && document.querySelector('main') !== null);
    expect([new URL(page.url()).href.split('#')[0], await answered('app.info', {})]).toEqual([
      'app://chatkeep/index.html',
      'ok',
    ]);
  });

  test('14: no window opens; the link is handed over to be asked about, and file: is not even asked about', async () => {
    const { windows } = await outside();
    const opened = await page.evaluate(
      (urls) => urls.map((url) => window.open(url, '_blank') === null),
      [...FOREIGN, 'https://docs.ofauth.com/'],
    );
    expect(opened.every(Boolean)).toBe(true);
    await expect
      .poll(outside)
      .toMatchObject({ windows, opened: ['https://docs.ofauth.com/'], asked: [{ detail: 'https://example.org/' }] });
  });

  test('15: only https leaves the app, and an unknown host only after asking with its whole address', async () => {
    for (const url of [
      'file:///etc/passwd',
      'http://example.org/',
      'smb://host/share',
      'ms-msdt:/id x',
      'javascript:1',
    ]) {
      await answered('system.openExternal', { url });
    }
    expect(await outside()).toMatchObject({ opened: [], asked: [] });
    await answered('system.openExternal', { url: 'HTTPS://Example.org/a?b#c' });
    expect(await outside()).toMatchObject({ opened: [], asked: [{ detail: 'https://example.org/a?b#c' }] });
    await answered('system.openExternal', { url: 'https://docs.ofauth.com/reference' });
    expect(await outside()).toMatchObject({ opened: ['https://docs.ofauth.com/reference'] });
  });

  test('17: a window that is not ours is refused, though it shows our page with our preload', async () => {
    const codes = await inMain(
      running.app,
      async ({ BrowserWindow }, preload) => {
        const other = new BrowserWindow({
          show: false,
          webPreferences: { preload, partition: 'chatkeep', sandbox: true, contextIsolation: true },
        });
        await other.loadURL('app://chatkeep/index.html');
        const code: unknown = await other.webContents.executeJavaScript(
          "window.bridge.call(1, 'app.info', {}).then((text) => JSON.parse(text).error?.code ?? 'answered')",
        );
        other.destroy();
        return code;
      },
      join(ROOT, 'out/preload/index.cjs'),
    );
    expect(codes).toBe('unauthorised');
  });

  test('17: nonsense from our own page is an answer, never a fault', async () => {
    const names = ['toString', '__proto__', 'constructor', '', 'no.such'];
    expect(await Promise.all(names.map((name) => answered(name, {})))).toEqual(names.map(() => 'unknown_call'));
    expect(await answered('media.page', { limit: 1e9 })).toBe('bad_input');
    const unclonable = await page.evaluate(async () => {
      const { bridge } = window as unknown as { bridge: { call(...args: unknown[]): Promise<unknown> } };
      try {
        await bridge.call(1_999_999_999, 'settings.get', { run: () => undefined });
        return 'answered';
      } catch {
        return 'refused';
      }
    });
    // A function never leaves the page.
    expect(unclonable).toBe('refused');
    expect(await answered('app.info', {})).toBe('ok');
  });

  test('18: pages come from app://chatkeep, which answers reading alone and nothing outside of the pages', async () => {
    const seen = await page.evaluate(async () => {
      const status = (url: string, init?: RequestInit): Promise<unknown> =>
        fetch(url, init).then(
          async (response) => [response.status, (await response.text()).includes('root:')],
          () => 'refused',
        );
      return {
        origin: window.location.origin,
        file: await status('file:///etc/passwd'),
        other: await status('app://evil/index.html'),
        post: await status('/index.html', { method: 'POST' }),
        outside: await Promise.all(
          ['/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2f..%2f..%2fetc%2fpasswd.js'].map(
            (url) => status(url),
          ),
        ),
        missing: await Promise.all(
          ['/nope.js', '/assets/nope.css', '/thumb/9/9/160', '/media/1/999/full', '/media/x/y/full'].map((url) =>
            status(url),
          ),
        ),
      };
    });
    expect(seen).toMatchObject({ origin: 'app://chatkeep', file: 'refused', other: 'refused', post: [405, false] });
    expect(seen.outside.filter((each) => !Array.isArray(each) || each[1] === true)).toEqual([]);
    expect(seen.missing.filter((each) => !Array.isArray(each) || (each[0] !== 404 && each[0] !== 400))).toEqual([]);
  });

  test('beside the list: the session is in memory and asks nobody for dictionaries, and reports of crashes stay here', async () => {
    const session = await inMain(running.app, ({ BrowserWindow, crashReporter }) => {
      const own = BrowserWindow.getAllWindows()[0]?.webContents.session;
      return [own?.isPersistent(), own?.storagePath, own?.isSpellCheckerEnabled(), crashReporter.getUploadToServer()];
    });
    expect(session).toEqual([false, null, false, false]);
  });
});
