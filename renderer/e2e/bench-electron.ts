/**
 * `npm run bench:electron [-- --media N] [--library <folder>] [--idle S] [--alone]`: the built app in real Electron over a generated library,
 * beside the same app behind its server in a browser (`--alone`: without). A named folder keeps its library for the next run. Needs a build, Electron (ELECTRON_OVERRIDE_DIST_PATH or the npm package's own binary), a
 * display, and another user than root. Linux: memory and processor are read from /proc.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { _electron, chromium, type Page } from 'playwright-core';
import { figure, type Figure } from '../../main/bench/figures.ts';
import { fingerprintOf, generateLibrary } from '../../main/bench/generate-library.ts';
import { markdownTable } from '../../main/bench/table.ts';
import type { PreloadBridge } from '../../main/app/bridge.ts';
import { mediaUrl } from '../../main/contract/media-url.ts';
import { EVERYTHING } from '../../main/contract/shapes.ts';
import { addFilm } from './bench/film.ts';
import { install, jump, scroll } from './bench/probe.ts';
import { memoryByKind, memoryOf, treeOf, workBetween, workOf } from './bench/processes.ts';
import { findRealElectron } from './electron/setup.ts';

const { values } = parseArgs({
  options: {
    media: { type: 'string', default: '1000000' },
    chats: { type: 'string', default: '500' },
    library: { type: 'string' },
    idle: { type: 'string', default: '60' },
    alone: { type: 'boolean', default: false },
  },
});

const root = resolve(import.meta.dirname, '../..');
const STARTS = 6;
const CALLS = 300;
const SEEKS = 15;
const FIRST_TILE = '[role=gridcell] img.there';
const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** The app running in one of its shells. */
interface Running {
  readonly page: Page;
  /** From the start of the program to the first tiles, ms. */
  readonly firstTilesMs: number;
  /** Processes that are the app's. */
  readonly roots: readonly number[];
  close(): Promise<void>;
}

interface Shell {
  readonly name: string;
  open(): Promise<Running>;
}

const electronShell = (binary: string, env: Record<string, string>): Shell => ({
  name: 'Electron',
  open: async () => {
    const begun = performance.now();
    const app = await _electron.launch({
      executablePath: binary,
      args: ['-r', join(root, 'renderer/e2e/electron/hold-ready.cjs'), root],
      env,
      chromiumSandbox: true,
    });
    const page = await app.firstWindow();
    await page.locator(FIRST_TILE).first().waitFor();
    const firstTilesMs = performance.now() - begun;
    return {
      page,
      firstTilesMs,
      roots: [app.process().pid ?? 0],
      close: async () => {
        const gone = once(app.process(), 'exit');
        await app.close();
        await gone;
      },
    };
  },
});

/** The browser is open already, as browsers are; the server is not. */
const browserShell = (library: string, env: Record<string, string>): Shell => ({
  name: 'browser',
  open: async () => {
    const browser = await chromium.launchServer({
      ...(env['CHROME_PATH'] !== undefined && { executablePath: env['CHROME_PATH'] }),
      ...(env['CHROME_PATH'] === undefined && { executablePath: '/usr/bin/chromium' }),
      args: ['--disable-gpu', '--disable-background-networking'],
    });
    const driver = await chromium.connect(browser.wsEndpoint());
    const page = await driver.newPage({ viewport: { width: 1280, height: 800 } });
    const begun = performance.now();
    const server = spawn(process.execPath, [join(root, 'out/main/cli.js'), '--library', library, 'serve', '--json'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const { url } = JSON.parse(line.toString()) as { url: string };
    await page.goto(url);
    await page.locator(FIRST_TILE).first().waitFor();
    const firstTilesMs = performance.now() - begun;
    return {
      page,
      firstTilesMs,
      roots: [browser.process().pid ?? 0, server.pid ?? 0],
      close: async () => {
        await driver.close();
        await browser.close();
        const gone = once(server, 'exit');
        server.kill('SIGINT');
        await gone;
      },
    };
  },
});

/** A page of so many items over the shell's own wire, from the page's question to its answer, ms. */
const calls = (page: Page, limit: number): Promise<number[]> =>
  page.evaluate(
    async ([input, rounds]) => {
      const { bridge } = window as unknown as { readonly bridge?: PreloadBridge };
      const ask = async (round: number): Promise<void> => {
        if (bridge !== undefined) {
          JSON.parse(await bridge.call(800_000_000 + round, 'media.page', input));
          return;
        }
        const response = await fetch('/rpc/media.page', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(input),
        });
        await response.json();
      };
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const begun = performance.now();
        await ask(round);
        times.push(performance.now() - begun);
      }
      // The first ones warm the way.
      return times.slice(20);
    },
    [{ filter: EVERYTHING, after: null, limit }, CALLS] as const,
  );

