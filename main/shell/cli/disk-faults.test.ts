/**
 * The real command line on file systems that fail. The process begins with all rules; each is bound to the folder of its case, where calls of the
 * system then answer the error. `npm test` tries some of the errors in each place, `npm run test:long` all of them.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFsFault, faultEnv, faultsIn, type FaultRule } from '../../files/testing/fs-fault.ts';
import { inLong } from '../../lib/testing/long.ts';
import { CliRig, jsonLines } from './testing/cli-rig.ts';

const shim = buildFsFault();
type Errors = readonly FaultRule['error'][];
const rules: FaultRule[] = [];

/** A folder in which calls fail: its name, to be made below the rig's. */
function faulty(name: string, calls: readonly FaultRule[]): string {
  rules.push(...calls.map((rule) => ({ ...rule, path: `*/${name}/${rule.path}` })));
  return name;
}

let rig: CliRig;
let host: ReturnType<CliRig['host']>;
let log: string;
/** Folders and files of an export where nothing fails. */
let exported: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  if (shim === null) {
    return;
  }
  rig = await CliRig.start({ messages: 10 });
  log = join(rig.folder, 'faults.log');
  host = rig.host(faultEnv(shim, rules, log));
  expect(await host(['sync', '--json', '--quiet'], { env: rig.account })).toMatchObject({ code: 0 });
  const sound = join(rig.folder, 'sound');
  expect(await host(['export', '--to', sound, '--layout', LAYOUT, '--json', '--quiet'])).toMatchObject({ code: 0 });
  const entries = await readdir(sound, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  exported = new Map(
    await Promise.all(folders.map(async ({ name }) => [name, (await readdir(join(sound, name))).sort()] as const)),
  );
  expect(faultsIn(log)).toEqual([]);
});
afterAll(async () => {
  await rig?.close();
});

/** Two folders with fixed names. */
const LAYOUT = '{kind}/{mediaId}';
const BLOCKED = 'photo';

interface End {
  readonly code: number | null;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly stderr: string;
}

async function run(args: readonly string[]): Promise<End> {
  const { code, stdout, stderr } = await host([...args, '--json'], { env: rig.account });
  return { code, answer: JSON.parse(stdout) as End['answer'], stderr };
}

const sync = (name: string): Promise<End> => run(['sync', '--library', join(rig.folder, name, 'library')]);
const exportTo = (name: string, ...more: readonly string[]): Promise<End> =>
  run(['export', '--to', join(rig.folder, name, 'out'), '--layout', LAYOUT, ...more]);
const backUp = (name: string): Promise<End> => run(['backup', '--to', join(rig.folder, name, 'backup')]);

/** What was injected in the folder of a case. */
const faultsOf = (name: string): string[] => faultsIn(log).filter((line) => line.includes(`/${name}/`));

async function expectProven(name: string): Promise<void> {
  const { stdout } = await host(['export', 'verify', join(rig.folder, name, 'out'), '--json', '--quiet']);
  expect(JSON.parse(stdout)).toMatchObject({ missing: 0, changed: 0 });
}

describe.skipIf(shim === null)('folders that cannot be synced', () => {
  /** Without a known file system exports sync file by file and folder by folder. */
  const unsyncable = (error: FaultRule['error'], times = -1): string =>
    faulty(`unsyncable-${error}`, [
      { call: 'fsyncdir', error, times, path: 'library/*' },
      { call: 'fsyncdir', error, path: 'out*' },
      { call: 'fsyncdir', error, path: 'backup*' },
      { call: 'statfs', error: 'zeros', path: '*' },
    ]);

  test.each(inLong<Errors>(['EINVAL', 'ENOTSUP'], ['EINVAL']).map((error) => unsyncable(error)))(
    '%s is no fault',
    async (name) => {
      expect(await sync(name)).toMatchObject({ code: 0, answer: { outcome: 'complete', files: { failed: 0 } } });
      expect(await exportTo(name)).toMatchObject({ code: 0, answer: { failed: 0 } });
      await expectProven(name);
      expect(await backUp(name)).toMatchObject({ code: 0, answer: { damaged: 0, missing: 0 } });
      for (const part of ['library', 'out', 'backup']) {
        expect(
          faultsOf(name).some((line) => line.startsWith('fsyncdir') && line.includes(`/${part}/`)),
          part,
        ).toBe(true);
      }
    },
  );

  const broken = unsyncable('EIO', 1);
  test('EIO is one: nothing is called stored, proven or backed up', async () => {
    expect(await sync(broken)).toMatchObject({ code: 0, answer: { outcome: 'complete' } });
    const [last] = jsonLines(await host(['runs', '--library', join(rig.folder, broken, 'library'), '--json']));
    expect(last).toMatchObject({ errors: { io: expect.any(Number) as number } });
    expect(await exportTo(broken)).toMatchObject({ code: 3, answer: { error: { code: 'target_unusable' } } });
    expect(await readdir(join(rig.folder, broken, 'out'))).not.toContain('manifest-sha256.txt');
    expect(await backUp(broken)).toMatchObject({ code: 3, answer: { error: { code: 'target_unusable' } } });
    expect(await readdir(join(rig.folder, broken, 'backup'))).not.toContain('library.json');
  });
});

