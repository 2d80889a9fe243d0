import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildFsFault, faultEnv, type FaultRule } from '../files/testing/fs-fault.ts';
import { brokenPromises, type Promises } from '../files/testing/power-cut.ts';
import { MadeLibrary, photos } from './testing/made-library.ts';

const shim = buildFsFault();
const CHILD = fileURLToPath(new URL('./testing/export-child.ts', import.meta.url));
const MANIFEST = 'manifest-sha256.txt';
const FILES = 60;

let library: MadeLibrary;
beforeEach(async () => {
  library = await MadeLibrary.open();
  await library.add([...photos(FILES / 2), ...photos(FILES / 2, { from: 500, chat: 8 })]);
  await library.close();
});
afterEach(async () => {
  await library.end();
});

function record(rules: readonly FaultRule[], shape = ''): string[] {
  const trace = join(library.folder, 'trace');
  const { status, stderr } = spawnSync(
    process.execPath,
    [CHILD, library.folder, '{chat}/{kind}/{mediaId}', ...(shape === '' ? [] : [shape])],
    {
      env: { ...process.env, ...faultEnv(shim ?? '', rules, join(library.folder, 'faults')), CHATKEEP_FS_TRACE: trace },
      encoding: 'utf8',
    },
  );
  expect(status, stderr).toBe(0);
  return readFileSync(trace, 'utf8').trimEnd().split('\n');
}

/** When the manifest gets its name, all that it names is safe. */
async function promises(): Promise<Promises & { readonly named: readonly string[] }> {
  const dir = library.target();
  const manifest = await readFile(join(dir, MANIFEST), 'utf8');
  const named = manifest
    .trimEnd()
    .split('\n')
    .map((line) => join(dir, line.replace(/^\S+ [ *]/, '')));
  return {
    root: library.folder,
    named,
    isFinal: (path) => path.startsWith(`${dir}/`) && !path.includes('/.chatkeep-export/'),
    safe: ({ what, rest }) => (what === 'rename' && rest[2] === join(dir, MANIFEST) ? named : []),
  };
}

const EACH: FaultRule = { call: 'statfs', error: 'zeros', path: '*' };

describe.skipIf(shim === null)('after a power cut', () => {
  test.each<[string, FaultRule[], string]>([
    ['synced as a whole', [], ''],
    ['synced one by one', [EACH], ''],
    ['as a zip', [], 'zip'],
  ])('a manifest names only what is there, and no name stands for half a file: %s', async (_how, rules, shape) => {
    const trace = record(rules, shape);
    const promised = await promises();
    expect(promised.named.length).toBeGreaterThanOrEqual(shape === 'zip' ? 1 : FILES);
    expect(brokenPromises(trace, promised)).toEqual([]);
  });

  test('the model sees a sync that is missing', async () => {
    const trace = record([EACH]);
    const without = trace.filter((line) => !line.startsWith('end fsync'));
    expect(brokenPromises(without, await promises()).length).toBeGreaterThan(FILES);
  });

  test('one sync of the whole is for all files that are written when it begins', () => {
    const trace = record([]);
    // A first one to try it, one for the batches of each moment, one before the manifest and one at the end.
    const syncs = trace.filter((line) => line.startsWith('end syncfs')).length;
    expect(syncs).toBeGreaterThanOrEqual(4);
    expect(syncs).toBeLessThanOrEqual(3 + Math.ceil(FILES / 16));
  });
});
