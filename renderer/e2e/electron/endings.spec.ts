/** How the app ends in real Electron: closed in the middle of a sync, killed in the middle of one, ten syncs in a row. Nothing is lost. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { accountOf, ask, inMain, launch, noElectron, type Running, synced } from './rig.ts';
import { truthOf } from '../../../main/sandbox/testing/truth.ts';

const MESSAGES = 80;
/** `CHATKEEP_SYNCS=10` for the long run. */
const SYNCS = Number(process.env['CHATKEEP_SYNCS'] ?? 1);

describe.skipIf(noElectron)('endings on Electron', () => {
  let folder: string;
  let service: Sandbox;
  let kept: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-endings-'));
    service = await startSandbox({ chats: 3, messages: MESSAGES });
    kept = [...truthOf(service).media()].filter((each) => each.state === 'viewable').length;
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = (name: string): Promise<Running> =>
    launch({
      configDir: join(folder, name, 'config'),
      library: join(folder, name, 'library'),
      env: accountOf(service),
    });
  const startSync = async ({ page }: Running): Promise<void> => {
    await ask(page, 'sync.start', { accountId: null, chatIds: [], full: false, retryFailed: false });
    await expect.poll(async () => (await ask(page, 'sync.status')).filesDone, { interval: 100 }).toBeGreaterThan(5);
  };
  /** Every file is there after a sync in a new start, and a check of every byte finds nothing. */
  async function isWhole(name: string): Promise<void> {
    const running = await open(name);
    await running.page.locator('main').waitFor();
    expect(await synced(running.page)).toMatchObject({ problem: null });
    const { total } = await ask(running.page, 'ledger.get', { accountId: null, chatId: null });
    expect(total).toMatchObject({ stored: kept, pending: 0, failed: 0 });
    await ask(running.page, 'library.check', { deep: true, repair: false });
    const checked = () => ask(running.page, 'library.lastCheck');
    await expect.poll(async () => (await checked())?.endedAt ?? null).not.toBeNull();
    expect(await checked()).toMatchObject({ missing: 0, corrupt: 0 });
    expect(await running.quit()).toBe(0);
    expect(running.stderr()).not.toMatch(/GLib-GObject|MaxListenersExceededWarning/);
  }

  test('closing the window during a sync ends in order with 0, and the next start goes on', async () => {
    const running = await open('closed');
    await startSync(running);
    expect(await ask(running.page, 'updates.status')).toMatchObject({ way: 'none' });
    await expect(ask(running.page, 'updates.check')).rejects.toThrow(/unsupported|busy/);
    expect(await running.quit()).toBe(0);
    await isWhole('closed');
  });

  test.skipIf(process.platform === 'win32')('a kill of the main process during a sync loses nothing', async () => {
    const running = await open('killed');
    await startSync(running);
    const child = running.app.process();
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
    await isWhole('killed');
  });

  test.skipIf(process.platform === 'win32')('a thread that cannot be ended does not keep the app alive', async () => {
    const running = await open('stuck');
    await running.page.locator('main').waitFor();
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await inMain(
      running.app,
      async (_electron, path) => {
        const { Worker } = process.getBuiltinModule('node:worker_threads');
        const script = `require('node:worker_threads').parentPort.postMessage('');
        require('node:fs').openSync(${JSON.stringify(path)});`;
        const stuck = new Worker(script, { eval: true });
        await new Promise((said) => stuck.once('message', said));
      },
      pipe,
    );
    // Killed, which has no code of its own; the library was closed before.
    expect(await running.quit()).toBeNull();
    expect(await readdir(join(folder, 'stuck', 'library'))).not.toContain('index.lock');
  });

  test(
    `a sync of 3 chats of ${String(MESSAGES)} messages in the window survives, ${String(SYNCS)} times`,
    { timeout: SYNCS * 300_000 },
    async () => {
      for (let time = 1; time <= SYNCS; time += 1) {
        await isWhole(`sync-${String(time)}`);
      }
    },
  );
});
