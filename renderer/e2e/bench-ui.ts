/**
 * `node renderer/e2e/bench-ui.ts [names] [--media N] [--chats N] [--library <folder>]`: a generated library, the app behind its server, a
 * real browser, and the table "Fast" of the documents. `names`: only these parts (index, jumps, filters, search, viewer, scrolling, list, …).
 * `--library` keeps the generated library there and uses it again.
 */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { platformOf } from '../../main/app/core/app-ports.ts';
import { createApp, type App } from '../../main/app/create-app.ts';
import { openLog } from '../../main/app/kernel/log.ts';
import { portsOf } from '../../main/app/core/open-core.ts';
import { figure, type Figure } from '../../main/bench/figures.ts';
import { fingerprintOf, generateLibrary } from '../../main/bench/generate-library.ts';
import { readTimes } from '../../main/bench/reads.ts';
import { markdownTable } from '../../main/bench/table.ts';
import { startServer, type RunningServer } from '../../main/shell/server/server.ts';
import { bare, naive, reach } from './bench/naive.ts';
import { listFigures } from './bench/list.ts';
import { filter, HAND, install, jump, next, scroll, search } from './bench/probe.ts';
import { longest, sum, traced } from './bench/traced.ts';
import { launchBrowser } from './browser.ts';
import { buildPages } from './stages/build-pages.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    media: { type: 'string', default: '1000000' },
    chats: { type: 'string', default: '500' },
    library: { type: 'string' },
  },
});

const UNTIL = Date.UTC(2026, 10, 24);
const SEED = 7;
const wanted = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

interface Made {
  readonly words: readonly string[];
  readonly ms: number | null;
}

/** The library of these sizes: the one that is there, or a new one. */
async function libraryIn(folder: string): Promise<Made> {
  const sizes = { media: Number(values.media), chats: Number(values.chats), seed: SEED, until: UNTIL };
  const note = join(folder, `bench-${fingerprintOf(sizes)}.json`);
  if ((await stat(note).catch(() => null)) !== null) {
    const kept = JSON.parse(await readFile(note, 'utf8')) as { words: string[] };
    return { words: kept.words, ms: null };
  }
  const { words, ms } = await generateLibrary({ ...sizes, folder, say });
  await writeFile(note, JSON.stringify({ words: words.slice(0, 300) }));
  return { words: words.slice(0, 300), ms };
}

interface Running {
  readonly app: App;
  readonly server: RunningServer;
  readonly browser: Browser;
  readonly context: BrowserContext;
  /** Where the browser is signed in. */
  readonly home: string;
}

async function run(library: string, work: string): Promise<Running> {
  const pages = join(work, 'pages');
  const configDir = join(work, 'config');
  await buildPages(pages);
  const log = openLog({ dir: join(configDir, 'logs') });
  const core = portsOf({ platform: process.platform, env: { CHATKEEP_CONFIG: configDir }, log: () => undefined });
  const app = await createApp({
    core: { ...core, colourRestMs: undefined },
    log,
    configDir,
    defaultLibraryDir: library,
    library,
    shell: 'server',
    platform: platformOf(process.platform),
    locale: 'en-GB',
    versions: [],
    canStartAtLogin: false,
    canStayInTray: false,
    canNotify: false,
    system: {},
  });
  const server = await startServer({ app, rendererDir: pages, port: 0, log, now: Date.now });
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  await context.addInitScript(install);
  const page = await context.newPage();
  await page.goto(server.newUrl());
  const home = new URL('/', page.url()).href;
  await page.close();
  return { app, server, browser, context, home };
}

/** From the start of the navigation until the first pictures are drawn, in a window of its own. */
async function firstTiles({ context, home }: Running): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const page = await context.newPage();
    await page.goto(home);
    times.push(await page.evaluate(() => window.probe.until(0, () => document.querySelector('img.there') !== null)));
    await page.close();
  }
  // The first one warms the library.
  return times.slice(1);
}

const seconds = (ms: number): number => ms / 1000;

async function rounds<Value>(count: number, work: (round: number) => Promise<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for (let round = 0; round < count; round += 1) {
    all.push(await work(round));
  }
  return all;
}

/** A share that jumps about, and is the same every time. */
const share = (round: number): number => (round * 0.618_033_988_7 + 0.11) % 1;

async function jumps(page: Page): Promise<Figure[]> {
  const all = await rounds(60, (round) => page.evaluate(jump, share(round)));
  return [
    figure(
      'grid',
      'jump by scrubber: tiles in place',
      'ms',
      all.map(({ tiles }) => tiles),
      {
        atMost: { value: 80, of: 'p95' },
      },
    ),
    figure(
      'grid',
      'jump by scrubber: pictures there',
      'ms',
      all.map(({ pictures }) => pictures),
    ),
  ];
}

