/** Whatever comes in between backups, whole, stopped or killed ones: the target is none yet or a library whose every named file is there. */
import fc from 'fast-check';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { MadeLibrary } from '../export/testing/made-library.ts';
import { runBackup } from './run-backup.ts';
import {
  backUp,
  bytesOfPicture,
  filesOf,
  pictures,
  RIG_PORTS,
  soundOrNone,
  startBackup,
} from './testing/backup-rig.ts';

type Step =
  | { readonly is: 'page'; readonly items: number }
  | { readonly is: 'lose' | 'backup' }
  /** Stopped at a telling, killed at a number of files. */
  | { readonly is: 'stopped' | 'killed'; readonly at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ is: fc.constant('page' as const), items: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 1, arbitrary: fc.constant({ is: 'lose' as const }) },
  { weight: 2, arbitrary: fc.constant({ is: 'backup' as const }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('stopped' as const), at: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('killed' as const), at: fc.integer({ min: 0, max: 20 }) }) },
);

async function stopped(library: MadeLibrary, to: string, at: number): Promise<void> {
  const controller = new AbortController();
  let told = 0;
  const hooks = {
    onProgress: (): void => {
      told += 1;
      if (told === at) {
        controller.abort();
      }
    },
    onLost: () => undefined,
  };
  const options = { from: library.root, to, as: 'backup', deep: false } as const;
  await runBackup(options, { ...RIG_PORTS, batchFiles: 4 }, controller.signal, hooks).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'interrupted' });
  });
}

async function killed(library: MadeLibrary, to: string, at: number): Promise<void> {
  const child = startBackup(library.root, to, 4);
  const gone = once(child, 'exit');
  const before = (await filesOf(to)).names.size;
  for (let now = before; child.exitCode === null && now < before + at;) {
    now = (await filesOf(to)).names.size;
  }
  child.kill('SIGKILL');
  await gone;
}

test('any order of pages, losses, backups, stops and kills', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 7 }), async (steps) => {
      const library = await MadeLibrary.open();
      try {
        const to = library.target('copy');
        let next = 1;
        let whole = false;
        for (const each of steps) {
          switch (each.is) {
            case 'page':
              await library.add(pictures(each.items, next));
              next += each.items;
              break;
            case 'lose':
              await rm(library.stored(bytesOfPicture(next - 1)), { force: true });
              break;
            case 'backup':
              await backUp(library, to);
              whole = true;
              break;
            case 'stopped':
              await stopped(library, to, each.at);
              break;
            case 'killed':
              await killed(library, to, each.at);
              break;
          }
          const found = await soundOrNone(to);
          expect(whole && found === null).toBe(false);
        }
        const { files, copied, there, missing } = await backUp(library, to);
        expect(await soundOrNone(to)).toEqual({ named: copied + there });
        expect(copied + there + missing).toBe(files);
      } finally {
        await library.end();
      }
    }),
    { numRuns: 4 },
  );
});
