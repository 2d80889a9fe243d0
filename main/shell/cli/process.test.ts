import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliRig, jsonLines, type Child, type Ended } from './testing/cli-rig.ts';
import { truthOf } from '../../sandbox/testing/truth.ts';

/** What only a process of its own can show: its exit code, signals, closed pipes, and what it leaves behind. */
let rig: CliRig;
beforeAll(async () => {
  rig = await CliRig.start();
});
afterAll(async () => {
  await rig.close();
});

const child = (args: readonly string[], env: Record<string, string> = {}, stdin = ''): Promise<Ended> =>
  rig.ended(rig.spawn(args, { env, stdin }));

describe('a process', () => {
  it('ends with the code of its command', async () => {
    expect(await child(['sync', '--json'], rig.account)).toMatchObject({ code: 0 });
    expect(await child(['ledger', '--json'])).toMatchObject({ code: 0, stderr: '' });
    expect(await child(['ledger', '--nonsense'])).toMatchObject({ code: 2, stdout: '' });
    expect(await child(['sync'], { ...rig.account, CHATKEEP_API_KEY: 'wrong' })).toMatchObject({ code: 4, stdout: '' });
    expect(await child(['ledger', '--library', '/etc'])).toMatchObject({ code: 5, stdout: '' });
  });

  it('ends with 3 when files are left for another run, and the next run completes', async () => {
    const library = { CHATKEEP_LIBRARY: join(rig.folder, 'patchy') };
    const [chat] = truthOf(rig.sandbox).chats();
    const lost = [...(chat?.media() ?? [])].find(({ variants }) => variants.includes('full'));
    rig.sandbox.faults.set('html-instead-of-media', { match: { mediaId: lost?.id ?? 0, variant: 'full' } });
    const ended = await child(['sync', '--json'], { ...rig.account, ...library });
    rig.sandbox.faults.clear();
    expect(ended.code, ended.stderr).toBe(3);
    expect(jsonLines(ended)[0]).toMatchObject({ outcome: 'partial', ledger: { failed: 1 } });
    expect(await rig.runAs(['sync', '--json'], { env: library })).toMatchObject({ code: 0 });
  });

  it('takes a reader that goes away for the end, not for an error', async () => {
    const reading = rig.spawn(['media', '--json']);
    const ended = rig.ended(reading);
    reading.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends a sync at the first signal, loses nothing, and goes on at the next run', async () => {
    const library = { CHATKEEP_LIBRARY: join(rig.folder, 'cut') };
    const before = rig.sandbox.requests.media;
    rig.sandbox.faults.set('stall', { match: { endpoint: 'file' }, every: 3 });
    const syncing = rig.spawn(['sync', '--json'], { env: { ...rig.account, ...library } });
    const ended = rig.ended(syncing);
    await expect.poll(() => rig.sandbox.requests.media - before).toBeGreaterThan(6);
    syncing.kill('SIGINT');
    const cut = await ended;
    expect(cut.code).toBe(130);
    expect(cut.stderr).toContain('chatkeep: Interrupted; nothing is lost. Run the same command again to go on.');
    expect(jsonLines(cut)[0]).toMatchObject({ outcome: 'interrupted' });
    rig.sandbox.faults.clear();
    const next = await rig.runAs(['sync', '--json', '--verbose'], { env: library });
    expect(next.code, next.stderr).toBe(0);
    expect(jsonLines(await rig.run(['verify', '--deep', '--json'], { env: library }))[0]).toMatchObject({
      missing: 0,
      corrupt: 0,
      orphan: 0,
    });
  });

  it('runs the sandbox until it is told to end, with its address known at once', async () => {
    const running = rig.spawn(['sandbox', '--chats', '1', '--messages', '3', '--json']);
    const ended = rig.ended(running);
    const [line] = (await once(running.stdout, 'data')) as [string];
    const made = JSON.parse(line) as { api: string; media: string; key: string; connection: string };
    expect(Object.keys(made)).toEqual(['api', 'media', 'key', 'connection']);
    const answer = await fetch(`${made.api}/v2/account/whoami`, { headers: { apikey: made.key } });
    expect(answer.status).toBe(200);
    running.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 130 });
  });

  it('shows the main job on sample chats and keeps the library', async () => {
    const ended = await child(['demo', '--no-serve', '--chats', '1', '--messages', '8', '--json'], {
      CHATKEEP_LIBRARY: '',
    });
    expect(ended.code, ended.stderr).toBe(0);
    const [answer] = jsonLines(ended) as [{ library: string; outcome: string }];
    expect(answer.outcome).toBe('complete');
    expect(answer.library.startsWith(join(rig.folder, 'chatkeep-demo-'))).toBe(true);
    expect(await rig.run(['verify', '--deep', '--library', answer.library])).toMatchObject({ code: 0 });
  });

  it('prints commands after the demo that work as they are printed', async () => {
    const ended = await rig.run([
      'demo',
      '--no-serve',
      '--chats',
      '1',
      '--messages',
      '8',
      '--library',
      join(rig.folder, 'a demo'),
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/Ledger: \d+ listed = /);
    const commands = [...ended.stdout.matchAll(/^ {2}(?:chatkeep|npm run --silent chatkeep --) (.*)$/gm)].map(
      ([, line]) => line ?? '',
    );
    expect(commands.length).toBeGreaterThanOrEqual(4);
    for (const line of commands) {
      const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
      expect((await rig.run(args)).code, line).toBe(0);
    }
  });

  it('watches: a line a round, goes on after errors, ends at a signal', async () => {
    const library = { CHATKEEP_LIBRARY: join(rig.folder, 'watched') };
    const watching = rig.spawn(['watch', '--every', '10s', '--json', '--quiet'], {
      env: { ...rig.account, ...library },
    });
    const ended = rig.ended(watching);
    await lineOf(watching);
    watching.kill('SIGINT');
    const end = await ended;
    expect(end).toMatchObject({ code: 130, stderr: '' });
    expect(jsonLines(end)).toEqual([
      expect.objectContaining({ outcome: 'complete', next: expect.any(String) as string }),
    ]);
    expect(jsonLines(await rig.run(['runs', '--json'], { env: library }))[0]).toMatchObject({
      kind: 'watch',
      outcome: 'complete',
    });
  });

  it('has put key and connection into no output and no file of a library', async () => {
    const { key, connection } = rig.sandbox;
    await rig.run(
      [
        'account',
        'add',
        '--name',
        'Mine',
        '--api-base',
        rig.sandbox.api,
        '--connection',
        connection,
        '--key-stdin',
        '--verbose',
      ],
      { stdin: key },
    );
    await rig.run(['account', 'add', '--name', 'Mine', `--key=${key}`]);
    await rig.run(['account', 'add', '--name', 'Mine', '--key', key]);
    await rig.run(['account', 'add', '--name', 'Mine', `--api-key=${key}`]);
    await rig.run(['account', 'add', '--name', 'Mine', key]);
    await rig.runAs(['sync', '--verbose', '--full']);
    await rig.runAs(['diagnose']);
    expect(rig.printed).not.toContain(key);
    const files = await readdir(rig.folder, { recursive: true, withFileTypes: true });
    expect(files.length).toBeGreaterThan(20);
    for (const file of files.filter((entry) => entry.isFile())) {
      const bytes = await readFile(join(file.parentPath, file.name));
      expect(bytes.includes(key), file.name).toBe(false);
      expect(bytes.includes(connection), file.name).toBe(false);
    }
  });
});

async function lineOf(running: Child): Promise<void> {
  let seen = '';
  while (!seen.includes('\n')) {
    const [more] = (await once(running.stdout, 'data')) as [string];
    seen += more;
  }
}