async function filters(page: Page): Promise<Figure[]> {
  const chats = await page.evaluate(async () => {
    const response = await fetch('/rpc/chats.list', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ accountId: null, after: null, limit: 40 }),
    });
    const answer = (await response.json()) as { value: { rows: { accountId: number; id: number }[] } };
    return answer.value.rows.map((chat) => `#/chat/${String(chat.accountId)}/${String(chat.id)}/media`);
  });
  const plain = [
    'kind=video',
    'kind=photo,gif',
    'state=locked',
    'state=stored',
    'kind=audio&state=stored',
    'state=failed',
  ];
  const looked = ['from-who=me', 'from-who=them', 'since=2025-03-05', 'kind=photo&from-who=me', 'words=kalo'];
  const facts = ['length=over-5m', 'length=1m-5m&kind=video', 'shape=portrait', 'size=under-1mb'];
  const timed = async (hashes: readonly string[]): Promise<number[]> => {
    const times: number[] = [];
    for (let round = 0; round < 24; round += 1) {
      times.push(await page.evaluate(filter, hashes[round % hashes.length] ?? '#/media'));
      await page.evaluate(filter, '#/media');
    }
    return times;
  };
  const of = (queries: readonly string[]): string[] => queries.map((query) => `#/media?${query}`);
  const target = { atMost: { value: 150, of: 'p95' } } as const;
  return [
    figure('filters', 'chat: tiles and count', 'ms', await timed(chats), target),
    figure('filters', 'kind, state: tiles and count', 'ms', await timed(of(plain)), target),
    figure('filters', 'sender, date, words: tiles and count', 'ms', await timed(of(looked)), target),
    figure('filters', 'length, size, shape: tiles and count', 'ms', await timed(of(facts)), target),
  ];
}

/** Late frames of pages without the app, scrolled as the grid is. */
async function yardsticks(running: Running): Promise<Figure[]> {
  const page = await running.context.newPage();
  await page.goto(running.home);
  const figures: Figure[] = [];
  for (const kind of ['empty', 'pictures'] as const) {
    await page.evaluate(bare, kind);
    const { late, frames } = await page.evaluate(scroll, HAND);
    figures.push(figure('yardstick', `${YARDSTICKS[kind]}: frames late`, '%', [(late / frames) * 100]));
  }
  await page.close();
  return figures;
}

const YARDSTICKS = { empty: 'an empty page', pictures: 'a page of still pictures' } as const;

async function scrolling({ browser }: Running, page: Page): Promise<Figure[]> {
  await page.evaluate(jump, 0);
  // What a page does in its first seconds (places of far months, the list of chats) is over.
  await page.waitForTimeout(5000);
  const hand = await page.evaluate(scroll, HAND);
  await page.evaluate(jump, 0);
  const calm = await traced(browser, page, () => page.evaluate(scroll, HAND));
  await page.evaluate(jump, 0);
  const fling = await traced(browser, page, () => page.evaluate(scroll, { step: 6000, ms: 120_000 }));
  const under = { atMost: { value: 50 } } as const;
  const frames = String(fling.value.frames);
  return [
    figure('scrolling', 'by hand, 8 s: longest task, on the processor', 'ms', [longest(calm.cpu)], under),
    figure('scrolling', 'by hand: the page on the processor, a frame', 'ms', [sum(calm.cpu) / calm.value.frames]),
    figure('scrolling', 'by hand: longest task, by the clock (0 = none over 50)', 'ms', [longest(hand.tasks)]),
    figure('scrolling', 'by hand: frames late', '%', [(hand.late / hand.frames) * 100], {
      atMost: { value: 1 },
    }),
    figure(
      'scrolling',
      `newest to oldest, ${frames} frames: longest task, on the processor`,
      'ms',
      [longest(fling.cpu)],
      under,
    ),
    figure('scrolling', 'newest to oldest: longest task, by the clock', 'ms', [longest(fling.value.tasks)]),
    figure('scrolling', 'newest to oldest: frames late', '%', [(fling.value.late / fling.value.frames) * 100]),
    figure('scrolling', 'newest to oldest: the end was reached', '', [fling.value.end ? 1 : 0]),
  ];
}

