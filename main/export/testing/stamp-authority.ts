/** A time-stamping authority of openssl, made for one test: a CA, a signer that it certifies, and replies to requests. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ran {
  readonly code: number | null;
  readonly said: string;
}

export function openssl(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  const { status, stdout, stderr, error } = spawnSync('openssl', args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  if (error !== undefined) {
    throw error;
  }
  return { code: status, said: stdout + stderr };
}

function must(ran: Ran): string {
  if (ran.code !== 0) {
    throw new Error(ran.said);
  }
  return ran.said;
}

export interface AuthorityOptions {
  readonly key?: readonly string[];
  /** openssl's form: `20200101000000Z`. */
  readonly from?: string;
  readonly to?: string;
  readonly purpose?: string;
}

export class StampAuthority {
  readonly dir: string;
  readonly ca: string;

  /** `dir`: a folder that is made for it. */
  constructor(dir: string, options: AuthorityOptions = {}) {
    const { key = ['rsa:2048'], from, to, purpose = 'critical,timeStamping' } = options;
    mkdirSync(dir);
    this.dir = dir;
    this.ca = join(dir, 'ca.pem');
    const [kind = '', ...keyOptions] = key;
    const newKey = (name: string): string[] => [
      ...['-newkey', kind, ...keyOptions.flatMap((each) => ['-pkeyopt', each])],
      ...['-nodes', '-keyout', `${name}.key`],
    ];
    writeFileSync(join(dir, 'serial'), '01\n');
    writeFileSync(
      join(dir, 'tsa.cnf'),
      [
        '[req]\ndistinguished_name = name\nprompt = no',
        '[name]\nCN = Test stamps',
        `[signer]\nextendedKeyUsage = ${purpose}\nbasicConstraints = critical,CA:FALSE`,
        '[ca]\ndefault_ca = own',
        '[own]\ndatabase = index\nserial = certs\nnew_certs_dir = .\ndefault_md = sha256\npolicy = any\ndefault_days = 30',
        '[any]\ncommonName = supplied',
        '[tsa]\ndefault_tsa = tsa1',
        '[tsa1]\nserial = serial\nsigner_digest = sha256\ndigests = sha256, sha512\ndefault_policy = 1.2.3.4.1',
        'other_policies = 1.2.3.4.5\nordering = no\ntsa_name = yes\ness_cert_id_chain = no\nclock_precision_digits = 3',
        'accuracy = secs:1, millisecs:500',
      ].join('\n'),
    );
    writeFileSync(join(dir, 'index'), '');
    writeFileSync(join(dir, 'certs'), '1000\n');
    must(
      openssl(dir, [
        ...['req', '-x509', '-days', '30', '-out', 'ca.pem', ...newKey('ca'), '-subj', '/CN=Test CA'],
        ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
      ]),
    );
    must(openssl(dir, ['req', '-new', '-config', 'tsa.cnf', '-out', 'tsa.csr', ...newKey('tsa')]));
    must(
      openssl(dir, [
        ...['ca', '-batch', '-config', 'tsa.cnf', '-extensions', 'signer', '-cert', 'ca.pem', '-keyfile', 'ca.key'],
        ...['-in', 'tsa.csr', '-out', 'tsa.pem', '-notext'],
        ...(from === undefined ? [] : ['-startdate', from]),
        ...(to === undefined ? [] : ['-enddate', to]),
      ]),
    );
  }

  /** Answers a request; the path of the reply. */
  reply(request: string, name = 'reply.tsr'): string {
    const out = join(this.dir, name);
    must(
      openssl(this.dir, [
        ...['ts', '-reply', '-config', 'tsa.cnf', '-queryfile', request, '-out', out],
        ...['-signer', 'tsa.pem', '-inkey', 'tsa.key', '-chain', 'ca.pem'],
      ]),
    );
    return out;
  }

  /** A reply with the facts of another and this signer's signature: a path. With `-cades` it names the signer's certificate. */
  resign(reply: string, ...more: readonly string[]): string {
    const run = (...args: readonly string[]): string => must(openssl(this.dir, args));
    run('ts', '-reply', '-in', reply, '-token_out', '-out', 'token.der');
    run('cms', '-verify', '-noverify', '-inform', 'DER', '-in', 'token.der', '-out', 'info.der');
    run(
      ...['cms', '-sign', '-binary', '-nodetach', '-econtent_type', '1.2.840.113549.1.9.16.1.4', '-md', 'sha256'],
      ...['-in', 'info.der', '-signer', 'tsa.pem', '-inkey', 'tsa.key', '-outform', 'DER', '-out', 'resigned.der'],
      ...more,
    );
    run('ts', '-reply', '-in', 'resigned.der', '-token_in', '-out', 'resigned.tsr');
    return join(this.dir, 'resigned.tsr');
  }

  /** What openssl says of a stamp. */
  verify(data: string, reply: string): Ran {
    return openssl(this.dir, ['ts', '-verify', '-data', data, '-in', reply, '-CAfile', 'ca.pem']);
  }
}
