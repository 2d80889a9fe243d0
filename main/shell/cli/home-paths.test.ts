import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CliRig, jsonLines, type Ended } from './testing/cli-rig.ts';

/** `~` that no shell has expanded: in quotes, after `=`, in a service file. The home folder of these processes is the rig's. */
let rig: CliRig;
let home: string;
beforeAll(async () => {
  rig = await CliRig.start({ chats: 1, messages: 4 });
  home = rig.folder;
  await mkdir(join(home, 'here'));
});
afterAll(async () => {
  await rig.close();
});

const child = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  rig.ended(
    rig.spawn(args, {
      env: { ...rig.account, CHATKEEP_LIBRARY: '~/lib', CHATKEEP_CONFIG: '~/settings', ...env },
      through: ['sh', '-c', 'cd "$HOME/here" && exec "$@"', 'sh'],
    }),
  );

it('is the home folder wherever a path is given, and never a folder of that name', async () => {
  expect(await child(['sync'])).toMatchObject({ code: 0 });
  expect(await child(['ledger', '--json', '--library', '~/lib'], { CHATKEEP_LIBRARY: '' })).toMatchObject({ code: 0 });
  const exported = await child(['export', '--to', '~/out', '--json']);
  expect(jsonLines(exported)[0]).toMatchObject({ dir: join(home, 'out'), failed: 0 });
  expect(await child(['export', 'verify', '~/out'])).toMatchObject({ code: 0 });
  expect(await child(['backup', '--to', '~/copy'])).toMatchObject({ code: 0 });
  expect(await child(['ledger', '--library=~/copy'])).toMatchObject({ code: 0 });
  expect(await child(['diagnose', '--out', '~/report.json'])).toMatchObject({ code: 0 });
  expect(await readdir(join(home, 'here'))).toEqual([]);
  expect((await readdir(home)).sort()).toEqual(expect.arrayContaining(['copy', 'lib', 'out', 'report.json']));
});

it('of another user is refused in words', async () => {
  const ended = await child(['sync'], { CHATKEEP_LIBRARY: '~bob/lib' });
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('~bob/lib');
  expect(await readdir(join(home, 'here'))).toEqual([]);
});
