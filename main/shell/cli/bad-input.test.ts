import Database from 'better-sqlite3';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../index/kernel/database.ts';
import { MIGRATIONS } from '../../index/kernel/migrations/index.ts';
import { migrate } from '../../index/kernel/migrations/migrate.ts';
import { CliRig, jsonLines, type Ended } from './testing/cli-rig.ts';

/** What people run into: one line, what to do, an exit code, nothing lost, no stack. */
let rig: CliRig;
beforeAll(async () => {
  rig = await CliRig.start({ chats: 1, messages: 6 });
  expect((await rig.runAs(['sync', '--quiet'])).code).toBe(0);
});
afterAll(async () => {
  await rig.close();
});

/** One line on stderr, no stack, and with `--json` the same as a value. */
function expectRefusal(ended: Ended, code: number, error: string, words: RegExp): void {
  const told = ended.stderr.split('\n').filter((line) => line.startsWith('chatkeep: '));
  expect(told, ended.stderr).toHaveLength(1);
  expect(told[0]).toMatch(words);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
  expect(ended.code).toBe(code);
  const answers = jsonLines(ended) as { error?: { code: string; message: string; hint: string } }[];
  expect(answers).toHaveLength(1);
  expect(answers[0]?.error).toMatchObject({ code: error });
  expect(answers[0]?.error?.hint).not.toBe('');
}

const ledger = async (): Promise<string> => (await rig.run(['ledger', '--json'])).stdout;

describe('the service', () => {
  it('refuses a wrong key: 4', async () => {
    const before = await ledger();
    const ended = await rig.runAs(['sync', '--json'], { env: { CHATKEEP_API_KEY: 'sk_sandbox_wrong' } });
    expectRefusal(ended, 4, 'key_refused', /refused the API key.*Check the API key/);
    expect(await ledger()).toBe(before);
    expect(ended.stderr + ended.stdout).not.toContain('sk_sandbox_wrong');
  });

  it('stands behind a proxy that wants a password: 3, and no permission is called missing', async () => {
    rig.sandbox.faults.set('proxy-login', { match: { host: 'api' } });
    const ended = await rig.runAs(['sync', '--json']);
    rig.sandbox.faults.clear();
    expectRefusal(ended, 3, 'service_unreachable', /The proxy of this network .*status 407.*HTTPS_PROXY/);
    expect((await rig.run(['account', 'list', '--json'])).stdout).not.toContain('needsAttention');
  });

  it('knows no such connection: 4', async () => {
    const ended = await rig.runAs(['sync', '--json'], {
      env: { CHATKEEP_CONNECTION: 'conn_000000000000000000000000' },
    });
    expectRefusal(ended, 4, 'connection_refused', /connection/);
  });

  it('says that a connection has expired: 4', async () => {
    const expired = rig.sandbox.otherConnections.find(({ status }) => status === 'expired');
    const ended = await rig.runAs(['sync', '--json'], { env: { CHATKEEP_CONNECTION: expired?.id } });
    expectRefusal(ended, 4, 'connection_refused', /has ended.*Link the account again/);
  });

  it('misses a permission: 4, told once, with the summary beside it', async () => {
    const poor = rig.sandbox.otherConnections.find(({ permissions }) => !permissions.includes('messages:read'));
    const ended = await rig.runAs(['sync', '--json'], { env: { CHATKEEP_CONNECTION: poor?.id } });
    expectRefusal(ended, 4, 'permission_missing', /permission.*messages:read/);
    expect(jsonLines(ended)[0]).toMatchObject({ outcome: 'partial', files: { failed: 0 } });
  });

  it('is not behind the base address: 3 when it answers otherwise, 2 when the key may not go there', async () => {
    const media = await rig.runAs(['chats', '--remote', '--json'], { env: { CHATKEEP_API_BASE: rig.sandbox.media } });
    expectRefusal(media, 3, 'service_unusable', /API address/);
    const plain = await rig.runAs(['sync', '--json'], { env: { CHATKEEP_API_BASE: 'http://example.org' } });
    expectRefusal(plain, 2, 'usage', /API address.*plain http/);
    const nonsense = await rig.runAs(['sync', '--json'], { env: { CHATKEEP_API_BASE: 'api' } });
    expectRefusal(nonsense, 2, 'usage', /not a URL/);
  });

  it('knows no such chat: 2, here and there', async () => {
    expectRefusal(await rig.runAs(['sync', '--chat', '999', '--json']), 2, 'chat_unknown', /no chat 999.*chats/);
    expectRefusal(await rig.run(['ledger', '--chat', '999', '--json']), 2, 'chat_unknown', /no chat 999/);
    expectRefusal(await rig.run(['media', '--chat', '999', '--json']), 2, 'chat_unknown', /no chat 999/);
  });
});

