import { createPrivateKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bagProblems } from '../../export/testing/bag-check.ts';
import { openssl, StampAuthority } from '../../export/testing/stamp-authority.ts';
import { checkProof } from '../../app/exports/proof.ts';
import { openSecretFile } from '../../keys/secret-file.ts';
import { openIndex } from '../../index/client.ts';
import { stampLines } from './words/export-text.ts';
import { CliRig, jsonLines, type Ended } from './testing/cli-rig.ts';

let rig: CliRig;
let stored: Record<string, unknown>[];
beforeAll(async () => {
  rig = await CliRig.start();
  expect((await rig.runAs(['sync'])).code).toBeLessThanOrEqual(3);
  stored = jsonLines(await rig.run(['media', '--json', '--state', 'stored'])) as Record<string, unknown>[];
});
afterAll(async () => {
  await rig.close();
});

const dir = (name: string): string => join(rig.folder, name);
const answerOf = (ended: Ended): Record<string, unknown> => {
  const lines = jsonLines(ended);
  expect(lines).toHaveLength(1);
  return lines[0] as Record<string, unknown>;
};

describe('export', () => {
  it('answers with every agreed field, adds nothing when run again, and can be verified', async () => {
    const ended = await rig.run(['export', '--to', dir('a'), '--json', '--link', 'copy']);
    expect(ended.code).toBe(0);
    const answer = answerOf(ended);
    expect(Object.keys(answer).join(',')).toBe('job,planned,written,linked,copied,skipped,renamed,failed,bytes,dir');
    const bytes = stored.reduce((sum, line) => sum + Number(line['bytes']), 0);
    expect(answer).toMatchObject({
      planned: stored.length,
      written: stored.length,
      copied: stored.length,
      linked: 0,
      skipped: 0,
      failed: 0,
      bytes,
    });
    const again = answerOf(await rig.run(['export', '--to', dir('a'), '--json']));
    expect(again).toMatchObject({ job: answer['job'], written: 0, skipped: stored.length, bytes: 0 });
    const check = await rig.run(['export', 'verify', dir('a'), '--json']);
    expect(check.code).toBe(0);
    expect(answerOf(check)).toMatchObject({
      checked: stored.length + 2,
      ok: stored.length + 2,
      missing: 0,
      changed: 0,
      signature: null,
      stamp: null,
    });
  });

  it('verify tells what was changed and lost, with exit 3, and needs no library', async () => {
    await rig.run(['export', '--to', dir('b'), '--layout', '{mediaId}', '--link', 'copy']);
    const [first = '', second = ''] = (await readdir(dir('b'))).filter((name) => /^\d+\./.test(name));
    await writeFile(join(dir('b'), first), 'x');
    await rm(join(dir('b'), second));
    const env = { CHATKEEP_LIBRARY: dir('no library') };
    const check = await rig.run(['export', 'verify', dir('b'), '--json'], { env });
    expect(check.code).toBe(3);
    expect(answerOf(check)).toMatchObject({ missing: 1, changed: 1 });
    expect(check.stderr).toContain(`Changed: ${first}`);
    expect(check.stderr).toContain(`Missing: ${second}`);
  });

  it('a dry run prints every target path and makes nothing', async () => {
    const ended = await rig.run(['export', '--to', dir('dry'), '--dry-run', '--json', '--layout', 'by-month']);
    expect(ended.code).toBe(0);
    const plan = answerOf(ended) as {
      planned: number;
      written: number;
      items: { path: string | null; state: string }[];
    };
    expect(plan).toMatchObject({ planned: stored.length, written: 0 });
    expect(plan.items.filter(({ state }) => state === 'planned')).toHaveLength(stored.length);
    expect(
      plan.items.filter(({ path }) => path !== null).every(({ path }) => /^\d{4}\/\d{4}-\d{2}\//.test(path ?? '')),
    ).toBe(true);
    expect(plan.items.some(({ state }) => state === 'unavailable')).toBe(true);
    expect(existsSync(dir('dry'))).toBe(false);
    const words = await rig.run(['export', '--to', dir('dry'), '--dry-run']);
    expect(words.stdout).toContain(`${String(stored.length)} files to ${dir('dry')}`);
  });

  it('beside another process that has the library: a dry run works, an export says who has it and what to do', async () => {
    const index = await openIndex({ path: join(rig.library, 'index.sqlite') });
    try {
      expect((await rig.run(['export', '--to', dir('busy'), '--dry-run'])).code).toBe(0);
      const ended = await rig.run(['export', '--to', dir('busy')]);
      expect(ended.code).toBe(5);
      expect(ended.stderr).toContain(`in use by process ${String(process.pid)}`);
      expect(ended.stderr).toContain('--dry-run works meanwhile');
      expect(existsSync(dir('busy'))).toBe(false);
    } finally {
      await index.close();
    }
  });

  it('writes a paper beside each file when asked', async () => {
    await rig.run(['export', '--to', dir('papers'), '--layout', '{mediaId}', '--sidecar', 'item-json']);
    const names = await readdir(dir('papers'));
    expect(names.filter((name) => /^\d+\.\w+\.json$/.test(name))).toHaveLength(stored.length);
  });

  it('writes the account book when asked', async () => {
    await rig.run(['export', '--to', dir('book'), '--paper', 'book']);
    expect(await readdir(dir('book'))).toEqual(expect.arrayContaining(['book.csv', 'book-sums.csv']));
  });

  it('takes the filters of media, --until for the end, a date after a second --to as well', async () => {
    const [chat] = stored;
    const chatId = String(chat?.['chatId']);
    const day = String(chat?.['sentAt']).slice(0, 10);
    const wanted = stored.filter(
      (line) => String(line['chatId']) === chatId && String(line['sentAt']).slice(0, 10) <= day,
    );
    for (const [index, end] of [
      ['--until', day],
      ['--to', day],
    ].entries()) {
      const target = dir(`filter-${String(index)}`);
      const ended = await rig.run(['export', '--to', target, '--chat', chatId, ...end, '--json']);
      expect(answerOf(ended)).toMatchObject({ written: wanted.length });
    }
  });

  it('makes sidecars, a bag and a zip', async () => {
    const bag = await rig.run([
      'export',
      '--to',
      dir('bag'),
      '--bag',
      '--sidecar',
      'json',
      '--sidecar',
      'csv',
      '--sidecar',
      'html',
    ]);
    expect(bag.code).toBe(0);
    expect(await readdir(dir('bag'))).toEqual(
      expect.arrayContaining(['bagit.txt', 'bag-info.txt', 'data', 'tagmanifest-sha256.txt']),
    );
    expect(await readdir(join(dir('bag'), 'data'))).toEqual(
      expect.arrayContaining(['media.json', 'media.csv', 'index.html']),
    );
    expect((await rig.run(['export', '--to', dir('zip'), '--zip'])).code).toBe(0);
    expect(await readdir(dir('zip'))).toContain('export.zip');
    expect((await rig.run(['export', 'verify', dir('zip')])).code).toBe(0);
  });

  it('interrupted it ends with 130 and goes on later', async () => {
    const stop = new AbortController();
    stop.abort();
    const cut = await rig.run(['export', '--to', dir('cut')], { signal: stop.signal });
    expect(cut.code).toBe(130);
    expect((await rig.run(['export', '--to', dir('cut')])).code).toBe(0);
  });

  it('says in words what it did, with what is not in the library', async () => {
    const { stdout, stderr } = await rig.run(['export', '--to', dir('words'), '--link', 'hardlink']);
    expect(stdout).toMatch(/files written to .* linked\), 0 there already or left out, 0 failed\./);
    expect(stdout).toContain('not in the library');
    expect(stderr).toContain('Hard links: a program that changes an exported file in place changes the library.');
  });
});

