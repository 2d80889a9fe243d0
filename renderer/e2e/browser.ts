import { access, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as driver, type Browser, type BrowserContext } from 'playwright-core';
import { z } from 'zod';

/** Chromium's shell without windows comes first: the same engine, for half the processor time. */
const INSTALLED = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
  // Pages of one context share a process: the start of another takes a quarter of a second of processor time.
  '--process-per-site',
];

/**
 * Unpacks the browser that a dev dependency carries. The package itself writes straight to where it is then started from, and takes a
 * half-written file for a whole one; spec files begin side by side, so each unpacks for itself and the first puts it in its place.
 * Answers the program; null where there is none to unpack.
 */
async function carried(): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return null;
  }
  const manifest = new URL('../package.json', import.meta.resolve('@sparticuz/chromium'));
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(manifest, 'utf8')));
  const home = join(tmpdir(), `chatkeep-test-browser-${version}`);
  const program = join(home, 'chromium');
  if (await isThere(program)) {
    return program;
  }
  const temp = process.env['TMPDIR'];
  const own = await mkdtemp(join(tmpdir(), 'chatkeep-test-browser-'));
  try {
    process.env['TMPDIR'] = own;
    await chromium.executablePath();
    await rename(own, home).catch(async (error: unknown) => {
      if (!(await isThere(program))) {
        throw error;
      }
    });
  } finally {
    if (temp === undefined) {
      delete process.env['TMPDIR'];
    } else {
      process.env['TMPDIR'] = temp;
    }
    await rm(own, { recursive: true, force: true });
  }
  return program;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The first of these programs that starts. A program that is not there is passed over. */
async function firstOf(programs: readonly (() => Promise<string | null>)[]): Promise<Browser> {
  let fault: unknown = new Error('There is no browser; name one with CHROME_PATH.');
  for (const program of programs) {
    try {
      const path = await program();
      if (path !== null) {
        return await launch(path);
      }
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}

/**
 * A real browser, the first that starts: `CHROME_PATH`; an installed one, which is nearer to the Chromium that ships; on Linux x64 the one
 * that a dev dependency carries.
 */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['CHROME_PATH'];
  if (named !== undefined && named !== '') {
    return await launch(named);
  }
  const installed = INSTALLED.map((path) => async () => ((await isThere(path)) ? path : null));
  return await firstOf([...installed, carried]);
}

const launch = (executablePath: string): Promise<Browser> =>
  driver.launch({ executablePath, args: ARGUMENTS, headless: true });

/** What a file of specs has of a browser: pages in contexts of its own. */
export type OpenBrowser = Pick<Browser, 'newContext' | 'close'>;

/** A page that takes this long hangs. It says nothing of speed: a busy machine may take ten times as long as a quiet one. */
const HUNG_MS = 240_000;

let shared: Promise<Browser> | null = null;

/** The one browser of this process. `close` ends the contexts that were opened through this answer; the browser ends with the process. */
export async function openBrowser(): Promise<OpenBrowser> {
  const running = await (shared ??= launchBrowser());
  if (!running.isConnected()) {
    shared = null;
    return await openBrowser();
  }
  const contexts: BrowserContext[] = [];
  return {
    newContext: async (options) => {
      const context = await running.newContext(options);
      context.setDefaultTimeout(HUNG_MS);
      contexts.push(context);
      return context;
    },
    close: async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
  };
}
