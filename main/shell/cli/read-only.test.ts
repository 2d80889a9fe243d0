import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../server/testing/browser.ts';
import { afterShell, CliRig, jsonLines, type Ended } from './testing/cli-rig.ts';

/**
 * A library that cannot be written, with nothing but the index itself where the index lies. Root writes whatever the permissions say, so for
 * root its folder is mounted read-only, in a namespace of the child.
 */
const isRoot = process.getuid?.() === 0;
const MOUNT = 'mount --bind "$CHATKEEP_LIBRARY" "$CHATKEEP_LIBRARY" && mount -o remount,ro,bind "$CHATKEEP_LIBRARY"';
const canMount =
  isRoot &&
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount --bind /tmp /tmp && mount -o remount,ro,bind /tmp']).status === 0;
const through = isRoot ? ['unshare', '-m', ...afterShell(MOUNT)] : [];
const why = 'neither a read-only mount nor permissions can be had here';

const SERVE = fileURLToPath(new URL('../server/testing/serve-child.ts', import.meta.url));

let rig: CliRig;
let host: ReturnType<CliRig['host']>;
beforeAll(async () => {
  rig = await CliRig.start({ chats: 1, messages: 12 });
  expect((await rig.runAs(['sync'])).code).toBe(0);
  expect((await readdir(rig.library)).filter((name) => name.startsWith('index.sqlite'))).toEqual(['index.sqlite']);
  if (!isRoot) {
    await chmod(rig.library, 0o555);
  }
  if (!isRoot || canMount) {
    host = rig.host({}, through);
  }
});
afterAll(async () => {
  await chmod(rig.library, 0o755);
  await rig.close();
});

/** In a process of its own, as another user of the folder has it. */
const child = (...args: readonly string[]): Promise<Ended> => host(args, { env: rig.account });

describe.skipIf(isRoot && !canMount)(`a read-only library${isRoot && !canMount ? `: skipped, ${why}` : ''}`, () => {
  it.each([[['ledger']], [['chats']], [['media']], [['messages']], [['search', 'a']], [['runs']], [['changes']]])(
    'answers %j as ever, and says in a line that it is read-only',
    async (args) => {
      const ended = await child(...args, '--json');
      expect(ended.code, ended.stderr).toBe(0);
      expect(ended.stderr).toMatch(/^This library is read-only\./m);
      expect(ended.stdout).toBe((await rig.run([...args, '--json'])).stdout);
    },
  );

  it('is exported, and the export goes on where it was', async () => {
    const dir = join(rig.folder, 'out');
    const first = await child('export', '--to', dir, '--sidecar', 'json', '--json');
    expect(first.code, first.stderr).toBe(0);
    const { written } = jsonLines(first)[0] as { written: number };
    expect(written).toBeGreaterThan(3);
    expect(jsonLines(await child('export', '--to', dir, '--json'))[0]).toMatchObject({ written: 0, skipped: written });
    expect((await rig.run(['export', 'verify', dir])).code).toBe(0);
    expect((await child('export', '--to', join(rig.folder, 'dry'), '--dry-run')).code).toBe(0);
  });

  it('refuses what writes, in words with a next step', async () => {
    for (const args of [['sync'], ['verify']]) {
      const ended = await child(...args);
      expect(ended.code).toBe(5);
      expect(ended.stderr).toMatch(/cannot be written\. Check its permissions/);
    }
  });

  it('opens in the window, which shows it and refuses what writes', async () => {
    const serving = rig.spawn([join(rig.folder, 'pages')], { entry: SERVE, through });
    const ended = rig.ended(serving);
    const [line] = (await once(serving.stdout, 'data')) as [Buffer];
    const browser = await Browser.open((JSON.parse(String(line)) as { url: string }).url);
    const ask = async (name: string, input: object): Promise<unknown> => {
      const answer = await browser.fetch(`/rpc/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      return await answer.json();
    };
    expect(await ask('app.info', {})).toMatchObject({
      ok: true,
      value: { notices: [{ message: 'This library is read-only.' }] },
    });
    expect(await ask('library.state', {})).toMatchObject({ ok: true, value: { path: rig.library } });
    const refused = { ok: false, error: { code: 'library_unwritable', message: 'This library is read-only.' } };
    expect(await ask('sync.start', { accountId: null, chatIds: [], full: false, retryFailed: false })).toMatchObject(
      refused,
    );
    expect(await ask('library.check', { deep: false, repair: false })).toMatchObject(refused);
    expect(await ask('export.savePreset', presetOf('mine'))).toMatchObject(refused);
    serving.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });
});

const presetOf = (name: string): object => ({
  name,
  layout: 'by-chat',
  conflict: 'rename',
  link: 'auto',
  sidecars: [],
  messages: 'none',
  bates: null,
  pageSize: null,
  bag: false,
  zip: false,
  zipBytes: null,
  csvBom: false,
});
