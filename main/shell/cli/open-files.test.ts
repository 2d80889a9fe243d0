import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { afterShell, CliRig, jsonLines, type Ended } from './testing/cli-rig.ts';

/** The command line as a child that may open only so many files at once. */
let rig: CliRig;
beforeAll(async () => {
  rig = await CliRig.start({ chats: 1, messages: 60 });
});
afterAll(async () => {
  await rig.close();
});

const limited = (files: number, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  rig.ended(rig.spawn(args, { env: { ...rig.account, ...env }, through: afterShell(`ulimit -n ${String(files)}`) }));

it.each([80, 64])('with %d open files stores everything, and checks and copies it', async (files) => {
  const library = join(rig.folder, `of ${String(files)}`);
  const here = { CHATKEEP_LIBRARY: library };
  const ended = await limited(files, ['sync', '--json', '--verbose'], here);
  expect(ended.code, ended.stderr).toBe(0);
  const [answer] = jsonLines(ended) as [{ ledger: { failed: number; pending: number; stored: number } }];
  expect(answer.ledger).toMatchObject({ failed: 0, pending: 0 });
  expect(answer.ledger.stored).toBeGreaterThan(60);
  for (const args of [
    ['verify', '--deep', '--json'],
    ['export', '--to', join(rig.folder, `out-${String(files)}`), '--json'],
    ['backup', '--to', join(rig.folder, `copy-${String(files)}`), '--json'],
  ]) {
    const next = await limited(files, args, here);
    expect(next.code, `${args.join(' ')}: ${next.stderr}`).toBe(0);
  }
});

it('with too few says so at the start, and what to do', async () => {
  const library = join(rig.folder, 'none');
  const ended = await limited(50, ['sync', '--json'], { CHATKEEP_LIBRARY: library });
  expect(ended.code).toBe(5);
  expect(ended.stderr).toMatch(/may open only 50 files/);
  expect(ended.stderr).toContain('ulimit -n');
  expect(await readdir(library).catch(() => [])).toEqual([]);
});
