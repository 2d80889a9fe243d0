import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildFsFault, faultEnv, type FaultRule } from '../testing/fs-fault.ts';
import { brokenPromises, type Promises } from '../testing/power-cut.ts';
import { filesBelow, makeLibrary } from '../testing/test-library.ts';

const shim = buildFsFault();
const child = fileURLToPath(new URL('../testing/store-power.child.ts', import.meta.url));

let root: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ root, remove } = await makeLibrary());
});
afterEach(async () => {
  await remove();
});

function record(bursts: readonly number[], rules: readonly FaultRule[] = []): string[] {
  const trace = join(root, 'trace');
  const { status, stderr } = spawnSync(process.execPath, [child, root, trace, ...bursts.map(String)], {
    env: { ...process.env, ...faultEnv(shim ?? '', rules, join(root, 'faults')), CHATKEEP_FS_TRACE: trace },
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return readFileSync(trace, 'utf8').trimEnd().split('\n');
}

/** The child says of each hash when it is stored. */
const promises = (): Promises => {
  const isFinal = (path: string): boolean => path.startsWith(`${root}/files/`);
  return {
    root,
    isFinal,
    safe: ({ what, rest: [hash = ''] }, names) =>
      what === 'stored'
        ? [[...names].find((path) => isFinal(path) && basename(path).startsWith(hash)) ?? `${root}/files/${hash}`]
        : [],
  };
};

const count = (trace: readonly string[], call: string): number =>
  trace.filter((line) => line.startsWith(call) && line.includes(root)).length;

const EACH: FaultRule = { call: 'statfs', error: 'zeros', path: '*' };
const BURSTS = [1, 50, 7];
const FILES = BURSTS.reduce((sum, files) => sum + files, 0);
/** Each tenth is a twin; the large one comes in addition. */
const STORED = FILES - Math.floor(FILES / 10) + 1;

describe.skipIf(shim === null)('after a power cut', () => {
  test.each<[string, FaultRule[]]>([
    ['synced as a whole', []],
    ['synced one by one', [EACH]],
    ['on a drive that fails to sync as a whole', [{ call: 'syncfs', error: 'EIO', path: '*' }]],
    ['on a drive that fails so half-way', [{ call: 'syncfs', error: 'EIO', times: 1, path: '*' }]],
  ])('what is called stored is there, and no name stands for other bytes: %s', async (_how, rules) => {
    const trace = record(BURSTS, rules);
    expect(brokenPromises(trace, promises())).toEqual([]);
    expect(trace.filter((line) => line.startsWith('stored ')).length).toBe(FILES + 1);
    expect((await filesBelow(join(root, 'files'))).length).toBe(STORED);
    expect(existsSync(join(root, 'faults'))).toBe(rules.some(({ call }) => call === 'syncfs' || call === 'statfs'));
  });

  test('a hundred files that come together take two syncs of the whole, and none of their own', () => {
    const trace = record([100]);
    expect(count(trace, 'end syncfs')).toBe(2);
    const own = trace.filter((line) => line.startsWith('end fsync') && line.includes(`${root}/files/`));
    // Those of the large file: its folders.
    expect(own.length).toBeLessThanOrEqual(2);
  });

  test('the model sees a sync that is missing', () => {
    const trace = record([50]);
    const without = (call: string): string[] => trace.filter((line) => !line.startsWith(`end ${call}`));
    expect(brokenPromises(without('syncfs'), promises()).length).toBeGreaterThan(50);
    expect(brokenPromises(without('fsync'), promises()).length).toBeGreaterThan(0);
  });
});