/** Into the second half of the film, each time in a player that has not been there, ms. */
const seeks = (page: Page, address: string): Promise<number[]> =>
  page.evaluate(
    async ([url, rounds]) => {
      const once = (player: HTMLVideoElement, name: string): Promise<void> =>
        new Promise((done, fail) => {
          player.addEventListener(
            name,
            () => {
              done();
            },
            { once: true },
          );
          player.addEventListener('error', () => {
            fail(new Error(`The film does not play: ${player.error?.message ?? ''}`));
          });
        });
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const player = document.createElement('video');
        player.muted = true;
        player.preload = 'auto';
        const ready = once(player, 'loadeddata');
        player.src = url;
        document.body.append(player);
        await ready;
        const sought = once(player, 'seeked');
        const begun = performance.now();
        player.currentTime = player.duration * (0.6 + (0.35 * round) / rounds);
        await sought;
        times.push(performance.now() - begun);
        player.removeAttribute('src');
        player.load();
        player.remove();
      }
      return times;
    },
    [address, SEEKS] as const,
  );

/** Its pictures are there and nothing else is under way. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(install);
  await page.waitForFunction(() => window.probe.inView('pictures'));
  await page.waitForTimeout(3000);
}

async function measure(shell: Shell, film: string): Promise<Figure[]> {
  const { name } = shell;
  // The browser is what Electron is held against: it has no targets of its own.
  const target = <T extends object>(atMost: T): { atMost?: T } => (name === 'Electron' ? { atMost } : {});
  const starts: number[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    const running = await shell.open();
    starts.push(running.firstTilesMs);
    await running.close();
  }
  say(`  ${name}: started`);
  const running = await shell.open();
  const { page } = running;
  try {
    await settled(page);
    const one = await calls(page, 1);
    const times = await calls(page, 200);
    say(`  ${name}: asked`);
    await page.evaluate(jump, 0);
    const { end, frames } = await page.evaluate(scroll, { step: 6000, ms: 300_000 });
    if (!end) {
      throw new Error(`${name}: the end of the library was not reached in ${String(frames)} frames.`);
    }
    const processes = await treeOf(running.roots);
    const held = await memoryOf(processes);
    const kinds = await memoryByKind(processes);
    say(`  ${name}: scrolled; idle for ${values.idle} s`);
    await page.evaluate(jump, 0);
    await page.waitForTimeout(5000);
    const before = await workOf(processes);
    await new Promise((done) => setTimeout(done, Number(values.idle) * 1000));
    const { cpuMs, wakeups } = workBetween(before, await workOf(processes));
    const seconds = Number(values.idle);
    // Last, since players keep memory for a while that is not the grid's.
    const sought = await seeks(page, film);
    const heldByFilms = await memoryOf(await treeOf(running.roots));
    return [
      // The first start warms the library and the system's cache.
      figure('start', `${name}: to first tiles, warm`, 'ms', starts.slice(1), target({ value: 1500, of: 'p95' })),
      figure('call', `${name}: a page of 1 (the yardstick)`, 'ms', one),
      figure('call', `${name}: a page of 200`, 'ms', times, target({ value: 3, of: 'p95' })),
      figure('film', `${name}: seek in 60 MB`, 'ms', sought, target({ value: 300, of: 'p95' })),
      figure('memory', `${name}: all processes, after the whole library`, 'MB', [held], target({ value: 700 })),
      ...kinds.map(([kind, megabytes]) => figure('memory', `${name}: of these, ${kind}`, 'MB', [megabytes])),
      figure('memory', `${name}: all processes, after ${String(SEEKS)} films more`, 'MB', [heldByFilms]),
      figure('idle', `${name}: processor over ${values.idle} s`, '%', [cpuMs / (seconds * 10)], target({ value: 1 })),
      figure('idle', `${name}: wake-ups of all threads`, '/s', [wakeups / seconds]),
    ];
  } finally {
    await running.close();
  }
}

interface Film {
  readonly accountId: number;
  readonly mediaId: number;
}

/** The library of these sizes with its film: the one that is there, or a new one. */
async function libraryIn(folder: string): Promise<Film> {
  const sizes = {
    media: Number(values.media),
    chats: Number(values.chats),
    seed: 7,
    until: Date.UTC(2026, 10, 24),
  };
  const made = join(folder, `bench-${fingerprintOf(sizes)}.json`);
  if ((await stat(made).catch(() => null)) === null) {
    const { words } = await generateLibrary({ ...sizes, folder, say });
    await writeFile(made, JSON.stringify({ words: words.slice(0, 300) }));
  }
  const note = join(folder, `bench-film-${fingerprintOf(sizes)}.json`);
  const kept = await readFile(note, 'utf8').catch(() => null);
  if (kept !== null) {
    return JSON.parse(kept) as Film;
  }
  const film = await addFilm(folder);
  await writeFile(note, JSON.stringify(film));
  return film;
}

