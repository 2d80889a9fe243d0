import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { syncsWhole, syncWhole } from './sync-whole.ts';

const EXT4 = 0xef53;
const FUSE = 0x65735546;
const EXFAT = 0x2011bab0;

test.each([
  ['linux', EXT4, '6.1.0-18-amd64', true],
  ['linux', EXT4, '5.8.0', true],
  ['linux', EXT4, '5.4.0-150-generic', false],
  ['linux', FUSE, '6.1.0', false],
  ['linux', EXFAT, '6.1.0', false],
  ['darwin', EXT4, '24.0.0', false],
] as const)('%s, file system %i, kernel %s: %s', (platform, fsType, release, expected) => {
  expect(syncsWhole(platform, fsType, release)).toBe(expected);
});

describe.skipIf(process.platform !== 'linux')('syncWhole', () => {
  test('syncs again and again, also at once', async () => {
    await syncWhole(tmpdir());
    await Promise.all([syncWhole(tmpdir()), syncWhole(tmpdir())]);
  });

  test('a thread that is terminated leaves no child behind', async () => {
    const source = `import(${JSON.stringify(new URL('./sync-whole.ts', import.meta.url).href)})
      .then(({ syncWhole }) => syncWhole(${JSON.stringify(tmpdir())}))
      .then(() => require('node:worker_threads').parentPort.postMessage('synced'));
      require('node:worker_threads').parentPort.on('message', () => undefined);`;
    const thread = new Worker(source, { eval: true, execArgv: [] });
    await new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject));
    await thread.terminate();
    expect(await shellsOf(process.pid)).toEqual([]);
  });

  test('rejects for what is not there, and works again afterwards', async () => {
    const gone = join(tmpdir(), `chatkeep-gone-${String(process.pid)}`);
    const all = await Promise.allSettled([syncWhole(gone), syncWhole(tmpdir()), syncWhole(`${tmpdir()}\n/`)]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  });
});

/** Children with the name of a shell, zombies included: `pid (name) state parent …` (proc(5)). */
async function shellsOf(parent: number): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return lines.filter((line) => new RegExp(String.raw`\((?:sh|dash|bash)\) \S ${String(parent)} `).test(line));
}