describe('wrong usage', () => {
  it.each([
    ['no target', []],
    ['two targets', ['--to', 'x', '--to', 'y']],
    ['two ends', ['--to', 'x', '--to', '2025-01-01', '--until', '2025-01-02']],
    ['an unknown token', ['--to', 'x', '--layout', '{nobody}']],
    ['an unknown conflict', ['--to', 'x', '--on-conflict', 'maybe']],
    ['an unknown link', ['--to', 'x', '--link', 'symlink']],
    ['an unknown sidecar', ['--to', 'x', '--sidecar', 'pdf']],
    ['an unknown paper', ['--to', 'x', '--paper', 'ledger']],
    ['an unknown paper size', ['--to', 'x', '--paper', 'pdf', '--paper-size', 'a5']],
    ['a paper size without a PDF', ['--to', 'x', '--paper-size', 'a4']],
    ['a size without zip', ['--to', 'x', '--zip-size', '2GB']],
    ['a size that is none', ['--to', 'x', '--zip', '--zip-size', 'big']],
    ['an unknown chat', ['--to', 'x', '--chat', '999']],
  ])('%s ends with 2 and writes nothing', async (_what, args) => {
    const ended = await rig.run(['export', ...args, '--json']);
    expect(ended.code).toBe(2);
    expect(jsonLines(ended)).toMatchObject([
      { error: { code: expect.stringMatching(/usage|chat_unknown/) as string } },
    ]);
    expect(existsSync('x')).toBe(false);
  });

  it('names the known tokens where one is unknown', async () => {
    const { stderr } = await rig.run(['export', '--to', dir('x'), '--layout', '{nobody}']);
    expect(stderr).toContain('{nobody}');
    expect(stderr).toContain('{chat} {chatId} {sender}');
  });

  it('refuses a target in the library and a folder without a manifest', async () => {
    expect((await rig.run(['export', '--to', join(rig.library, 'out')])).code).toBe(2);
    await mkdir(dir('empty'));
    expect((await rig.run(['export', 'verify', dir('empty')])).code).toBe(2);
  });

  it('a damaged file of the library ends with 3 and is not exported', async () => {
    const line = stored.find(({ kind }) => kind === 'photo');
    const path = String(line?.['path']);
    const whole = await readFile(path);
    await writeFile(path, Buffer.alloc(whole.length));
    try {
      const ended = await rig.run(['export', '--to', dir('damaged'), '--layout', '{mediaId}', '--json']);
      expect(ended.code).toBe(3);
      expect(Number(answerOf(ended)['failed'])).toBeGreaterThan(0);
      expect(ended.stderr).toContain('is damaged; fetch it again with: chatkeep verify --deep --repair');
      expect(existsSync(join(dir('damaged'), `${String(line?.['id'])}.jpg`))).toBe(false);
    } finally {
      await writeFile(path, whole);
    }
  });
});

