import { once } from 'node:events';
import { expect, test } from 'vitest';
import { MadeLibrary } from '../export/testing/made-library.ts';
import { backUp, filesOf, lookInto, pictures, soundOrNone, startBackup } from './testing/backup-rig.ts';
import { inLong } from '../lib/testing/long.ts';

const FILES = 200;
const BYTES = 30_000;
const KILLS = inLong(10, 4);

test('killed again and again, a backup is none yet or the last whole one, and the last run makes it whole', async () => {
  const made = await MadeLibrary.open();
  try {
    const to = made.target('copy');
    await made.add(pictures(FILES, 1, BYTES));
    let before = 0;
    let news = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      if (kill === 2) {
        // From here on there is a whole one that must not get worse.
        await backUp(made, to);
        before = FILES;
      }
      if (kill >= 2) {
        news += 1;
        await made.add(pictures(100, 10_000 * news, BYTES));
      }
      const child = startBackup(made.root, to, 8);
      const gone = once(child, 'exit');
      // Killed when some more files are there, or when all are, at whatever it is doing then.
      for (
        const wanted = kill % 2 === 0 ? before + 20 : FILES + 100 * news;
        child.exitCode === null && before < wanted;
      ) {
        before = (await filesOf(to)).names.size;
      }
      child.kill('SIGKILL');
      await gone;
      const found = await soundOrNone(to);
      expect(found === null || found.named >= FILES).toBe(true);
      expect(kill >= 2 && found === null).toBe(false);
    }
    const whole = await backUp(made, to);
    expect(whole).toMatchObject({ files: FILES + 100 * news, damaged: 0, missing: 0 });
    expect((await lookInto(to)).check).toMatchObject({ checked: whole.files, ok: whole.files, orphan: 0, sound: true });
  } finally {
    await made.end();
  }
});
