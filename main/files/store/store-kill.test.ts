import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from './store.ts';
import { collect, filesBelow, makeLibrary, mp4, sha256, streamOf } from '../testing/test-library.ts';
import { inLong } from '../../lib/testing/long.ts';

const KILLS = inLong(16, 4);
const child = fileURLToPath(new URL('../testing/store-kill.child.ts', import.meta.url));
const signal = new AbortController().signal;

let root: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ root, remove } = await makeLibrary());
});
afterEach(async () => {
  await remove();
});

/** The moment of the kill is the random part; the assertions hold for every moment. */
async function writeAndKill(seed: number): Promise<void> {
  const writer = spawn(process.execPath, [child, root, String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(writer, 'exit');
  await once(writer.stdout, 'data');
  await wait(Math.random() * 120);
  writer.kill('SIGKILL');
  await ended;
}

test('after kill -9 at any moment every final path holds the bytes of its name, and the part continues to the exact file', async () => {
  let before = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await writeAndKill(kill);
    const names = await filesBelow(join(root, 'files'));
    for (const name of names) {
      const hash = sha256(await readFile(join(root, 'files', name)));
      expect(name).toMatch(new RegExp(`^${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}\\.(bin|mp4)$`));
    }
    expect(names.length).toBeGreaterThan(before);
    before = names.length;
  }
  const store = await openStore({ root, reserveBytes: 0 });
  try {
    expect((await collect(store.walk(500, signal))).flat().length).toBe(before);
    const large = mp4(24 * 1024 * 1024, 7);
    const offset = (await store.part('large'))?.offset ?? 0;
    const stored = await store.putStream('large', streamOf(large.subarray(offset)), {
      totalBytes: large.length,
      contentType: null,
      signal,
      offset,
      etag: '"v1"',
      lastModified: null,
    });
    expect(stored.sha256).toBe(sha256(large));
    expect(await store.check(stored, true, signal)).toBe('ok');
  } finally {
    await store.close();
  }
});
