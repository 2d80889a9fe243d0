import { describe, expect, it } from 'vitest';
import { proxyFrom, UnusableProxy } from './proxy-settings.ts';

const API = new URL('https://api.ofauth.com/v2');
const hrefOf = async (env: Record<string, string>, system: string | null = null, url = API): Promise<string | null> =>
  (await proxyFrom(env, system === null ? null : () => Promise.resolve(system))(url))?.href ?? null;

describe('the environment', () => {
  it.each([
    [{}, null],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ https_proxy: 'proxy:3128', HTTPS_PROXY: 'http://other' }, 'http://proxy:3128/'],
    [{ HTTPS_PROXY: 'https://a:b@proxy' }, 'https://a:b@proxy/'],
    [{ ALL_PROXY: 'http://proxy:1' }, 'http://proxy:1/'],
    [{ HTTP_PROXY: 'http://proxy:1' }, null],
    [{ HTTPS_PROXY: '  ' }, null],
  ])('%j leads through %s', async (env, href) => {
    expect(await hrefOf(env as Record<string, string>)).toBe(href);
  });

  it.each([
    ['*', true],
    ['api.ofauth.com', true],
    ['ofauth.com', true],
    ['.ofauth.com, other', true],
    ['*.OFAUTH.com', true],
    ['other ofauth.com:443', true],
    ['ofauth.com:8443', false],
    ['auth.com', false],
    ['', false],
  ])('NO_PROXY "%s" leads straight: %s', async (none, straight) => {
    const href = await hrefOf({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: none });
    expect(href === null).toBe(straight);
  });

  it('never counts for this machine', async () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '[::1]']) {
      expect(
        await hrefOf({ HTTPS_PROXY: 'http://proxy:1' }, 'PROXY other:2', new URL(`https://${host}:8443`)),
      ).toBeNull();
    }
  });
});

describe('the system', () => {
  it.each([
    ['DIRECT', null],
    ['', null],
    ['PROXY proxy:3128; DIRECT', 'http://proxy:3128/'],
    ['HTTPS proxy:443', 'https://proxy/'],
    ['SOCKS5 a:1080; PROXY b:80', 'http://b/'],
  ])('"%s" leads through %s', async (words, href) => {
    expect(await hrefOf({}, words)).toBe(href);
  });

  it('comes after the environment', async () => {
    expect(await hrefOf({ HTTPS_PROXY: 'http://first:1' }, 'PROXY second:2')).toBe('http://first:1/');
    expect(await hrefOf({ HTTPS_PROXY: 'http://first:1', NO_PROXY: 'ofauth.com' }, 'PROXY second:2')).toBeNull();
  });
});

it('what cannot be used is said without its password', async () => {
  const faults = ['socks5://a:secret@proxy:1', 'http://', 'http://a:secret@:1'];
  for (const text of faults) {
    const fault: unknown = await hrefOf({ HTTPS_PROXY: text }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(UnusableProxy);
    expect(String(fault)).not.toContain('secret');
  }
  await expect(hrefOf({}, 'SOCKS5 a:1080')).rejects.toThrow('socks5 proxies are not supported');
});