/** What the page's process holds for itself (its share of the browser's program left out) after a collection, and its heap, MB. */
async function memory(browser: Browser, page: Page): Promise<{ process: number; heap: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
  await session.detach();
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  await whole.detach();
  let most = 0;
  for (const { id, type } of processInfo) {
    if (type === 'renderer') {
      const status = await readFile(`/proc/${String(id)}/status`, 'utf8').catch(() => '');
      most = Math.max(most, Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    }
  }
  return { process: most, heap: heap / 1e6 };
}

async function viewing(page: Page): Promise<Figure[]> {
  await page.evaluate(filter, '#/media?kind=photo&state=stored');
  await page.locator('[role=gridcell]').nth(3).click();
  await page.locator('#viewer img.full').waitFor();
  const times = await rounds(40, async () => {
    // A person looks before going on: neighbours come meanwhile.
    await page.waitForTimeout(150);
    return page.evaluate(next);
  });
  await page.keyboard.press('Escape');
  return [figure('viewer', 'next picture, neighbours stored', 'ms', times, { atMost: { value: 50, of: 'p95' } })];
}

async function searching(page: Page, words: readonly string[]): Promise<Figure[]> {
  await page.evaluate(search, words[0] ?? '');
  const times = await rounds(30, (round) => page.evaluate(search, words[(round * 7 + 3) % words.length] ?? ''));
  return [figure('search', 'words typed to results', 'ms', times, { atMost: { value: 100, of: 'p95' } })];
}

async function plainScroller(running: Running): Promise<Figure[]> {
  const ITEMS = 20_000;
  const page = await running.context.newPage();
  await page.goto(running.home);
  await page.evaluate(naive);
  const { ms, tasks, items } = await page.evaluate(reach, ITEMS);
  const held = await memory(running.browser, page);
  await page.close();
  return [
    figure('plain scroller', `to item ${String(items)}, the only way there`, 's', [seconds(ms)]),
    figure('plain scroller', 'longest task', 'ms', [Math.max(0, ...tasks)]),
    figure('plain scroller', 'heap there', 'MB', [held.heap]),
    figure('plain scroller', 'process there', 'MB', [held.process]),
  ];
}

async function measure(library: string, work: string, made: Made): Promise<Figure[]> {
  const figures: Figure[] =
    made.ms === null ? [] : [figure('library', 'generated', 's', [seconds(made.ms)], { atMost: { value: 300 } })];
  const running = await run(library, work);
  const { browser, context } = running;
  const add = async (what: string, of: () => Promise<Figure[]>): Promise<void> => {
    if (wanted(what)) {
      say(`  ${what}`);
      figures.push(...(await of()));
    }
  };
  try {
    await add('window', async () => [
      figure('window', 'to first pictures, warm library', 'ms', await firstTiles(running), {
        atMost: { value: 1000, of: 'p95' },
      }),
    ]);
    const page = await context.newPage();
    await page.goto(running.home);
    // A part may have left any place, or gone nowhere: another filter comes between, so that a new grid can be waited for.
    const everything = async (): Promise<void> => {
      await page.evaluate(filter, '#/media?kind=audio');
      await page.evaluate(filter, '#/media');
    };
    await page.evaluate(() => window.probe.until(0, () => window.probe.inView('pictures')));
    await add('jumps', () => jumps(page));
    await add('filters', () => filters(page));
    await add('search', () => searching(page, made.words));
    await everything();
    await add('viewer', () => viewing(page));
    await everything();
    await add('scrolling', () => scrolling(running, page));
    await add('list', () => listFigures(browser, page));
    await everything();
    await add('yardsticks', () => yardsticks(running));
    await add('memory', async () => {
      const held = await memory(browser, page);
      return [
        figure('memory', 'heap after all of this', 'MB', [held.heap]),
        figure('memory', 'page process after all of this', 'MB', [held.process], { atMost: { value: 400 } }),
      ];
    });
    await page.close();
    await add('plain scroller', () => plainScroller(running));
  } finally {
    await browser.close();
    await running.server.close();
    await running.app.shutdown();
  }
  return figures;
}

async function main(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'chatkeep-bench-ui-'));
  try {
    const library = values.library ?? join(work, 'library');
    await mkdir(library, { recursive: true });
    say(`library of ${values.media} media in ${values.chats} chats`);
    const made = await libraryIn(library);
    const load = loadavg().map((each) => Number(each.toFixed(1)));
    say('index');
    const times = wanted('index') ? await readTimes(library, made.words) : [];
    const reads = [...times].map(([name, each]) => figure('index', name, 'ms', each));
    say('browser');
    const figures = [...(await measure(library, work, made)), ...reads];
    const machine = {
      cores: availableParallelism(),
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGb: Math.round(totalmem() / 1024 ** 3),
      node: process.version,
      load: { before: load, after: loadavg().map((each) => Number(each.toFixed(1))) },
    };
    process.stdout.write(`${markdownTable(figures)}\n\n${JSON.stringify(machine)}\n`);
    await mkdir('bench-results', { recursive: true });
    const at = new Date().toISOString();
    const path = join('bench-results', `ui-${at.replaceAll(':', '')}.json`);
    await writeFile(path, `${JSON.stringify({ at, machine, media: Number(values.media), figures }, null, 2)}\n`);
    say(`written to ${path}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

await main();
