/** Which proxy leads to an address: the environment's, else the system's. Loopback is reached straight, whatever they say. */
import { isLoopbackHost } from './api-base.ts';

/** Resolves with the proxy's URL (http or https, with a name and password where it wants them), or null = straight. Rejects with UnusableProxy. */
export type ProxyFor = (url: URL) => Promise<URL | null>;

/** The settings name a proxy that cannot be used. The message never repeats their text, which may hold a password. */
export class UnusableProxy extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnusableProxy';
  }
}

export const NO_PROXY: ProxyFor = () => Promise.resolve(null);

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case. If they do not name a proxy, `system` is asked, which answers as browsers do:
 * `PROXY host:port; DIRECT`.
 */
export function proxyFrom(env: Environment, system: ((url: string) => Promise<string>) | null): ProxyFor {
  const read = (name: string): string => (env[name.toLowerCase()] ?? env[name] ?? '').trim();
  const proxy = read('HTTPS_PROXY') || read('ALL_PROXY');
  const straight = read('NO_PROXY').split(/[\s,]+/);
  return async (url) => {
    if (isLoopbackHost(url.hostname) || straight.some((entry) => isNamed(entry.toLowerCase(), url))) {
      return null;
    }
    if (proxy !== '') {
      return toProxy(proxy);
    }
    return system === null ? null : fromBrowserWords(await system(url.origin));
  };
}

/** An entry of NO_PROXY: `*`, a host with all below it (a leading dot or `*.` changes nothing), each with a port or without. */
function isNamed(entry: string, url: URL): boolean {
  const [, name = '', port] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? [];
  const fits = name === '*' || url.hostname === name || (name !== '' && url.hostname.endsWith(`.${name}`));
  return fits && (port === undefined || port === (url.port || '443'));
}

function toProxy(text: string): URL {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || url.hostname === '') {
    throw new UnusableProxy('the address of the proxy is not a URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UnusableProxy(`${url.protocol.replace(':', '')} proxies are not supported`);
  }
  return url;
}

const SCHEMES: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTPS: 'https',
  SOCKS: 'socks',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
};

/** The first way that can be gone; the first one's fault when there is none. */
function fromBrowserWords(text: string): URL | null {
  const ways = text.split(';').map((way) => way.trim().split(/\s+/));
  const usable = ways.find(([word = '']) => ['DIRECT', 'PROXY', 'HTTPS'].includes(word.toUpperCase()));
  const [word = 'DIRECT', host = ''] = usable ?? ways[0] ?? [];
  const scheme = SCHEMES[word.toUpperCase()];
  return scheme === undefined ? null : toProxy(`${scheme}://${host}`);
}
