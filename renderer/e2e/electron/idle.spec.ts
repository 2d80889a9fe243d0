/** Nothing wakes the machine while the app in real Electron has nothing to do, and a page of 200 media crosses to the window as one value. */
import { mkdtemp, rm, writeFile, mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../../main/sandbox/testing/sandbox.ts';
import { EVERYTHING } from '../../../main/contract/shapes.ts';
import { accountOf, inMain, launch, noElectron, type Running, synced } from './rig.ts';

/** Ways a page may wake itself that still count when it is idle. */
interface Wakeups {
  /** Delays of pending timeouts, and of intervals, ms. */
  readonly timers: readonly number[];
  readonly frames: number;
  readonly animations: number;
}

describe.skipIf(noElectron)('an idle app on Electron', () => {
  let folder: string;
  let service: Sandbox;
  let running: Running;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-idle-'));
    service = await startSandbox({ chats: 2, messages: 20 });
    const configDir = join(folder, 'config');
    await mkdir(configDir);
    await writeFile(join(configDir, 'settings.json'), JSON.stringify({ syncEveryMinutes: null }));
    running = await launch({ configDir, library: join(folder, 'library'), env: accountOf(service) });
    await running.page.locator('main').waitFor();
    expect(await synced(running.page)).toMatchObject({ problem: null });
  });
  afterAll(async () => {
    await running.quit();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('the page keeps no timer shorter than a minute, asks for no frame and moves nothing, in any place', async () => {
    const { page } = running;
    await page.addInitScript(followWakeups);
    await page.reload();
    for (const place of ['#/media', '#/media?view=list', '#/activity', '#/library', '#/settings/general', '#/search']) {
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, place);
      await page.locator('main').waitFor();
      const wakeups = () => page.evaluate(() => (window as unknown as { wakeups(): Wakeups }).wakeups());
      // What a change of place starts ends by itself.
      await expect
        .poll(async () => {
          const { timers, frames, animations } = await wakeups();
          return { short: timers.filter((ms) => ms < 30_000), frames, animations };
        })
        .toEqual({ short: [], frames: 0, animations: 0 });
    }
  });

  test('the main process keeps no timer and no request', async () => {
    const resources = () =>
      inMain(running.app, () =>
        process.getActiveResourcesInfo().filter((each) => !/^(MessagePort|Pipe|TTY|FSReq|Worker)/.test(each)),
      );
    await expect.poll(resources).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')(
    'no compiler of OpenGL is loaded, and programs that are opened inherit nothing',
    async () => {
      const [pid, inherited] = await inMain(running.app, () => [process.pid, process.env['GDK_GL'] ?? null] as const);
      expect(await readFile(`/proc/${String(pid)}/maps`, 'utf8')).not.toMatch(/libLLVM|_dri\.so/);
      expect(inherited).toBeNull();
    },
  );

  test('a page of media is one text on its way to the window', async () => {
    const answer = await running.page.evaluate((input) => window.bridge?.call(800_000_001, 'media.page', input), {
      filter: EVERYTHING,
      after: null,
      limit: 200,
    });
    expect(typeof answer).toBe('string');
    expect(JSON.parse(answer ?? '')).toMatchObject({ ok: true });
  });
});

/** Runs in the page before its own scripts. */
function followWakeups(): void {
  const timers = new Map<number, number>();
  const frames = new Set<number>();
  const { setTimeout, clearTimeout, setInterval, requestAnimationFrame, cancelAnimationFrame } = window;
  Object.assign(window, {
    setTimeout: (work: TimerHandler, ms = 0, ...args: unknown[]) => {
      const id = setTimeout(() => {
        timers.delete(id);
        if (typeof work === 'function') {
          (work as (...each: unknown[]) => void)(...args);
        }
      }, ms);
      timers.set(id, ms);
      return id;
    },
    setInterval: (work: TimerHandler, ms = 0, ...args: unknown[]) => {
      const id = setInterval(work, ms, ...args);
      timers.set(id, ms);
      return id;
    },
    clearTimeout: (id: number) => {
      timers.delete(id);
      clearTimeout(id);
    },
    clearInterval: (id: number) => {
      timers.delete(id);
      clearTimeout(id);
    },
    requestAnimationFrame: (work: FrameRequestCallback) => {
      const id = requestAnimationFrame((now) => {
        frames.delete(id);
        work(now);
      });
      frames.add(id);
      return id;
    },
    cancelAnimationFrame: (id: number) => {
      frames.delete(id);
      cancelAnimationFrame(id);
    },
    wakeups: () => ({
      timers: [...timers.values()],
      frames: frames.size,
      animations: document.getAnimations().filter(({ playState }) => playState === 'running').length,
    }),
  });
}
