/** Real Electron on a machine that lacks something, or with something wrong in its place: clear words or a quiet fall-back, nothing lost. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { accountOf, ask, inMain, launch, noElectron, ROOT, type Running, start, synced } from './rig.ts';

/** Whether an unprivileged user may put a folder of its own in the place of `/dev/shm` here. */
const ownMounts =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-Ucm', '--keep-caps', 'mount', '-t', 'tmpfs', 'tmpfs', '/dev/shm']).status === 0;

/** Of a process of Linux: whether a crash handler has stopped it. */
function stateOf(pid: number): 'alone' | 'traced' | 'gone' {
  try {
    return /^TracerPid:\t0$/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ? 'alone' : 'traced';
  } catch {
    return 'gone';
  }
}

describe.skipIf(noElectron)('bad input on Electron', () => {
  let folder: string;
  let service: Sandbox;
  let running: Running | null = null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-bad-input-'));
    service = await startSandbox({ chats: 1, messages: 5 });
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await running?.quit();
    running = null;
  });

  const places = (name: string) => ({
    configDir: join(folder, name, 'config'),
    library: join(folder, name, 'library'),
  });
  const open = async (name: string, env: Record<string, string> = accountOf(service)): Promise<Running> => {
    running = await launch({ ...places(name), env });
    return running;
  };
  test.skipIf(process.platform !== 'linux')('no display is told with the way out, at once', async () => {
    const { code, stderr } = await start({ ...places('display'), env: { DISPLAY: '', WAYLAND_DISPLAY: '' } }).ended;
    expect([code, stderr.includes('chatkeep serve')]).toEqual([1, true]);
  });

  test.skipIf(process.platform === 'win32')(
    'a profile folder that cannot be written is named, and the start ends',
    async () => {
      const { configDir, library } = places('profile');
      await mkdir(configDir, { recursive: true });
      await chmod(configDir, 0o500);
      // Before it is ready, Electron's error box is a line on stderr on Linux, and a window that waits elsewhere.
      if (process.platform === 'linux') {
        const { code, stderr } = await start({ configDir, library }).ended;
        expect(code).toBe(1);
        expect(stderr).toContain(`Settings and keys are kept in ${configDir}`);
      }
      await chmod(configDir, 0o700);
    },
  );

  test('neither D-Bus nor a graphics card: the page is drawn', async () => {
    const { page } = await open('bare', { ...accountOf(service), DBUS_SESSION_BUS_ADDRESS: 'disabled:' });
    await page.locator('main').waitFor();
    // The page comes before what the library has for it.
    await expect.poll(async () => (await page.screenshot()).byteLength).toBeGreaterThan(5000);
  });

  /** The processes of a kind that the app has now. */
  const ofType = ({ app }: Running, type: 'GPU' | 'Utility'): Promise<number[]> =>
    inMain(
      app,
      (electron, wanted) =>
        electron.app
          .getAppMetrics()
          .filter((each) => each.type === wanted)
          .map(({ pid }) => pid),
      type,
    );
  /** Resolves once the app has another process of a kind, and shows pages as before. */
  const goesOn = async (app: Running, type: 'GPU' | 'Utility', before: readonly number[]): Promise<void> => {
    const { page } = app;
    await expect.poll(async () => (await ofType(app, type)).filter((pid) => !before.includes(pid))).not.toEqual([]);
    await page.reload();
    await page.locator('main').waitFor();
    expect(await synced(page)).toMatchObject({ problem: null });
    await page.locator('[role=gridcell] img.there').first().waitFor();
    // The page comes before what the library has for it.
    await expect.poll(async () => (await page.screenshot()).byteLength).toBeGreaterThan(5000);
  };

  test.each(['GPU', 'Utility'] as const)(
    'a %s process that dies is started again, and the page goes on',
    async (type) => {
      const app = await open(`dead-${type}`);
      await app.page.locator('main').waitFor();
      const before = await ofType(app, type);
      expect(before).not.toEqual([]);
      before.forEach((pid) => process.kill(pid, 'SIGKILL'));
      await goesOn(app, type, before);
    },
  );

  test.skipIf(process.platform !== 'linux')(
    'a GPU process that is ended while it crashes neither stops the app nor outlives it',
    async () => {
      const app = await open('crashed');
      await app.page.locator('main').waitFor();
      const before = await ofType(app, 'GPU');
      expect(before).toHaveLength(1);
      for (const pid of before) {
        process.kill(pid, 'SIGSEGV');
        while (stateOf(pid) === 'alone') {
          // A crash handler would be there within milliseconds, and gone after a few more.
        }
        if (stateOf(pid) === 'traced') {
          process.kill(pid, 'SIGKILL');
        }
      }
      await goesOn(app, 'GPU', before);
      // Resolves once nothing holds the output of the app open.
      expect(await app.quit()).toBe(0);
      running = null;
    },
  );

  test('a settings folder that was named keeps its keys itself, in a sealed file for this user alone', async () => {
    const { page } = await open('keystore', {});
    await page.locator('main, h1').first().waitFor();
    await ask(page, 'accounts.add', {
      name: null,
      key: service.key,
      connectionId: service.connection,
      apiBase: service.api,
      ratePerMinute: null,
    });
    expect(await ask(page, 'accounts.list')).toMatchObject({ accounts: [{ status: 'ok' }] });
    expect(await ask(page, 'app.info')).toMatchObject({ keystore: 'file' });
    const { configDir } = places('keystore');
    expect((await stat(join(configDir, 'secrets.json'))).mode & 0o077).toBe(0);
  });

  test('a library that another program uses is named in the window, and trying again opens it', async () => {
    const { library } = places('locked');
    const other = await launch({ configDir: join(folder, 'other'), library });
    await other.page.locator('main').waitFor();
    const { page } = await open('locked');
    await page.getByText(/The library is in use by process/).waitFor();
    // A question of the page tries again by itself: let those end before the library is free.
    await expect(ask(page, 'app.info')).rejects.toThrow('library_locked');
    await other.quit();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('navigation').first().waitFor();
    expect(await ask(page, 'app.info')).toMatchObject({ state: 'ready' });
  });

  test('a library of a newer version is refused in words, and not touched', async () => {
    const { library } = places('newer');
    await (await open('newer')).page.locator('main').waitFor();
    await running?.quit();
    const index = join(library, 'index.sqlite');
    const db = new DatabaseSync(index);
    db.exec('PRAGMA user_version = 9999');
    db.close();
    const before = await stat(index);
    const { page } = await open('newer');
    await page.getByText(/newer/i).first().waitFor();
    expect((await stat(index)).size).toBe(before.size);
  });

  test('a page that floods IPC is refused past a bound, and answered again', async () => {
    const { page } = await open('flood');
    await page.locator('main').waitFor();
    const codes = await page.evaluate(async () => {
      const { bridge } = window as unknown as {
        bridge: { call(id: number, name: string, input: unknown): Promise<string> };
      };
      const answers = await Promise.all(
        Array.from({ length: 5000 }, (_, index) =>
          bridge.call(700_000_000 + index, 'ledger.get', { accountId: null, chatId: null }),
        ),
      );
      const seen: Record<string, number> = {};
      for (const text of answers) {
        const answer = JSON.parse(text) as { readonly ok: boolean; readonly error?: { readonly code: string } };
        const code = answer.ok ? 'ok' : (answer.error?.code ?? '');
        seen[code] = (seen[code] ?? 0) + 1;
      }
      return seen;
    });
    expect(Object.keys(codes).filter((code) => code !== 'ok' && code !== 'busy')).toEqual([]);
    expect(Object.values(codes).reduce((sum, each) => sum + each, 0)).toBe(5000);
    expect(codes['busy']).toBeGreaterThan(0);
    expect(await ask(page, 'app.info')).toMatchObject({ state: 'ready' });
    expect(await synced(page)).toMatchObject({ problem: null });
  });

  const small = 'a /dev/shm that is too small: pages are drawn through the temporary folder';
  // The smoke start ends by itself after two minutes at most.
  test.skipIf(!ownMounts)(small, () => {
    const { configDir } = places('shm');
    const run = spawnSync(
      'unshare',
      [
        '-Ucm',
        '--keep-caps',
        'sh',
        '-c',
        'mount -t tmpfs -o size=64k tmpfs /dev/shm && exec "$0" "$1" --smoke',
        inject('electron') ?? '',
        ROOT,
      ],
      { encoding: 'utf8', env: { ...process.env, CHATKEEP_CONFIG: configDir, CHATKEEP_LIBRARY: '' } },
    );
    expect(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ smoke: 'ok' });
    expect(run.status).toBe(0);
  });
});
