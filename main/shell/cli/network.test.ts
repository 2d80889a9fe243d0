import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Authority,
  connectProxy,
  type Listening,
  makeAuthority,
  type Proxy,
  tlsServer,
} from '../../api/testing/company.ts';
import { CliRig, type Ended } from './testing/cli-rig.ts';

/** A company's network from the arguments to the exit code: its proxy and its authority come from the environment. */
let rig: CliRig;
let company: Authority;
let service: Listening;
let proxy: Proxy;

beforeAll(async () => {
  rig = await CliRig.start({ chats: 1, messages: 2 });
  company = makeAuthority();
  service = await tlsServer(company, (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"list":[],"hasMore":false}');
  });
});
afterEach(() => proxy.close());
afterAll(async () => {
  await service.close();
  company.remove();
  await rig.close();
});

const chats = (env: Record<string, string> = {}): Promise<Ended> =>
  rig.runAs(['chats', '--remote', '--json'], {
    env: {
      CHATKEEP_API_KEY: 'sk_secret',
      CHATKEEP_API_BASE: 'https://api.company.test',
      NODE_EXTRA_CA_CERTS: company.file,
      HTTPS_PROXY: `http://anna:topsecret@127.0.0.1:${proxy.port}`,
      ...env,
    },
  });

describe('HTTPS_PROXY and NODE_EXTRA_CA_CERTS', () => {
  it('lead to the service', async () => {
    proxy = await connectProxy({ target: service.port });
    const ended = await chats();
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(proxy.asked.map(({ host }) => host)).toContain('api.company.test:443');
    expect(Buffer.concat(proxy.seen).toString('latin1')).not.toContain('sk_secret');
  });

  it('a proxy that refuses is named, once, with the next step: 3', async () => {
    proxy = await connectProxy(407);
    const ended = await chats();
    expect([ended.code, proxy.asked.length]).toEqual([3, 1]);
    expect(ended.stderr).toContain(`the proxy answered 407, through the proxy 127.0.0.1:${proxy.port}`);
    expect(ended.stderr).toContain('HTTPS_PROXY=http://name:password@host:port');
    expect(ended.stderr + ended.stdout).not.toMatch(/topsecret|anna|sk_secret/);
  });

  it('a certificate that nobody here trusts is named, once, with the next step: 3', async () => {
    const stranger = makeAuthority();
    const middle = await tlsServer(stranger, (_request, response) => response.end());
    proxy = await connectProxy({ target: middle.port });
    const ended = await chats();
    await middle.close();
    stranger.remove();
    expect([ended.code, middle.connections()]).toEqual([3, 1]);
    expect(ended.stderr).toMatch(/The certificate shown for the service is not trusted .*UNABLE_TO_VERIFY_LEAF/);
    expect(ended.stderr).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('the sandbox on this machine is reached without them', async () => {
    proxy = await connectProxy(500);
    const ended = await rig.runAs(['chats', '--remote', '--json'], {
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, HTTP_PROXY: `http://127.0.0.1:${proxy.port}` },
    });
    expect([ended.code, proxy.connections()]).toEqual([0, 0]);
  });
});
