import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIndex } from '../../index/client.ts';
import { CliRig, jsonLines, type Ended } from './testing/cli-rig.ts';

let rig: CliRig;
let stored: Record<string, unknown>[];
beforeAll(async () => {
  rig = await CliRig.start();
  expect((await rig.runAs(['sync'])).code).toBeLessThanOrEqual(3);
  stored = jsonLines(await rig.run(['media', '--json', '--state', 'stored'])) as Record<string, unknown>[];
});
afterAll(async () => {
  await rig.close();
});

const dir = (name: string): string => join(rig.folder, name);
const answerOf = (ended: Ended): Record<string, unknown> => {
  const lines = jsonLines(ended);
  expect(lines).toHaveLength(1);
  return lines[0] as Record<string, unknown>;
};

describe('export', () => {
  it('answers with every agreed field, adds nothing when run again, and can be verified', async () => {
    const ended = await rig.run(['export', '--to', dir('a'), '--json', '--link', 'copy']);
    expect(ended.code).toBe(0);
    const answer = answerOf(ended);
    expect(Object.keys(answer).join(',')).toBe('job,planned,written,linked,copied,skipped,renamed,failed,bytes,dir');
    const bytes = stored.reduce((sum, line) => sum + Number(line['bytes']), 0);
    expect(answer).toMatchObject({
      planned: stored.length,
      written: stored.length,
      copied: stored.length,
      linked: 0,
      skipped: 0,
      failed: 0,
      bytes,
    });
    const again = answerOf(await rig.run(['export', '--to', dir('a'), '--json']));
    expect(again).toMatchObject({ job: answer['job'], written: 0, skipped: stored.length, bytes: 0 });
    const check = await rig.run(['export', 'verify', dir('a'), '--json']);
    expect(check.code).toBe(0);
    expect(answerOf(check)).toEqual({ checked: stored.length + 2, ok: stored.length + 2, missing: 0, changed: 0 });
  });

  it('verify tells what was changed and lost, with exit 3, and needs no library', async () => {
    await rig.run(['export', '--to', dir('b'), '--layout', '{mediaId}', '--link', 'copy']);
    const [first = '', second = ''] = (await readdir(dir('b'))).filter((name) => /^\d+\./.test(name));
    await writeFile(join(dir('b'), first), 'x');
    await rm(join(dir('b'), second));
    const env = { CHATKEEP_LIBRARY: dir('no library') };
    const check = await rig.run(['export', 'verify', dir('b'), '--json'], { env });
    expect(check.code).toBe(3);
    expect(answerOf(check)).toMatchObject({ missing: 1, changed: 1 });
    expect(check.stderr).toContain(`Changed: ${first}`);
    expect(check.stderr).toContain(`Missing: ${second}`);
  });

  it('a dry run prints every target path and makes nothing', async () => {
    const ended = await rig.run(['export', '--to', dir('dry'), '--dry-run', '--json', '--layout', 'by-month']);
    expect(ended.code).toBe(0);
    const plan = answerOf(ended) as {
      planned: number;
      written: number;
      items: { path: string | null; state: string }[];
    };
    expect(plan).toMatchObject({ planned: stored.length, written: 0 });
    expect(plan.items.filter(({ state }) => state === 'planned')).toHaveLength(stored.length);
    expect(
      plan.items.filter(({ path }) => path !== null).every(({ path }) => /^\d{4}\/\d{4}-\d{2}\//.test(path ?? '')),
    ).toBe(true);
    expect(plan.items.some(({ state }) => state === 'unavailable')).toBe(true);
    expect(existsSync(dir('dry'))).toBe(false);
    const words = await rig.run(['export', '--to', dir('dry'), '--dry-run']);
    expect(words.stdout).toContain(`${String(stored.length)} files to ${dir('dry')}`);
  });

  it('beside another process that has the library: a dry run works, an export says who has it and what to do', async () => {
    const index = await openIndex({ path: join(rig.library, 'index.sqlite') });
    try {
      expect((await rig.run(['export', '--to', dir('busy'), '--dry-run'])).code).toBe(0);
      const ended = await rig.run(['export', '--to', dir('busy')]);
      expect(ended.code).toBe(5);
      expect(ended.stderr).toContain(`in use by process ${String(process.pid)}`);
      expect(ended.stderr).toContain('--dry-run works meanwhile');
      expect(existsSync(dir('busy'))).toBe(false);
    } finally {
      await index.close();
    }
  });

  it('writes a paper beside each file when asked', async () => {
    await rig.run(['export', '--to', dir('papers'), '--layout', '{mediaId}', '--sidecar', 'item-json']);
    const names = await readdir(dir('papers'));
    expect(names.filter((name) => /^\d+\.\w+\.json$/.test(name))).toHaveLength(stored.length);
  });

  it('takes the filters of media, --until for the end, a date after a second --to as well', async () => {
    const [chat] = stored;
    const chatId = String(chat?.['chatId']);
    const day = String(chat?.['sentAt']).slice(0, 10);
    const wanted = stored.filter(
      (line) => String(line['chatId']) === chatId && String(line['sentAt']).slice(0, 10) <= day,
    );
    for (const [index, end] of [
      ['--until', day],
      ['--to', day],
    ].entries()) {
      const target = dir(`filter-${String(index)}`);
      const ended = await rig.run(['export', '--to', target, '--chat', chatId, ...end, '--json']);
      expect(answerOf(ended)).toMatchObject({ written: wanted.length });
    }
  });

  it('makes sidecars, a bag and a zip', async () => {
    const bag = await rig.run([
      'export',
      '--to',
      dir('bag'),
      '--bag',
      '--sidecar',
      'json',
      '--sidecar',
      'csv',
      '--sidecar',
      'html',
    ]);
    expect(bag.code).toBe(0);
    expect(await readdir(dir('bag'))).toEqual(
      expect.arrayContaining(['bagit.txt', 'bag-info.txt', 'data', 'tagmanifest-sha256.txt']),
    );
    expect(await readdir(join(dir('bag'), 'data'))).toEqual(
      expect.arrayContaining(['media.json', 'media.csv', 'index.html']),
    );
    expect((await rig.run(['export', '--to', dir('zip'), '--zip'])).code).toBe(0);
    expect(await readdir(dir('zip'))).toContain('export.zip');
    expect((await rig.run(['export', 'verify', dir('zip')])).code).toBe(0);
  });

  it('interrupted it ends with 130 and goes on later', async () => {
    const stop = new AbortController();
    stop.abort();
    const cut = await rig.run(['export', '--to', dir('cut')], { signal: stop.signal });
    expect(cut.code).toBe(130);
    expect((await rig.run(['export', '--to', dir('cut')])).code).toBe(0);
  });

  it('says in words what it did, with what is not in the library', async () => {
    const { stdout, stderr } = await rig.run(['export', '--to', dir('words'), '--link', 'hardlink']);
    expect(stdout).toMatch(/files written to .* linked\), 0 there already or left out, 0 failed\./);
    expect(stdout).toContain('not in the library');
    expect(stderr).toContain('Hard links: a program that changes an exported file in place changes the library.');
  });
});

