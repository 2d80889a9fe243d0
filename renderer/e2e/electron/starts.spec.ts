/** Ways to start the app in real Electron: `--smoke`, a `chatkeep://` link before and while it runs, a second start. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, open as openFile, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { first } from '../../../main/index/kernel/migrations/0010-first.ts';
import { startSandbox, type Sandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { accountOf, ask, inMain, launch, noElectron, type Running, start } from './rig.ts';

describe.skipIf(noElectron)('starting on Electron', () => {
  let folder: string;
  let configDir: string;
  let service: Sandbox;
  let running: Running | null = null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-starts-'));
    configDir = join(folder, 'config');
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

  const open = async (link?: string): Promise<Running> => {
    running = await launch({
      configDir,
      library: join(folder, 'library'),
      env: accountOf(service),
      ...(link !== undefined && { args: [link] }),
    });
    return running;
  };
  const place = ({ page }: Running): Promise<string> => page.evaluate(() => window.location.hash);

  test('--smoke says in one line that everything works, ends with 0 and leaves no folder', async () => {
    const temp = await mkdtemp(join(folder, 'temp-'));
    const { code, stdout } = await start({ configDir, args: ['--smoke'], env: { TMPDIR: temp, TEMP: temp } }).ended;
    const report: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const ok = { index: 'ok', sync: 'ok', store: 'ok', protocol: 'ok', window: 'ok', shutdown: 'ok' };
    expect(report).toMatchObject({ smoke: 'ok', checks: ok });
    expect([code, await readdir(temp).then((names) => names.filter((name) => name.includes('chatkeep')))]).toEqual([
      0,
      [],
    ]);
  });

  test('a link of a cold start is where the window opens, and nothing is logged as an error', async () => {
    const app = await open('chatkeep://settings/about');
    await app.page.getByRole('heading', { name: 'About', exact: true }).waitFor();
    expect(await place(app)).toBe('#/settings/about');
    expect(app.said).toEqual([]);
    expect(app.stderr()).not.toMatch(/ERR_FAILED|UnhandledPromise/);
    expect(await logged()).not.toMatch(/ERR_FAILED|failed/);
  });

  test('a second start hands over its link, brings the window to the front, and ends', async () => {
    const app = await open();
    await app.page.locator('main').waitFor();
    await inMain(app.app, ({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.hide();
    });
    await app.page.evaluate(() => Object.assign(window, { sameDocument: true }));
    const second = await start({ configDir, library: join(folder, 'library'), args: ['chatkeep://settings/privacy'] })
      .ended;
    expect(second.code).toBe(0);
    await expect.poll(() => place(app)).toBe('#/settings/privacy');
    const windows = await inMain(app.app, ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((each) => each.isVisible()),
    );
    expect(windows).toEqual([true]);
    // A place within the page is no reload.
    expect(await app.page.evaluate(() => 'sameDocument' in window)).toBe(true);
    expect(await logged()).not.toMatch(/ERR_FAILED|failed/);
  });

  test('a second start with another link, or with one that is none of ours, changes nothing else', async () => {
    const app = await open();
    await app.page.locator('main').waitFor();
    const before = await place(app);
    for (const link of ['chatkeep://export?to=/', 'chatkeep://sync', 'https://example.org/']) {
      expect((await start({ configDir, library: join(folder, 'library'), args: [link] }).ended).code).toBe(0);
    }
    expect(await place(app)).toBe(before);
    expect(await ask(app.page, 'sync.status')).toMatchObject({ state: 'idle', runId: null });
  });

  test.skipIf(process.platform === 'win32')(
    'a library of an older version is brought up to date behind a page that says so, and ends in the app',
    async () => {
      await open();
      await running?.page.locator('main').waitFor();
      await running?.quit();
      const index = join(folder, 'library', 'index.sqlite');
      await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${index}${end}`, { force: true })));
      const old = new DatabaseSync(index);
      old.exec('PRAGMA journal_mode = wal');
      first.up({
        exec: (sql) => {
          old.exec(sql);
        },
        pragma: unused,
        all: unused,
        get: unused,
        run: unused,
        insert: unused,
      });
      old.exec(`PRAGMA user_version = ${String(first.version)}`);
      old.close();
      // Opening reads this file after the index. It waits until somebody writes it, so that the page is there to be seen.
      const chats = join(folder, 'library', 'chats.json');
      execFileSync('mkfifo', [chats]);
      const { page, said } = await open();
      const words = page.getByRole('status');
      await words.getByRole('heading', { name: 'The library is being brought up to date' }).waitFor();
      expect(await words.textContent()).toMatch(/stays as it was/);
      const writer = await openFile(chats, 'w');
      await rm(chats);
      await writer.writeFile(JSON.stringify({ format: 'chatkeep-chats', version: 1, accounts: {} }));
      await writer.close();
      await page.getByRole('navigation').first().waitFor();
      expect(said).toEqual([]);
      expect(await readdir(join(folder, 'library'))).toContain(`index.sqlite.schema-${String(first.version)}.bak`);
    },
  );

  const unused = (): never => {
    throw new Error('The first step runs its SQL alone.');
  };
  async function logged(): Promise<string> {
    const dir = join(configDir, 'logs');
    const texts = await Promise.all(
      (await readdir(dir, { withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(({ name }) => readFile(join(dir, name), 'utf8')),
    );
    return texts.join('');
  }
});
