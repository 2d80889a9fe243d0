import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { variants } from '../../index/kernel/codes.ts';
import { generator } from '../../sandbox/random.ts';
import { LibraryRig } from '../testing/library-rig.ts';
import { inLong } from '../../lib/testing/long.ts';

const CHILD = fileURLToPath(new URL('../testing/sync-child.ts', import.meta.url));
/** Under way at the host, held for the disk, and stored but not yet entered in the index: the bounds of `FileQueue`. */
const MOST_ON_THE_WAY = 16 + 24 + 200;
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

const HAS_FILES = "SELECT 1 FROM sqlite_master WHERE name = 'file'";

/** Sizes of the files that the index calls stored, by `media id/variant` as the sandbox counts them. */
function storedFiles(rig: LibraryRig): Map<string, number> {
  // A kill may come before there is an index, or before it has tables.
  const isMade = existsSync(join(rig.root, 'index.sqlite')) && rig.query(HAS_FILES).length > 0;
  if (!isMade) {
    return new Map();
  }
  const rows = z
    .array(z.object({ id: z.number(), variant: z.number(), bytes: z.number() }))
    .parse(
      rig.query(
        'SELECT m.id, f.variant, b.bytes FROM file f JOIN media m ON m.key = f.media_key JOIN blob b ON b.key = f.blob_key',
      ),
    );
  return new Map(rows.map(({ id, variant, bytes }) => [`${id}/${variants.name(variant)}`, bytes]));
}

/** Files that were asked for and are not stored: what a kill may cost. */
function onTheWay(rig: LibraryRig): string[] {
  const stored = storedFiles(rig);
  return Object.keys(rig.sandbox.requests.byFile).filter((file) => !stored.has(file));
}

test.each(inLong([1, 2, 3], [1]))(
  'kill -9 at any moment loses nothing, and costs no more than what was on its way (seed %i)',
  async (seed) => {
    const rig = await LibraryRig.start({
      sandbox: { chats: 2, messages: inLong(240, 120), seed: 1, largeFileBytes: 1_500_000 },
    });
    try {
      const draw = generator(seed);
      let kills = 0;
      const cost = new Map<string, number>();
      for (let round = 0; round < inLong(12, 5); round += 1) {
        // Small numbers hit the listing and the opening of the library, larger ones the middle of the files.
        if (await killAfter(rig, startSync(rig), 1 + Math.floor(draw() ** 2 * inLong(120, 80)))) {
          kills += 1;
          const files = onTheWay(rig);
          expect(files.length).toBeLessThanOrEqual(MOST_ON_THE_WAY);
          for (const file of files) {
            cost.set(file, (cost.get(file) ?? 0) + 1);
          }
        }
      }
      expect(kills).toBeGreaterThan(inLong(5, 2));
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

      const stored = storedFiles(rig);
      const tooOften = Object.entries(rig.sandbox.requests.byFile).filter(
        ([file, { bytes }]) => bytes > (stored.get(file) ?? 0) * (1 + (cost.get(file) ?? 0)),
      );
      expect(tooOften).toEqual([]);
    } finally {
      await rig.end();
    }
  },
);
