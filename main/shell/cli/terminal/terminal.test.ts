import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { afterShell, CliRig, ON_TERMINAL } from '../testing/cli-rig.ts';

/** What depends on whether there is a terminal: bars, and what its end (SIGHUP) means. */
let rig: CliRig;
beforeAll(async () => {
  rig = await CliRig.start({ chats: 1, messages: 8 });
  expect((await rig.runAs(['sync'])).code).toBe(0);
});
afterAll(async () => {
  await rig.close();
});

describe('a check of an export', () => {
  it.each([
    ['on a terminal', ON_TERMINAL],
    ['in a pipe', []],
  ])('%s never counts fewer files than it has read', async (_where, through) => {
    const dir = join(rig.folder, `out ${String(through.length)}`).replaceAll(' ', '-');
    expect((await rig.run(['export', '--to', dir])).code).toBe(0);
    const shown = await rig.ended(rig.spawn(['export', 'verify', dir], { through }));
    // A pipe gets words before the answer.
    const text = shown.stderr + shown.stdout;
    const counts = [...text.matchAll(/(\d+)(?:\/(\d+))? files? checked/g)].map(([all]) => all);
    const total = /(\d+) files checked: \1 ok/.exec(text)?.[1] ?? '';
    expect(counts.length).toBeGreaterThan(1);
    expect(
      counts.filter((each) => /^0\D/.test(each)),
      text,
    ).toEqual([]);
    expect(
      counts.slice(0, -1).every((each) => each.includes(`/${total} `)),
      text,
    ).toBe(true);
  });
});

describe('an ignored SIGHUP', () => {
  it.each([
    ['nohup', ['nohup']],
    ['a shell that ignores it', afterShell("trap '' HUP")],
  ])('stays ignored under %s, and SIGTERM still ends the process in order', async (_name, through) => {
    const running = rig.spawn(['sandbox', '--chats', '1', '--messages', '3', '--json'], { through });
    const ended = rig.ended(running);
    const [line] = (await once(running.stdout, 'data')) as [Buffer];
    const { api, key } = JSON.parse(String(line)) as { api: string; key: string };
    running.kill('SIGHUP');
    for (const _time of [1, 2, 3]) {
      expect((await fetch(`${api}/v2/account/whoami`, { headers: { apikey: key } })).status).toBe(200);
    }
    running.kill('SIGTERM');
    expect((await ended).code).toBe(130);
  });
});