describe.skipIf(shim === null)('drives without hard links', () => {
  const without = (error: FaultRule['error']): string =>
    faulty(`linkless-${error}`, [{ call: 'link', error, path: '*' }]);

  test.each(inLong<Errors>(['EXDEV', 'EACCES', 'EPERM', 'ENOTSUP'], ['EXDEV', 'EPERM']).map(without))(
    '%s: everything is written, and no file of somebody else is replaced',
    async (name) => {
      const foreign = join(rig.folder, name, 'out', BLOCKED, exported.get(BLOCKED)?.[0] ?? '');
      await mkdir(join(foreign, '..'), { recursive: true });
      await writeFile(foreign, '');
      const { code, answer } = await exportTo(name, '--on-conflict', 'rename');
      expect({ code, answer }).toMatchObject({ code: 0, answer: { failed: 0, renamed: 1, skipped: 0 } });
      expect(faultsOf(name).length).toBeGreaterThanOrEqual(Number(answer['written']));
      expect(await readFile(foreign, 'utf8')).toBe('');
      await expectProven(name);
      expect(await backUp(name)).toMatchObject({ code: 0, answer: { damaged: 0, missing: 0 } });
    },
  );
});

test.skipIf(shim === null)('a run killed after it took a name leaves nothing that the next one minds', async () => {
  const dir = join(rig.folder, 'killed', 'out');
  const args = ['export', '--to', dir, '--layout', LAYOUT, '--on-conflict', 'skip', '--json'];
  const env = faultEnv(
    shim ?? '',
    [
      { call: 'link', error: 'EXDEV', path: `${dir}/*` },
      { call: 'rename', error: 'kill', path: `${dir}/${BLOCKED}/*` },
    ],
    join(rig.folder, 'killed.log'),
  );
  const killed = await rig.ended(rig.spawn(args, { env }));
  expect(killed.code).toBeNull();
  const [taken, ...more] = await readdir(join(dir, BLOCKED));
  expect(more.length).toBeLessThan(8);
  expect((await readFile(join(dir, BLOCKED, taken ?? ''))).length).toBe(0);
  await writeFile(join(dir, BLOCKED, 'mine'), '');
  const again = await run(args.filter((arg) => arg !== '--json'));
  expect(again).toMatchObject({ code: 0, answer: { failed: 0, skipped: 0 } });
  expect((await readdir(join(dir, BLOCKED))).sort()).toEqual([...(exported.get(BLOCKED) ?? []), 'mine'].sort());
  await expectProven('killed');
});

describe.skipIf(shim === null)('a drive that does not tell its room', () => {
  const name = faulty('zeros', [
    { call: 'statfs', error: 'zeros', path: '*' },
    { call: 'statfs', error: 'zeros', path: '' },
  ]);

  test('is used', async () => {
    expect((await sync(name)).code).toBe(0);
    expect((await exportTo(name)).code).toBe(0);
    expect((await backUp(name)).code).toBe(0);
    for (const part of ['library', 'out', 'backup']) {
      expect(
        faultsOf(name).some((line) => line.includes(`/${part}`)),
        part,
      ).toBe(true);
    }
  });
});

