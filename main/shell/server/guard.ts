/** Who may speak to the server at all, before any cookie is looked at. Pure. */

export interface GuardOptions {
  /** `host:port` as they may stand in the Host header. */
  readonly hosts: ReadonlySet<string>;
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly status: 403 | 421; readonly why: string };

const GOOD: Verdict = { ok: true };
const refuse = (status: 403 | 421, why: string): Verdict => ({ ok: false, status, why });

/**
 * Host first: a name that an attacker's DNS points at this machine (rebinding) is not one of ours. Then where the request comes from:
 * another site, also another port of this machine, may neither read nor post, whatever cookies the browser would add.
 */
export function judge(request: Pick<Request, 'method' | 'headers'>, { hosts }: GuardOptions): Verdict {
  const host = request.headers.get('host')?.toLowerCase() ?? '';
  if (!hosts.has(host)) {
    return refuse(421, 'host');
  }
  const origin = request.headers.get('origin');
  if (origin !== null && origin !== `http://${host}`) {
    return refuse(403, 'origin');
  }
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') {
    return refuse(403, 'site');
  }
  // Every browser names the origin of a POST; what does not is no page of ours.
  if (request.method !== 'GET' && request.method !== 'HEAD' && origin === null) {
    return refuse(403, 'origin');
  }
  return GOOD;
}

/** The names under which a page may reach this port: the loopback ones, and those named in addition. */
export function hostsOf(port: number, names: readonly string[]): ReadonlySet<string> {
  const all = ['127.0.0.1', 'localhost', '[::1]', ...names.map(nameOf)].map((name) => name.toLowerCase());
  // Browsers leave the port of plain HTTP out.
  return new Set([...all.map((name) => `${name}:${String(port)}`), ...(port === 80 ? all : [])]);
}

/** An address as it stands in a URL. */
export const nameOf = (address: string): string => (address.includes(':') ? `[${address}]` : address);