async function main(): Promise<void> {
  const found = findRealElectron(process);
  if ('missing' in found) {
    say(`There is no Electron to measure: ${found.missing}.`);
    process.exitCode = 1;
    return;
  }
  if (process.platform !== 'linux') {
    say('Memory and processor are read from /proc: this bench runs on Linux.');
    process.exitCode = 1;
    return;
  }
  const work = await mkdtemp(join(tmpdir(), 'chatkeep-bench-electron-'));
  try {
    const library = values.library ?? join(work, 'library');
    const config = join(work, 'config');
    await mkdir(library, { recursive: true });
    await mkdir(config);
    await writeFile(join(config, 'settings.json'), JSON.stringify({ syncEveryMinutes: null }));
    say(`library of ${values.media} media in ${values.chats} chats`);
    const film = await libraryIn(library);
    const address = mediaUrl(film.accountId, film.mediaId, 'full');
    const env = {
      ...Object.fromEntries(
        Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      CHATKEEP_CONFIG: config,
      CHATKEEP_LIBRARY: library,
    };
    const load = loadavg().map((each) => Number(each.toFixed(1)));
    const figures = [
      ...(await measure(electronShell(found.binary, env), address)),
      ...(values.alone ? [] : await measure(browserShell(library, env), address)),
    ].toSorted((a, b) => a.bench.localeCompare(b.bench));
    const machine = {
      cores: availableParallelism(),
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGb: Math.round(totalmem() / 1024 ** 3),
      node: process.version,
      electron: found.binary,
      load: { before: load, after: loadavg().map((each) => Number(each.toFixed(1))) },
    };
    process.stdout.write(`${markdownTable(figures)}\n\n${JSON.stringify(machine)}\n`);
    await mkdir('bench-results', { recursive: true });
    const at = new Date().toISOString();
    const path = join('bench-results', `electron-${at.replaceAll(':', '')}.json`);
    await writeFile(path, `${JSON.stringify({ at, machine, media: Number(values.media), figures }, null, 2)}\n`);
    say(path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

await main();
