import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { generator } from '../sandbox/random.ts';
import { LibraryRig } from './testing/library-rig.ts';

const CHILD = fileURLToPath(new URL('./testing/sync-child.ts', import.meta.url));
const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) {
    child.kill('SIGKILL');
  }
});

function startSync(rig: LibraryRig): ChildProcess {
  const { api, key, connection } = rig.sandbox;
  const child = spawn(process.execPath, [CHILD, rig.root, api, key, connection], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

/** Requests that reached the sandbox, listing and files. */
const requestsOf = (rig: LibraryRig): number => rig.sandbox.requests.api + rig.sandbox.requests.media;

/** Kills with SIGKILL once the sandbox has seen `requests` more; false when the run ended by itself before. */
async function killAfter(rig: LibraryRig, child: ChildProcess, requests: number): Promise<boolean> {
  const from = requestsOf(rig);
  while (child.exitCode === null && requestsOf(rig) - from < requests) {
    // Looked at often, but not all the time: the child needs the processor.
    await after(1);
  }
  if (child.exitCode !== null) {
    return false;
  }
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  return true;
}

test.each([1, 2])(
  'kill -9 at any moment loses nothing and fetches little twice (seed %i)',
  { timeout: 180_000 },
  async (seed) => {
    const rig = await LibraryRig.start({ sandbox: { chats: 2, messages: 240, seed: 1, largeFileBytes: 1_500_000 } });
    try {
      const draw = generator(seed);
      let kills = 0;
      for (let round = 0; round < 10; round += 1) {
        // Small numbers hit the listing and the opening of the library, larger ones the middle of the files.
        kills += (await killAfter(rig, startSync(rig), 1 + Math.floor(draw() ** 2 * 120))) ? 1 : 0;
      }
      expect(kills).toBeGreaterThan(3);
      const last = startSync(rig);
      await once(last, 'exit');
      expect(last.exitCode).toBe(0);
      expect(await rig.compare()).toEqual({
        lostMessages: [],
        lostMedia: [],
        wrongBytes: [],
        wrongStates: [],
        invented: [],
      });
      expect(rig.sandbox.violations).toEqual([]);

      const fetched = Object.values(rig.sandbox.requests.byFile).reduce((sum, file) => sum + file.bytes, 0);
      const needed = Number(
        Object.values(
          rig.query('SELECT sum(bytes) AS bytes FROM file f JOIN blob b ON b.key = f.blob_key')[0] ?? {},
        )[0],
      );
      expect(fetched / needed).toBeLessThanOrEqual(1.3);
    } finally {
      await rig.end();
    }
  },
);
