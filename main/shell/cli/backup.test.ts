import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIndex } from '../../index/client.ts';
import { CliRig, jsonLines, type Ended } from './testing/cli-rig.ts';

let rig: CliRig;
let stored: { path: string; bytes: number }[];
beforeAll(async () => {
  rig = await CliRig.start();
  expect((await rig.runAs(['sync'])).code).toBeLessThanOrEqual(3);
  stored = jsonLines(await rig.run(['media', '--json', '--state', 'stored'])) as typeof stored;
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
const look = async (args: readonly string[], library: string): Promise<Record<string, unknown>> =>
  answerOf(await rig.run([...args, '--json', '--library', library]));

describe('backup', () => {
  it('answers with every agreed field; what it made opens, is clean and says the same', async () => {
    const ended = await rig.run(['backup', '--to', dir('copy'), '--json']);
    expect(ended).toMatchObject({ code: 0 });
    const answer = answerOf(ended);
    expect(Object.keys(answer).join(',')).toBe('copied,bytes,there,damaged,missing,files,to');
    expect(answer).toMatchObject({ there: 0, damaged: 0, missing: 0, copied: answer['files'], to: dir('copy') });
    expect(await look(['verify', '--deep'], dir('copy'))).toMatchObject({
      checked: answer['files'],
      ok: answer['files'],
      orphan: 0,
    });
    expect(await look(['ledger'], dir('copy'))).toEqual(answerOf(await rig.run(['ledger', '--json'])));
    const again = await rig.run(['backup', '--to', dir('copy')]);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^0 files copied to .* \(0 B\), \d+ there already, 0 damaged, 0 missing\.\n$/);
  });

  it('works beside a program that has the library open, and is the way back too', async () => {
    const index = await openIndex({ path: join(rig.library, 'index.sqlite') });
    try {
      expect(await rig.run(['backup', '--to', dir('beside')])).toMatchObject({ code: 0 });
    } finally {
      await index.close();
    }
    const back = await rig.run(['backup', '--library', dir('beside'), '--to', dir('back'), '--json']);
    expect(answerOf(back)).toMatchObject({ damaged: 0, missing: 0 });
    expect(await look(['ledger'], dir('back'))).toEqual(answerOf(await rig.run(['ledger', '--json'])));
  });

  it('names what is damaged and missing, with exit 3', async () => {
    const own = dir('own');
    await rig.run(['backup', '--to', own]);
    const [first, second] = stored.map(({ path }) => path.replace(rig.library, own));
    await writeFile(first ?? '', 'x');
    await rm(second ?? '');
    const ended = await rig.run(['backup', '--library', own, '--to', dir('lost'), '--json']);
    expect(ended.code).toBe(3);
    expect(answerOf(ended)).toMatchObject({ damaged: 1, missing: 1 });
    expect(ended.stderr).toContain(`Damaged, not backed up: ${first ?? ''}.`);
    expect(ended.stderr).toContain(`Missing: ${second ?? ''}.`);
    const words = await rig.run(['backup', '--library', own, '--to', dir('lost')]);
    expect(words.stdout).toContain('chatkeep verify --deep --repair');
    expect(await look(['verify', '--deep'], dir('lost'))).toMatchObject({ missing: 0, corrupt: 0 });
  });

  it.each([
    ['without a folder', ['backup'], 2, 'Name it with --to DIR'],
    ['into the library', ['backup', '--to', 'LIBRARY/files/copy'], 2, 'lies in the library'],
    ['of no library', ['backup', '--to', 'x', '--library', '/nowhere/at/all'], 5, 'no library'],
  ])('%s: says what to do', async (_name, args, code, words) => {
    const ended = await rig.run(args.map((arg) => arg.replace('LIBRARY', rig.library)));
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(words);
  });

  it('refuses a folder with other things, and one that is open elsewhere', async () => {
    expect(await rig.run(['backup', '--to', rig.folder])).toMatchObject({ code: 2 });
    const to = dir('open');
    await rig.run(['backup', '--to', to]);
    const index = await openIndex({ path: join(to, 'index.sqlite') });
    try {
      const ended = await rig.run(['backup', '--to', to, '--json']);
      expect(ended.code).toBe(5);
      expect(answerOf(ended)).toMatchObject({ error: { code: 'library_locked' } });
    } finally {
      await index.close();
    }
    expect(await readdir(to)).not.toContain('backup.part');
  });
});