describe('the library', () => {
  const call = (library: string, ...args: string[]): Promise<Ended> =>
    rig.runAs([...args, '--json'], { env: { CHATKEEP_LIBRARY: library } });

  it('is no library: 5, and the folder is left as it was', async () => {
    const folder = await mkdtemp(join(rig.folder, 'other-'));
    await writeFile(join(folder, 'letter.txt'), 'mine');
    for (const command of ['sync', 'ledger', 'media', 'chats', 'runs', 'changes', 'verify', 'diagnose']) {
      expectRefusal(await call(folder, command), 5, 'library_not_one', /not a library/);
    }
    expect(await readdir(folder)).toEqual(['letter.txt']);
    expectRefusal(await call(join(rig.folder, 'nowhere'), 'ledger'), 5, 'library_not_one', /no library in/);
    expectRefusal(await call(join(folder, 'letter.txt'), 'ledger'), 5, 'library_not_one', /a file, not a folder/);
  });

  it('lies on a drive with less room than the settings reserve: 6; a settings file that makes no sense changes nothing', async () => {
    const config = await mkdtemp(join(rig.folder, 'config-'));
    const env = { CHATKEEP_CONFIG: config, CHATKEEP_LIBRARY: join(config, 'library') };
    await writeFile(join(config, 'settings.json'), JSON.stringify({ diskReserve: 2 ** 52 }));
    expectRefusal(await rig.runAs(['sync', '--json'], { env }), 6, 'disk_full', /./);
    await writeFile(join(config, 'settings.json'), '{ "diskReserve": "much"');
    expect((await rig.runAs(['sync', '--quiet'], { env })).code).toBe(0);
    expect((await readdir(config)).toSorted()).toEqual(['library', 'settings.json']);
  });

  it('cannot be made where nothing can be written: 5', async () => {
    expectRefusal(await call('/proc/chatkeep', 'sync'), 5, 'library_unwritable', /cannot be written/);
  });

  it('has a damaged index: 5, and the file stays as it is', async () => {
    const { library, index } = await copyOfLibrary();
    const bytes = Buffer.from('this was a database once '.repeat(400));
    await writeFile(index, bytes);
    expectRefusal(await call(library, 'sync'), 5, 'library_damaged', /./);
    expect((await readFile(index)).equals(bytes)).toBe(true);
  });

  it('has an index of a newer version: 5, and no byte is written', async () => {
    const { library, index } = await copyOfLibrary();
    const db = new Database(index);
    db.pragma('user_version = 9999');
    db.close();
    const before = await readFile(index);
    expectRefusal(await call(library, 'sync'), 5, 'library_newer', /newer/);
    expectRefusal(await call(library, 'ledger'), 5, 'library_newer', /newer/);
    expect((await readFile(index)).equals(before)).toBe(true);
  });

  it('is of an older version: reading says what to do, writing copies it and brings it up to date', async () => {
    const { library, index } = await copyOfLibrary();
    await rm(index);
    const before = MIGRATIONS.slice(0, -1);
    const db = connect(index, 'write');
    migrate(db, before, () => undefined);
    db.close();
    expectRefusal(await call(library, 'ledger'), 5, 'library_not_one', /older version.*verify/);
    const run = await rig.runAs(['verify'], { env: { CHATKEEP_LIBRARY: library } });
    const copy = `schema-${before.at(-1)?.version ?? 0}.bak`;
    expect(run.stderr).toMatch(new RegExp(`copied first, to .*${copy}\\n.*step 1 of 1`));
    expect((await call(library, 'ledger')).code).toBe(0);
    expect(await readdir(library)).toContain(`index.sqlite.${copy}`);
  });

  it('is used by another process: 5 naming it, while reading goes on', async () => {
    const library = join(rig.folder, 'shared');
    rig.sandbox.faults.set('stall', { match: { endpoint: 'file' } });
    const other = rig.spawn(['sync', '--quiet'], { env: { ...rig.account, CHATKEEP_LIBRARY: library } });
    const ended = rig.ended(other);
    try {
      await expect.poll(async () => (await call(library, 'ledger')).code).toBe(0);
      await expect.poll(async () => (await call(library, 'chats')).stdout).not.toBe('');
      expectRefusal(await call(library, 'sync'), 5, 'library_locked', new RegExp(`\\b${other.pid ?? 0}\\b`));
    } finally {
      rig.sandbox.faults.clear();
      other.kill('SIGINT');
      expect((await ended).code).toBe(130);
    }
    expect((await call(library, 'sync')).code).toBe(0);
  });

  it('may lie under a name of 250 bytes', async () => {
    const library = join(rig.folder, 'ä'.repeat(125));
    const ended = await call(library, 'sync');
    expect(ended.code, ended.stderr).toBe(0);
  });

  it('may not lie under a name that the file system refuses: 5', async () => {
    expectRefusal(await call(join(rig.folder, 'a'.repeat(300)), 'sync'), 5, 'library_unwritable', /./);
  });

  async function copyOfLibrary(): Promise<{ library: string; index: string }> {
    const library = await mkdtemp(join(rig.folder, 'copy-'));
    for (const name of ['library.json', 'index.sqlite']) {
      await writeFile(join(library, name), await readFile(join(rig.library, name)));
    }
    return { library, index: join(library, 'index.sqlite') };
  }
});

