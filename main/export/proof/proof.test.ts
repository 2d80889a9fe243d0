/** Signatures and time stamps, against openssl. */
import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { TimeStampReq } from 'pkijs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inLong } from '../../lib/testing/long.ts';
import { readSignedFile, sha256Of, type SignedFile } from './proof-files.ts';
import type { SignatureCheck, StampCheck } from '../../contract/proof-shapes.ts';
import { checkSignature, fingerprintOf, judgeSignature, signExport } from './signature.ts';
import { checkStamp, judgeStamp, keepStamp, readAuthorities, readStamp, requestStamp } from './stamp.ts';
import { openssl, StampAuthority } from '../testing/stamp-authority.ts';

const folder = mkdtempSync(join(tmpdir(), 'chatkeep-proof-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const { privateKey } = generateKeyPairSync('ed25519');
const fingerprint = fingerprintOf(createPublicKey(privateKey));
const MANIFEST = 'manifest-sha256.txt';

let made = 0;
/** A folder with a manifest. */
function exported(): string {
  made += 1;
  const dir = join(folder, `export-${String(made)}`);
  mkdirSync(dir);
  writeFileSync(join(dir, MANIFEST), `${'0'.repeat(63)}${String(made)}  photo.jpg\n`);
  return dir;
}

const signatureIn = async (dir: string, expected: string | null = null): Promise<SignatureCheck | null> =>
  checkSignature(await readSignedFile(dir), expected);
const stampIn = async (dir: string, ca: string | null = null): Promise<StampCheck | null> =>
  checkStamp(await readSignedFile(dir), ca === null ? null : await readAuthorities(ca));

const read = (dir: string, name: string): Buffer => readFileSync(join(dir, name));

/** What is found when each byte in turn is another; with `step`, each so many. */
async function eachChange(
  bytes: Buffer,
  look: (changed: Buffer) => { state: string; problem: string | null } | null | Promise<StampCheck | null>,
  step = 1,
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let at = 0; at < bytes.length; at += step) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const check = await look(changed);
    found.add(`${check?.state ?? 'none'} ${check?.problem ?? ''}`);
  }
  return found;
}

const otherManifest = (signed: SignedFile, bytes: Buffer): SignedFile => ({
  ...signed,
  bytes,
  sha256: sha256Of(bytes),
});

