import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../lib/app-error.ts';
import type { Machine } from '../../app/core/open-core.ts';
import { CliRig, jsonLines, type Child } from '../cli/testing/cli-rig.ts';
import { serve } from './serve.ts';
import { Browser, send } from './testing/browser.ts';

const BUILT = existsSync(fileURLToPath(new URL('../../../out/renderer/index.html', import.meta.url)));

let rig: CliRig;
let pagesDir: string;

beforeAll(async () => {
  rig = await CliRig.start();
  pagesDir = join(rig.folder, 'pages');
  await mkdir(pagesDir);
  await writeFile(join(pagesDir, 'index.html'), '<!doctype html><title>the app</title>');
});
afterAll(async () => {
  await rig.close();
});

const machine = (name: string): Machine => ({
  platform: process.platform,
  env: { HOME: rig.folder, CHATKEEP_CONFIG: join(rig.folder, name) },
  log: () => undefined,
});

const environment = (): NonNullable<Parameters<typeof serve>[1]['environment']> => ({
  key: rig.sandbox.key,
  connectionId: rig.sandbox.connection,
  apiBase: rig.sandbox.api,
  ratePerMinute: 0,
});

async function call(browser: Browser, name: string, input: unknown): Promise<unknown> {
  const response = await browser.fetch(`/rpc/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  return await response.json();
}

/** Resolves when the stream has ended, in whatever way. */
async function whenOver(response: Response): Promise<void> {
  await response.text().catch(() => undefined);
}

describe('serve', () => {
  test('without built pages says how to build them, and has made nothing', async () => {
    const library = join(rig.folder, 'never');
    const missing = join(rig.folder, 'no-pages');
    const started = serve(machine('config-a'), { library, port: 0, pagesDir: missing });
    await expect(started).rejects.toBeInstanceOf(AppError);
    await expect(started).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('npm run build') as string,
    });
    expect([library, join(rig.folder, 'config-a')].map((path) => existsSync(path))).toEqual([false, false]);
  });

  test('on a port that is taken says so, and lets go of the library', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const library = join(rig.folder, 'port-taken');
    await expect(serve(machine('config-b'), { library, port, pagesDir })).rejects.toMatchObject({
      code: 'usage',
      message: `Port ${String(port)} of 127.0.0.1 cannot be used.`,
      hint: expect.stringContaining('--port') as string,
    });
    other.close();
    await once(other, 'close');
    const served = await serve(machine('config-b'), { library, port, pagesDir });
    expect(new URL(served.newUrl() ?? '').port).toBe(String(port));
    await served.close();
  });

  test('begins without a library where none is named, and proposes a folder', async () => {
    const served = await serve(machine('config-c'), { library: null, port: 0, pagesDir });
    const browser = await Browser.open(served.newUrl() ?? '');
    expect(await call(browser, 'app.info', {})).toMatchObject({
      ok: true,
      value: { shell: 'server', state: 'needsLibrary', can: { pickFolder: false, notify: false } },
    });
    await served.close();
  });

  test('without pages is the app alone', async () => {
    const library = join(rig.folder, 'no-pages-library');
    const served = await serve(machine('config-d'), { library, port: 0, pages: false, pagesDir: '/nowhere' });
    expect(served.newUrl()).toBeNull();
    expect(await served.app.call('library.state', {}, new AbortController().signal)).toMatchObject({
      value: { path: library },
    });
    await served.close();
  });

  test('closed in the middle of a sync, with pages open, ends in order; the next start goes on', async () => {
    const library = join(rig.folder, 'closed');
    const options = { library, port: 0, pagesDir, environment: environment() };
    const served = await serve(machine('config-e'), options);
    const browser = await Browser.open(served.newUrl() ?? '');
    const events = browser.openEvents('/events');
    const running = new Promise((resolve) => {
      events.addEventListener('sync.progress', resolve, { once: true });
    });
    await new Promise((resolve) => {
      events.addEventListener('open', resolve, { once: true });
    });
    rig.sandbox.faults.set('stall', { match: { endpoint: 'file' } });
    const input = { accountId: null, chatIds: [], full: false, retryFailed: false };
    expect(await call(browser, 'sync.start', input)).toMatchObject({ ok: true, value: { state: 'running' } });
    await running;
    const { port } = browser;
    events.close();
    const listening = await browser.fetch('/events');
    await served.close();
    await served.close();
    await whenOver(listening);
    await expect(send(port, '/')).rejects.toThrow(/ECONNREFUSED/);
    rig.sandbox.faults.clear();
    const again = await serve(machine('config-e'), options);
    const ends = await again.app.syncHere(() => undefined, new AbortController().signal);
    expect(ends).toMatchObject([{ problem: null, answer: { outcome: 'complete', ledger: { pending: 0, failed: 0 } } }]);
    await again.close();
  });
});

/** The first line that a child prints, as JSON, while it goes on. */
async function firstAnswer(child: Child): Promise<Record<string, unknown>> {
  let printed = '';
  while (!printed.includes('\n')) {
    const [part] = (await once(child.stdout, 'data')) as [string | Buffer];
    printed += String(part);
  }
  return JSON.parse(printed.split('\n')[0] ?? '') as Record<string, unknown>;
}

describe.skipIf(!BUILT)('the command (wants `npm run build`)', () => {
  test('serve --json prints the address alone, serves, and ends with 130 at a signal', async () => {
    const child = rig.spawn(['serve', '--json']);
    const ended = rig.ended(child);
    const { url } = await firstAnswer(child);
    const browser = await Browser.open(String(url));
    expect(await (await browser.fetch('/')).text()).toMatch(/^<!doctype html>/i);
    expect(await call(browser, 'app.info', {})).toMatchObject({ ok: true, value: { shell: 'server' } });
    const listening = await browser.fetch('/events');
    child.kill('SIGINT');
    const end = await ended;
    expect(end, end.stderr).toMatchObject({ code: 130, stderr: '' });
    expect(jsonLines(end)).toEqual([{ url }]);
    await whenOver(listening);
  });

  test('serve refuses an open address without a password, a port that is none, and a taken one', async () => {
    const open = await rig.run(['serve', '--host', '0.0.0.0', '--json']);
    expect(open.code).toBe(2);
    expect(jsonLines(open)[0]).toMatchObject({ error: { code: 'usage' } });
    expect((await rig.run(['serve', '--port', '70000'])).code).toBe(2);
    expect((await rig.run(['serve', '--port', 'x'])).code).toBe(2);
    const { port } = new URL(rig.sandbox.api);
    const taken = await rig.run(['serve', '--port', port]);
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain(`Port ${port}`);
  });

  test('demo prints its link last and apart, and a fresh one for Enter; a spent link names the command', async () => {
    const child = rig.spawn(['demo', '--chats', '1', '--messages', '8'], {
      env: { CHATKEEP_LIBRARY: '', npm_lifecycle_event: 'demo' },
      stdin: '\n',
    });
    const ended = rig.ended(child);
    let printed = '';
    const links = (): string[] => printed.match(/^http:.*$/gm) ?? [];
    while (links().length < 2) {
      const [part] = (await once(child.stdout, 'data')) as [string | Buffer];
      printed += String(part);
    }
    const [last = '', fresh = ''] = links();
    expect(printed.endsWith(`\n\n${last}\n\n${fresh}\n\n`)).toBe(true);
    expect(await call(await Browser.open(last), 'accounts.list', {})).toMatchObject({ ok: true });
    expect(await call(await Browser.open(fresh), 'accounts.list', {})).toMatchObject({ ok: true });
    const spent = await fetch(last);
    expect(spent.status).toBe(401);
    expect(await spent.text()).toContain('Press Enter in the terminal where <code>npm run demo</code> runs');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0 });
  });

  test('demo --json prints the answer of the sync with the address, stays open, and ends with 0 at a signal', async () => {
    const child = rig.spawn(['demo', '--chats', '1', '--messages', '8', '--json'], { env: { CHATKEEP_LIBRARY: '' } });
    const ended = rig.ended(child);
    const answer = await firstAnswer(child);
    expect(answer).toMatchObject({ outcome: 'complete', chats: 1 });
    expect(String(answer['library'])).toContain('chatkeep-demo-');
    const browser = await Browser.open(String(answer['url']));
    expect(await call(browser, 'accounts.list', {})).toMatchObject({
      ok: true,
      value: { accounts: [{ sample: true }] },
    });
    child.kill('SIGINT');
    const end = await ended;
    expect(end, end.stderr).toMatchObject({ code: 0 });
    expect(jsonLines(end)).toHaveLength(1);
    expect(await rig.run(['verify', '--deep', '--library', String(answer['library'])])).toMatchObject({ code: 0 });
  });
});