describe('the arguments', () => {
  it.each([
    [['sync', '--chat', 'abc'], /--chat must be an id/],
    [['sync', '--type', 'gifs'], /--type must be one of photos, videos, audios/],
    [['sync', '--opened', 'maybe'], /--opened must be one of true, false/],
    [['sync', '--concurrency', '0'], /--concurrency must be a whole number from 1/],
    [['media', '--kind', 'sticker'], /--kind must be one of/],
    [['media', '--state', 'lost'], /--state must be one of/],
    [['media', '--from', '2025-02-31'], /--from must be a date/],
    [['media', '--from', '2025-06-02', '--to', '2025-06-01'], /--from must be before --to/],
    [['media', '--after', 'nonsense'], /--after/],
    [['media', '--limit', '-1'], /--limit/],
    [['search', ' '], /nothing to search/],
    [['watch', '--every', '1s'], /--every must be a time from 10s/],
    [['runs', '99999'], /no run 99999/],
    [['changes', '--since', 'yesterday'], /--since must be a date/],
    [['sandbox', '--chats', '0'], /--chats must be a whole number/],
    [['ledger', '--account', '77'], /no account 77/],
    [['nonsense'], /Unknown command 'nonsense'/],
    [['ledger', '--nonsense'], /Unknown option '--nonsense'/],
    [['search'], /Missing required argument/],
    [[], /A command is missing/],
  ] as const)('%j: 2', async (args, words) => {
    const ended = await rig.run([...args, '--json']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(jsonLines(ended)).toEqual([
      { error: expect.objectContaining({ message: expect.any(String) as string }) as object },
    ]);
  });
});

describe('no account', () => {
  it('is told before anything is asked: 2', async () => {
    const ended = await rig.run(['sync', '--json'], { env: { CHATKEEP_LIBRARY: join(rig.folder, 'fresh') } });
    expectRefusal(ended, 2, 'account_missing', /no account.*account add/);
    expectRefusal(
      await rig.run(['chats', '--remote', '--json'], { env: { CHATKEEP_LIBRARY: join(rig.folder, 'fresh') } }),
      2,
      'account_missing',
      /no account/,
    );
  });

  it('refuses a senseless rate: 2', async () => {
    const ended = await rig.runAs(['sync', '--json'], { env: { CHATKEEP_API_RATE: 'fast' } });
    expectRefusal(ended, 2, 'usage', /CHATKEEP_API_RATE/);
  });
});

describe('stored accounts', () => {
  const library = (): Record<string, string> => ({ CHATKEEP_LIBRARY: join(rig.folder, 'stored') });
  const add = (key: string, ...more: string[]): Promise<Ended> =>
    rig.run(['account', 'add', '--name', 'Mine', '--api-base', rig.sandbox.api, '--rate', '0', '--json', ...more], {
      env: library(),
      stdin: key,
    });

  it('are added with a key from stdin, listed, used and removed', async () => {
    const added = await add(`${rig.sandbox.key}\n`, '--key-stdin', '--connection', rig.sandbox.connection);
    expect(added.code, added.stderr).toBe(0);
    const account = {
      id: 1,
      name: 'Mine',
      apiBase: rig.sandbox.api,
      connectionId: rig.sandbox.connection,
      userId: rig.sandbox.userId,
    };
    expect(jsonLines(added)).toEqual([account]);
    expect(jsonLines(await rig.run(['account', 'list', '--json'], { env: library() }))).toEqual([account]);
    expect((await rig.run(['sync', '--json'], { env: library() })).code).toBe(0);
    expect(jsonLines(await rig.run(['chats', '--remote', '--json'], { env: library() }))).toHaveLength(1);
    expect((await stat(join(rig.folder, 'config', 'secrets.json'))).mode & 0o077).toBe(0);
    const removed = await rig.run(['account', 'remove', '1', '--json'], { env: library() });
    expect(jsonLines(removed)).toEqual([account]);
    expect(jsonLines(await rig.run(['account', 'list', '--json'], { env: library() }))).toEqual([]);
    expect((await rig.run(['sync', '--json'], { env: library() })).code).toBe(2);
    expect((await rig.run(['ledger', '--json'], { env: library() })).stdout).toContain('"stored"');
  });

  it('need a key on stdin', async () => {
    expectRefusal(await add('\n', '--key-stdin'), 2, 'usage', /No key came on stdin/);
    expectRefusal(await add('two words', '--key-stdin'), 2, 'usage', /not a key/);
    expectRefusal(await add(rig.sandbox.key), 2, 'usage', /needs --key-stdin/);
  });

  it('are synced one after the other, and a refused one does not stop the next', async () => {
    const other = await CliRig.start({ chats: 1, messages: 4, seed: 2 });
    try {
      await add(rig.sandbox.key, '--key-stdin', '--connection', rig.sandbox.connection);
      const second = [
        'account',
        'add',
        '--name',
        'Other',
        '--api-base',
        other.sandbox.api,
        '--rate',
        '0',
        '--key-stdin',
      ];
      expect(
        (
          await rig.run([...second, '--connection', other.sandbox.connection], {
            env: library(),
            stdin: other.sandbox.key,
          })
        ).code,
      ).toBe(0);
      rig.sandbox.faults.set('unauthorized-key');
      const ended = await rig.run(['sync', '--json'], { env: library() });
      rig.sandbox.faults.clear();
      expect(ended.code).toBe(4);
      const [answer] = jsonLines(ended) as [
        { accounts: unknown[]; files: { downloaded: number }; error: { code: string } },
      ];
      expect(answer.error.code).toBe('key_refused');
      // Both have a chat with the same person: each list says whose it is.
      for (const list of ['ledger', 'chats', 'media', 'messages']) {
        expect((await rig.run([list], { env: library() })).stdout).toMatch(/^ACCOUNT\b/);
        expect((await rig.run([list, '--account', '2'], { env: library() })).stdout).not.toContain('ACCOUNT');
      }
      const media = jsonLines(await rig.run(['media', '--json'], { env: library() })) as { accountId: number }[];
      expect(new Set(media.map(({ accountId }) => accountId))).toEqual(new Set([1, 2]));
      expect(answer.files.downloaded).toBeGreaterThan(0);
      expect(answer.accounts).toMatchObject([
        { outcome: 'failed', error: { code: 'key_refused' } },
        { outcome: 'complete', error: null },
      ]);
      const again = await rig.run(['sync', '--json'], { env: library() });
      expect(again.code).toBe(0);
      expect(jsonLines(again)[0]).toMatchObject({ outcome: 'complete', chats: 2 });
    } finally {
      await other.close();
    }
  });
});

describe('the keystore', () => {
  it('that others may read is refused with the command that mends it: 4', async () => {
    if (process.platform === 'win32') {
      return;
    }
    const config = join(rig.folder, 'wide');
    const env = { CHATKEEP_LIBRARY: join(rig.folder, 'wide-library'), CHATKEEP_CONFIG: config };
    const added = await rig.run(
      [
        'account',
        'add',
        '--name',
        'x',
        '--api-base',
        rig.sandbox.api,
        '--connection',
        rig.sandbox.connection,
        '--key-stdin',
      ],
      { env, stdin: rig.sandbox.key },
    );
    expect(added.code).toBe(0);
    await chmod(join(config, 'secrets.json'), 0o644);
    expectRefusal(await rig.run(['sync', '--json'], { env }), 4, 'keystore_unusable', /chmod 600/);
    await rm(config, { recursive: true });
    await mkdir(config);
  });
});
