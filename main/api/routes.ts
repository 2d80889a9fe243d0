/** How connections are made: straight or through a proxy, to servers whose certificates the system trusts. */
import { readFileSync } from 'node:fs';
import { type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type LookupFunction, setDefaultAutoSelectFamilyAttemptTimeout, Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import tls from 'node:tls';
import { buildConnector } from 'undici';
import { NO_PROXY, type ProxyFor, UnusableProxy } from './proxy-settings.ts';

/** The proxy and certificates that a network requires. */
export interface NetworkSettings {
  readonly proxyFor: ProxyFor;
  /** A PEM file of certificate authorities to trust beside the system's; null = none. */
  readonly extraAuthorities: string | null;
  /** Left out = the system's look-up of names. */
  readonly lookup?: LookupFunction;
}

export const PLAIN_NETWORK: NetworkSettings = { proxyFor: NO_PROXY, extraAuthorities: null };

export interface RoutesOptions extends NetworkSettings {
  /** Name look-up, TCP, tunnel and TLS together at most, ms. */
  readonly connectMs: number;
  readonly maxSockets: number;
}

/** Node gives each address of a host 250 ms, which a satellite line never meets. */
const ADDRESS_ATTEMPT_MS = 2_500;

/** The ways of one client to its hosts: an agent for each proxy. */
export class Routes {
  readonly #options: RoutesOptions;
  readonly #agents = new Map<string, TunnelAgent>();

  constructor(options: RoutesOptions) {
    setDefaultAutoSelectFamilyAttemptTimeout(ADDRESS_ATTEMPT_MS);
    this.#options = options;
  }

  /** The agent that reaches an https address, and the host of the proxy it goes through; null = straight. Rejects with UnusableProxy. */
  async to(url: URL): Promise<{ readonly agent: HttpsAgent; readonly via: string | null }> {
    trustAuthorities(this.#options.extraAuthorities);
    const proxy = await this.#options.proxyFor(url);
    const key = proxy?.href ?? '';
    let agent = this.#agents.get(key);
    if (agent === undefined) {
      agent = new TunnelAgent(this.#options, proxy);
      this.#agents.set(key, agent);
    }
    return { agent, via: proxy?.host ?? null };
  }

  /** For undici, which makes its connections itself: straight ones with its own connector, others through the agent. */
  connector(): buildConnector.connector {
    const { connectMs, lookup } = this.#options;
    const straight = buildConnector({ timeout: connectMs, allowH2: false, ...(lookup && { lookup }) });
    return (options, callback) => {
      if (options.protocol !== 'https:') {
        straight(options, callback);
        return;
      }
      this.to(new URL(`https://${options.host ?? options.hostname}`)).then(
        ({ agent, via }) => {
          if (via === null) {
            straight(options, callback);
            return;
          }
          const { hostname, port } = options;
          const servername = options.servername ?? hostname;
          agent.createConnection({ host: hostname, port: port === '' ? 443 : port, servername }, (error, socket) => {
            if (error === null && socket instanceof Socket) {
              callback(null, socket);
            } else {
              socket?.destroy();
              callback(error ?? new Error('no socket'), null);
            }
          });
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    };
  }

  close(): void {
    for (const agent of this.#agents.values()) {
      agent.destroy();
    }
  }
}

/** Node's own agent with its own support of proxies, and an end to the whole of a connection's making. */
class TunnelAgent extends HttpsAgent {
  readonly #connectMs: number;
  readonly #tunnels: boolean;

  constructor(options: RoutesOptions, proxy: URL | null) {
    const { maxSockets, connectMs } = options;
    super({
      keepAlive: true,
      maxSockets,
      scheduling: 'lifo',
      ...(proxy !== null && { proxyEnv: { HTTPS_PROXY: proxy.href } }),
    });
    this.#connectMs = connectMs;
    this.#tunnels = proxy !== null;
  }

  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | null | undefined {
    if (!this.#tunnels) {
      return super.createConnection(options, callback);
    }
    const late = setTimeout(
      () => socket?.destroy(Object.assign(new Error('the proxy did not answer in time'), { code: 'ETIMEDOUT' })),
      this.#connectMs,
    );
    const socket = super.createConnection(options, (error, made) => {
      clearTimeout(late);
      callback?.(error, made);
    });
    return socket;
  }
}

/** Codes of OpenSSL and Node for a certificate that is not accepted. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECODE)|INVALID_(CA|PURPOSE)|PATH_LENGTH|HOSTNAME_MISMATCH/;

/** The cause of a failed connection that a person must fix: a certificate or a proxy. Null: a retry may succeed. `detail` never holds an address or a password. */
export function faultOfWay(error: unknown): { readonly code: 'certificate' | 'proxy'; readonly detail: string } | null {
  if (!(error instanceof Error)) {
    return null;
  }
  const code: unknown = Reflect.get(error, 'code');
  const status: unknown = Reflect.get(error, 'statusCode');
  if (error instanceof UnusableProxy) {
    return { code: 'proxy', detail: error.message };
  }
  if (code === 'ERR_PROXY_TUNNEL' && typeof status === 'number' && status >= 400 && status < 500) {
    return { code: 'proxy', detail: `the proxy answered ${status}` };
  }
  if (typeof code === 'string' && code !== 'ERR_PROXY_TUNNEL' && CERTIFICATE.test(code)) {
    return { code: 'certificate', detail: code.slice(0, 60) };
  }
  // got wraps what Node throws.
  return error.cause === undefined ? null : faultOfWay(error.cause);
}

let trusted = false;

/**
 * Trusts what the system trusts, beside Node's own list: a company's authority is only there. Takes about 0.2 s, once, before the first
 * connection that needs it.
 */
function trustAuthorities(extra: string | null): void {
  if (trusted) {
    return;
  }
  trusted = true;
  try {
    tls.setDefaultCACertificates([
      ...tls.getCACertificates('default'),
      ...tls.getCACertificates('system'),
      ...authoritiesIn(extra),
    ]);
  } catch {
    // An older Node, or a store that cannot be read: Node's own list stands.
  }
}

/** Electron's fuses keep Node from reading NODE_EXTRA_CA_CERTS itself. A file that cannot be read adds nothing, as with Node. */
function authoritiesIn(file: string | null): string[] {
  try {
    const text = file === null ? '' : readFileSync(file, 'utf8');
    return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  } catch {
    return [];
  }
}