describe('a signature', () => {
  const look = (dir: string) => async (): Promise<string> => {
    const check = await signatureIn(dir);
    return `${check?.state ?? 'none'} ${check?.problem ?? ''}`;
  };

  it('is accepted by openssl, which computes the same fingerprint', async () => {
    const dir = exported();
    expect(await signatureIn(dir)).toBeNull();
    expect(await signExport(dir, privateKey)).toEqual({ signed: MANIFEST, fingerprint });
    expect(await signatureIn(dir)).toEqual({ state: 'valid', problem: null, fingerprint });
    expect(await signatureIn(dir, fingerprint)).toMatchObject({ state: 'valid' });
    const [, command = ''] = /^Check: openssl (.*)$/m.exec(readFileSync(join(dir, 'signature.pem'), 'utf8')) ?? [];
    expect(openssl(dir, command.split(' '))).toEqual({ code: 0, said: 'Signature Verified Successfully\n' });
    openssl(dir, ['pkey', '-pubin', '-in', 'signature.pem', '-outform', 'DER', '-out', 'key.der']);
    expect(openssl(dir, ['dgst', '-sha256', '-r', 'key.der']).said).toContain(fingerprint);
  });

  it.each([['folder'], ['bag']])(
    'shows a change of any byte of manifest, signature and key, and says in which: %s',
    async (shape) => {
      const dir = exported();
      const name = shape === 'bag' ? 'tagmanifest-sha256.txt' : MANIFEST;
      if (shape === 'bag') {
        writeFileSync(join(dir, 'bagit.txt'), '');
        writeFileSync(join(dir, name), `${'0'.repeat(64)}  ${MANIFEST}\n`);
      }
      expect(await signExport(dir, privateKey)).toMatchObject({ signed: name });
      const signed = await readSignedFile(dir);
      const [signature, text] = [read(dir, 'signature.sig'), read(dir, 'signature.pem')];
      expect(
        await eachChange(read(dir, name), (bytes) =>
          judgeSignature(otherManifest(signed, bytes), { signature, text }, null),
        ),
      ).toEqual(new Set(['stale other_manifest']));
      expect(
        await eachChange(signature, (changed) => judgeSignature(signed, { signature: changed, text }, null)),
      ).toEqual(new Set(['wrong forged']));
      expect(await eachChange(text, (changed) => judgeSignature(signed, { signature, text: changed }, null))).toEqual(
        new Set(['wrong key_changed']),
      );
      writeFileSync(join(dir, name), 'changed\n');
      expect(await look(dir)()).toBe('stale other_manifest');
    },
  );

  it('by another key is told: against the key in the folder, or against the one that is expected', async () => {
    const dir = exported();
    await signExport(dir, privateKey);
    const other = generateKeyPairSync('ed25519').privateKey;
    writeFileSync(join(dir, 'signature.sig'), sign(null, readFileSync(join(dir, MANIFEST)), other));
    expect(await look(dir)()).toBe('wrong forged');
    await signExport(dir, other);
    expect(await look(dir)()).toBe('valid ');
    expect(await signatureIn(dir, fingerprint)).toMatchObject({ state: 'wrong', problem: 'other_key' });
  });

  it('that is half there, or expected and not there, is told', async () => {
    const dir = exported();
    expect(await signatureIn(dir, fingerprint)).toMatchObject({ state: 'missing' });
    await signExport(dir, privateKey);
    rmSync(join(dir, 'signature.pem'));
    expect(await look(dir)()).toBe('wrong incomplete');
  });

  it('replaces an earlier one, and no file of somebody else', async () => {
    const dir = exported();
    await signExport(dir, privateKey);
    writeFileSync(join(dir, MANIFEST), 'changed\n');
    expect(await look(dir)()).toBe('stale other_manifest');
    await signExport(dir, privateKey);
    expect(await look(dir)()).toBe('valid ');
    const own = exported();
    writeFileSync(join(own, 'signature.sig'), 'mine');
    await expect(signExport(own, privateKey)).rejects.toMatchObject({ code: 'usage' });
    expect(readFileSync(join(own, 'signature.sig'), 'utf8')).toBe('mine');
    const linked = exported();
    symlinkSync(join(own, MANIFEST), join(linked, 'signature.pem'));
    await expect(signExport(linked, privateKey)).rejects.toMatchObject({ code: 'usage' });
    expect(await look(linked)()).toBe('wrong incomplete');
  });

  it('needs a manifest', async () => {
    await expect(signExport(folder, privateKey)).rejects.toMatchObject({ code: 'usage' });
    await expect(signExport(join(folder, 'nothing'), privateKey)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a time stamp', () => {
  let authority: StampAuthority;
  beforeAll(() => {
    authority = new StampAuthority(join(folder, 'authority'), { key: ['ec', 'ec_paramgen_curve:P-256'] });
  });
  const ask = async (dir: string): Promise<string> => (await requestStamp(dir)).request;
  const stamped = async (by = authority): Promise<string> => {
    const dir = exported();
    await keepStamp(dir, by.reply(await ask(dir)), null);
    return dir;
  };
  const look = (dir: string) => async (): Promise<string> => {
    const check = await stampIn(dir);
    return `${check?.state ?? 'none'} ${check?.problem ?? ''}`;
  };
  const refusal = async (dir: string, reply: string, ca: string | null = null): Promise<string> => {
    const authorities = ca === null ? null : await readAuthorities(ca);
    return await keepStamp(dir, reply, authorities).then(
      () => 'kept',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  };

  it.each([
    ['RSA', ['rsa:2048']],
    ['P-384', ['ec', 'ec_paramgen_curve:P-384']],
  ])('is asked for and kept, and openssl accepts it: %s', async (name, key) => {
    const by = new StampAuthority(join(folder, name), { key });
    const dir = exported();
    expect(await stampIn(dir)).toBeNull();
    const request = await ask(dir);
    expect(await stampIn(dir)).toMatchObject({ state: 'requested', problem: null });
    expect(openssl(dir, ['ts', '-query', '-in', basename(request), '-text']).said).toMatch(
      /Hash Algorithm: sha256[^]*Nonce: 0x[0-9A-F]{16}\n[^]*Certificate required: yes/,
    );
    const before = Date.now();
    const reply = by.reply(request);
    const kept = await keepStamp(dir, reply, await readAuthorities(by.ca));
    expect(kept).toMatchObject({ state: 'valid', problem: null, trusted: true });
    expect(kept.chain.map(({ subject, issuer }) => [subject, issuer])).toEqual([
      ['CN=Test stamps', 'CN=Test CA'],
      ['CN=Test CA', 'CN=Test CA'],
    ]);
    expect(Math.abs((kept.time ?? 0) - before)).toBeLessThan(60_000);
    expect(existsSync(request)).toBe(false);
    expect(await stampIn(dir)).toEqual({ ...kept, trusted: null });
    expect(by.verify(join(dir, MANIFEST), join(dir, 'timestamp.tsr')).said).toContain('Verification: OK');
  });

  it('and a signature are accepted by the commands in docs/export.md', async () => {
    const dir = await stamped();
    await signExport(dir, privateKey);
    copyFileSync(authority.ca, join(dir, 'CA.pem'));
    const text = readFileSync(new URL('../../../docs/export.md', import.meta.url), 'utf8');
    const [, commands = ''] = /### Signature and time stamp\n[^]*?```sh\n([^]*?)```/.exec(text) ?? [];
    const lines = commands.trimEnd().split('\n');
    const said = lines.map((line) => spawnSync('sh', ['-c', line], { cwd: dir, encoding: 'utf8' }).stdout);
    expect(said).toEqual([
      expect.stringContaining('Signature Verified Successfully'),
      expect.stringContaining(fingerprint),
      expect.stringContaining('Verification: OK'),
      expect.stringContaining('Test stamps'),
    ]);
  });

  it('shows a change of any byte of manifest, stamp and its text, and says in which', async () => {
    const dir = await stamped();
    const signed = await readSignedFile(dir);
    const files = { stamp: read(dir, 'timestamp.tsr'), text: read(dir, 'timestamp.txt'), request: null };
    expect(
      await eachChange(read(dir, MANIFEST), (bytes) => judgeStamp(otherManifest(signed, bytes), files, null)),
    ).toEqual(new Set(['stale other_manifest']));
    expect(await eachChange(files.stamp, (stamp) => judgeStamp(signed, { ...files, stamp }, null))).toEqual(
      new Set(['wrong changed']),
    );
    expect(await eachChange(files.text, (text) => judgeStamp(signed, { ...files, text }, null), inLong(1, 9))).toEqual(
      new Set(['wrong changed']),
    );
    rmSync(join(dir, 'timestamp.txt'));
    expect(await look(dir)()).toBe('wrong incomplete');
  });

  it('with a changed byte is refused, unless its time, number and signer are the same', async () => {
    const dir = await stamped();
    const signed = await readSignedFile(dir);
    const ca = await readAuthorities(authority.ca);
    const { chain, ...kept } = await readStamp(read(dir, 'timestamp.tsr'), signed, ca);
    const problems = new Set<string | null>();
    await eachChange(
      read(dir, 'timestamp.tsr'),
      async (changed) => {
        const check = await readStamp(changed, signed, ca);
        problems.add(check.problem);
        if (check.problem === null) {
          expect(check).toMatchObject(kept);
          expect(check.chain[0]).toEqual(chain[0]);
        }
        return check;
      },
      inLong(1, 9),
    );
    expect([...problems]).toEqual(expect.arrayContaining(['forged', 'untrusted', 'unreadable']));
  });

  it('of another manifest is told', async () => {
    const [one, other] = [exported(), exported()];
    const reply = authority.reply(await ask(other));
    await ask(one);
    expect(await refusal(one, reply)).toContain('it is for another manifest');
    await keepStamp(other, reply, null);
    for (const name of ['timestamp.tsr', 'timestamp.txt']) {
      copyFileSync(join(other, name), join(one, name));
    }
    expect(await look(one)()).toBe('stale other_manifest');
  });

  it('that answers another request, or none, is told', async () => {
    const dir = exported();
    const reply = authority.reply(await ask(dir));
    await ask(dir);
    expect(await refusal(dir, reply)).toContain('it answers another request');
    expect(await refusal(exported(), reply)).toContain('There is no request');
    writeFileSync(join(dir, MANIFEST), 'changed\n');
    expect(await refusal(dir, reply)).toContain('has changed since the request');
  });

  it('without a certificate is told', async () => {
    const dir = exported();
    const request = TimeStampReq.fromBER(readFileSync(await ask(dir)));
    request.certReq = false;
    writeFileSync(join(folder, 'no-certificate.tsq'), Buffer.from(request.toSchema().toBER()));
    const reply = authority.reply(join(folder, 'no-certificate.tsq'), 'no-certificate.tsr');
    expect(await refusal(dir, reply)).toContain('it holds no certificate');
    expect(existsSync(join(dir, 'timestamp.tsr'))).toBe(false);
    expect(await stampIn(dir)).toMatchObject({ state: 'requested' });
  });

  it('that was refused is told, with the words of the authority', async () => {
    const dir = exported();
    await ask(dir);
    openssl(folder, ['ts', '-query', '-data', join(dir, MANIFEST), '-sha1', '-cert', '-out', 'weak.tsq']);
    const reply = authority.reply(join(folder, 'weak.tsq'), 'weak.tsr');
    expect(await refusal(dir, reply)).toMatch(/the authority refused the request \(rejection: .*not supported/);
  });

  it('of an authority that was not valid at the time is told', async () => {
    const by = new StampAuthority(join(folder, 'expired'), { from: '20200101000000Z', to: '20210101000000Z' });
    const dir = exported();
    expect(await refusal(dir, by.reply(await ask(dir)))).toContain('not valid at the time of the stamp');
  });

  it('of an authority that the given CA does not certify is told', async () => {
    const other = new StampAuthority(join(folder, 'other'));
    const dir = exported();
    expect(await refusal(dir, authority.reply(await ask(dir)), other.ca)).toContain('does not certify the authority');
    const kept = await stamped();
    expect(await stampIn(kept, authority.ca)).toMatchObject({ state: 'valid', trusted: true });
    expect(await stampIn(kept, other.ca)).toMatchObject({ state: 'wrong', problem: 'untrusted', trusted: false });
    expect(await stampIn(exported(), other.ca)).toMatchObject({ state: 'missing' });
    await expect(readAuthorities(join(kept, MANIFEST))).rejects.toMatchObject({ code: 'usage' });
  });

  it('whose signer is for other purposes, or is not named by the token, is told', async () => {
    const server = new StampAuthority(join(folder, 'server'), { purpose: 'critical,serverAuth' });
    const dir = exported();
    const reply = authority.reply(await ask(dir));
    expect(await refusal(dir, server.resign(reply, '-cades'))).toContain('not for time stamps');
    expect(await refusal(dir, authority.resign(reply))).toContain('its signature does not fit');
    expect(await refusal(dir, authority.resign(reply, '-cades'))).toBe('kept');
  });

  it('is no file that is something else', async () => {
    const dir = exported();
    await ask(dir);
    for (const bytes of ['', 'hello', '0\u0003\u0002\u0001\u0000']) {
      writeFileSync(join(folder, 'no-reply'), bytes);
      expect(await refusal(dir, join(folder, 'no-reply'))).toContain('not the reply of a time-stamping authority');
    }
    expect(await refusal(dir, join(folder, 'nowhere'))).toContain('The reply cannot be read');
    writeFileSync(join(dir, 'timestamp.tsr'), 'mine');
    expect(await refusal(dir, authority.reply(join(dir, 'timestamp.tsq')))).toContain('Another file has the name');
    expect(readFileSync(join(dir, 'timestamp.tsr'), 'utf8')).toBe('mine');
  });
});