describe('wrong usage', () => {
  it.each([
    ['no target', []],
    ['two targets', ['--to', 'x', '--to', 'y']],
    ['two ends', ['--to', 'x', '--to', '2025-01-01', '--until', '2025-01-02']],
    ['an unknown token', ['--to', 'x', '--layout', '{nobody}']],
    ['an unknown conflict', ['--to', 'x', '--on-conflict', 'maybe']],
    ['an unknown link', ['--to', 'x', '--link', 'symlink']],
    ['an unknown sidecar', ['--to', 'x', '--sidecar', 'pdf']],
    ['a size without zip', ['--to', 'x', '--zip-size', '2GB']],
    ['a size that is none', ['--to', 'x', '--zip', '--zip-size', 'big']],
    ['an unknown chat', ['--to', 'x', '--chat', '999']],
  ])('%s ends with 2 and writes nothing', async (_what, args) => {
    const ended = await rig.run(['export', ...args, '--json']);
    expect(ended.code).toBe(2);
    expect(jsonLines(ended)).toMatchObject([
      { error: { code: expect.stringMatching(/usage|chat_unknown/) as string } },
    ]);
    expect(existsSync('x')).toBe(false);
  });

  it('names the known tokens where one is unknown', async () => {
    const { stderr } = await rig.run(['export', '--to', dir('x'), '--layout', '{nobody}']);
    expect(stderr).toContain('{nobody}');
    expect(stderr).toContain('{chat} {chatId} {sender}');
  });

  it('refuses a target in the library and a folder without a manifest', async () => {
    expect((await rig.run(['export', '--to', join(rig.library, 'out')])).code).toBe(2);
    await mkdir(dir('empty'));
    expect((await rig.run(['export', 'verify', dir('empty')])).code).toBe(2);
  });

  it('a damaged file of the library ends with 3 and is not exported', async () => {
    const line = stored.find(({ kind }) => kind === 'photo');
    const path = String(line?.['path']);
    const whole = await readFile(path);
    await writeFile(path, Buffer.alloc(whole.length));
    try {
      const ended = await rig.run(['export', '--to', dir('damaged'), '--layout', '{mediaId}', '--json']);
      expect(ended.code).toBe(3);
      expect(Number(answerOf(ended)['failed'])).toBeGreaterThan(0);
      expect(ended.stderr).toContain('is damaged; fetch it again with: chatkeep verify --deep --repair');
      expect(existsSync(join(dir('damaged'), `${String(line?.['id'])}.jpg`))).toBe(false);
    } finally {
      await writeFile(path, whole);
    }
  });
});