describe.skipIf(shim === null)('an export folder that takes nothing', () => {
  async function expectOthersWritten(name: string, end: End, words: string): Promise<void> {
    const blocked = exported.get(BLOCKED)?.length ?? 0;
    expect(blocked).toBeGreaterThan(0);
    expect(end).toMatchObject({ code: 3, answer: { failed: blocked } });
    expect(end.answer['written']).toBe([...exported.values()].flat().length - blocked);
    expect(end.stderr).toContain(words);
    expect(end.stderr).not.toContain('no room');
    await expectProven(name);
  }

  test('a file stands where it should be; once it is gone, the same command adds what was left out', async () => {
    const name = 'a-file';
    const file = join(rig.folder, name, 'out', BLOCKED);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, 'mine');
    await expectOthersWritten(name, await exportTo(name), 'a file stands where its folder should be');
    expect(await readFile(file, 'utf8')).toBe('mine');
    await rm(file);
    expect(await exportTo(name)).toMatchObject({ code: 0, answer: { failed: 0 } });
  });

  const unmakable = (error: FaultRule['error']): string =>
    faulty(`unmakable-${error}`, [{ call: 'mkdir', error, path: `out/${BLOCKED}` }]);
  const closed = (error: FaultRule['error']): string =>
    faulty(
      `closed-${error}`,
      (['open', 'link', 'rename'] as const).map((call) => ({ call, error, path: `out/${BLOCKED}/*` })),
    );

  test.each([
    [unmakable('EACCES'), 'may not write'],
    [unmakable('ENOSPC'), 'takes no more names'],
    [closed('EACCES'), 'may not write'],
    [closed('EIO'), 'reported an error'],
    ...inLong(
      [
        [unmakable('EPERM'), 'may not write'],
        [unmakable('ENAMETOOLONG'), 'too long'],
        [closed('ENAMETOOLONG'), 'too long'],
        [closed('ENOSPC'), 'takes no more names'],
      ],
      [],
    ),
  ])('%s: its items fail with their reason, the rest is written and proven', async (name, words) => {
    await expectOthersWritten(name, await exportTo(name), words);
    expect(faultsOf(name).length).toBeGreaterThan(0);
  });
});

describe.skipIf(shim === null)('a store in use by a virus scanner', () => {
  const held = (error: FaultRule['error']): string =>
    faulty(`held-${error}`, [{ call: 'rename', error, times: 2, path: 'library/files/*' }]);

  test.each(inLong<Errors>(['EACCES', 'EBUSY'], ['EBUSY']).map(held))(
    '%s for two renames: all files are stored',
    async (name) => {
      expect(await sync(name)).toMatchObject({ code: 0, answer: { outcome: 'complete', files: { failed: 0 } } });
      expect(faultsOf(name)).toHaveLength(2);
    },
  );
});

describe.skipIf(shim === null)('folders of the store that refuse', () => {
  /** Names are hashes: of 16 folders some have files. */
  const refusing = (error: FaultRule['error']): string =>
    faulty(`refusing-${error}`, [{ call: 'mkdir', error, path: 'library/files/[02468ace]?/*' }]);

  test.each([
    [refusing('EACCES'), 'denied'],
    [refusing('ENOSPC'), 'folder_full'],
  ])('%s: only their files fail, and they are named', async (name, reason) => {
    const { code, answer } = await sync(name);
    expect({ code, answer }).toMatchObject({ code: 3, answer: { outcome: 'partial' } });
    const { downloaded, failed } = answer['files'] as { downloaded: number; failed: number };
    expect(downloaded).toBeGreaterThan(0);
    // Each is fetched once: another try of the same run would meet the same folder.
    expect(failed).toBe(faultsOf(name).length);
    const folders = answer['folders'] as { path: string; reason: string; files: number }[];
    expect(folders.reduce((sum, { files }) => sum + files, 0)).toBe(failed);
    const files = join(rig.folder, name, 'library', 'files');
    expect(folders.filter((folder) => folder.reason !== reason || !folder.path.startsWith(files))).toEqual([]);
  });

  const told = refusing('EPERM');
  test('a person is told which, and why', async () => {
    const library = join(rig.folder, told, 'library');
    const { code, stdout } = await host(['sync', '--library', library], { env: rig.account });
    expect(code).toBe(3);
    expect(stdout).toMatch(new RegExp(`could not be stored: \\d+, in ${library}/files/`));
    expect(stdout).toContain('this user may not write there. Check who owns the folder');
  });

  const all = faulty('all-refuse', [
    { call: 'mkdir', error: 'EACCES', path: 'library/files/??' },
    { call: 'open', error: 'EACCES', path: 'library/files/.*' },
  ]);
  test('all of them: the sync stops and names the folder, not the drive', async () => {
    expect(await sync(all)).toMatchObject({
      code: 5,
      answer: {
        outcome: 'paused',
        error: {
          code: 'library_unwritable',
          message: `${join(rig.folder, all, 'library', 'files')} cannot be written: this user may not write there`,
          hint: expect.not.stringContaining('Connect') as string,
        },
      },
    });
    expect(faultsOf(all).length).toBeGreaterThan(0);
  });
});