describe('the proof of an export', () => {
  const env = { CHATKEEP_LIBRARY: join('/nowhere', 'no library') };
  const run = (...args: readonly string[]): Promise<Ended> => rig.run(['export', ...args], { env });

  it('is a signature by the one key of this installation, which stays in the keystore', async () => {
    await rig.run(['export', '--to', dir('signed'), '--bag', '--sidecar', 'json']);
    const answer = answerOf(await run('sign', dir('signed'), '--json'));
    const { fingerprint, publicKey } = answerOf(await run('key', '--json'));
    expect(answer).toEqual({ signed: 'tagmanifest-sha256.txt', fingerprint });
    const check = await run('verify', dir('signed'), '--json', '--fingerprint', String(fingerprint).toUpperCase());
    expect(check.code).toBe(0);
    expect(answerOf(check)).toMatchObject({ signature: { state: 'valid', problem: null, fingerprint }, stamp: null });
    expect(bagProblems(dir('signed'))).toEqual([]);
    expect((await run('verify', dir('signed'))).stdout).toContain(
      `Signature: valid, by the key ${String(fingerprint)}`,
    );
    await writeFile(dir('own-key.pem'), (await run('key')).stdout);
    expect(openssl(dir('.'), ['pkey', '-pubin', '-in', 'own-key.pem']).said).toBe(publicKey);
    expect(
      openssl(dir('signed'), [
        ...['pkeyutl', '-verify', '-pubin', '-inkey', dir('own-key.pem'), '-rawin'],
        ...['-in', 'tagmanifest-sha256.txt', '-sigfile', 'signature.sig'],
      ]).said,
    ).toContain('Signature Verified Successfully');

    const pem = (await openSecretFile(join(rig.folder, 'config')).get('signing-key')) ?? '';
    const secret = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }).subarray(-32);
    const written = await readdir(rig.folder, { recursive: true, withFileTypes: true });
    for (const entry of written.filter((each) => each.isFile())) {
      const bytes = await readFile(join(entry.parentPath, entry.name));
      expect([entry.name, bytes.includes(secret), bytes.includes(secret.toString('base64').slice(4, 40))]).toEqual([
        entry.name,
        false,
        false,
      ]);
    }
    expect(rig.printed).not.toContain(pem.split('\n')[1]);
  });

  it('is a time stamp that a person fetches; exit 3 and a word say what is wrong with either', async () => {
    const authority = new StampAuthority(dir('authority'), { key: ['ec', 'ec_paramgen_curve:P-256'] });
    await rig.run(['export', '--to', dir('stamped'), '--state', 'stored']);
    await run('sign', dir('stamped'));
    expect(answerOf(await run('stamp', '--request', dir('stamped'), '--json'))).toEqual({
      stamped: 'manifest-sha256.txt',
      request: join(dir('stamped'), 'timestamp.tsq'),
    });
    expect((await run('verify', dir('stamped'))).stdout).toContain('Time stamp: requested.');
    const reply = authority.reply(join(dir('stamped'), 'timestamp.tsq'));
    const kept = await run('stamp', '--reply', reply, dir('stamped'));
    expect(kept.stdout).toMatch(
      /Time stamp: valid\. [^]*clock of CN=Test stamps[^]*issued by CN=Test CA[^]*whom to trust/,
    );
    const check = await run('verify', dir('stamped'), '--json', '--ca', authority.ca);
    expect(check.code).toBe(0);
    expect(answerOf(check)).toMatchObject({
      signature: { state: 'valid' },
      stamp: { state: 'valid', problem: null, authority: 'CN=Test stamps', trusted: true },
    });
    expect(
      authority.verify(join(dir('stamped'), 'manifest-sha256.txt'), join(dir('stamped'), 'timestamp.tsr')).said,
    ).toContain('Verification: OK');

    const { chain } = answerOf(check)['stamp'] as { chain: [{ validTo: string }] };
    const expired = Date.parse(chain[0].validTo) + 1;
    const read = await checkProof(dir('stamped'), { fingerprint: null, ca: null });
    expect(stampLines(read.stamp, expired - 2).join(' ')).not.toContain('has expired since');
    expect(stampLines(read.stamp, expired).join(' ')).toContain('has expired since');

    const same = await rig.run(['export', '--to', dir('stamped'), '--state', 'stored']);
    expect(same.stderr).not.toContain('no longer');
    const later = await rig.run(['export', '--to', dir('stamped'), '--sidecar', 'csv']);
    expect(later.code).toBe(0);
    expect(later.stderr).toContain('the signature and time stamp in this folder no longer fit');
    const stale = await run('verify', dir('stamped'), '--json');
    expect(stale.code).toBe(3);
    expect(answerOf(stale)).toMatchObject({
      missing: 0,
      changed: 0,
      signature: { state: 'stale', problem: 'other_manifest' },
      stamp: { state: 'stale', problem: 'other_manifest', authority: null },
    });
    const words = (await run('verify', dir('stamped'))).stdout;
    expect(words).toContain('Signature: STALE: the manifest has changed since it was signed.');
    expect(words).toContain('Time stamp: STALE: it is for another manifest.');
  });

  it('is refused in words: no manifest, both options of stamp or none, a fingerprint that is none', async () => {
    for (const args of [
      ['sign', rig.folder],
      ['stamp', '--request', rig.folder],
      ['stamp', rig.folder],
      ['stamp', '--request', '--reply', 'x', rig.folder],
      ['verify', dir('stamped'), '--fingerprint', 'abc'],
      ['verify', dir('stamped'), '--ca', 'nowhere.pem'],
    ]) {
      const { code, stderr } = await run(...args);
      expect([args, code, stderr.split('\n').length]).toEqual([args, 2, 2]);
    }
  });
});
