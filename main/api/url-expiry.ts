/** When a signed URL says that it ends. Pure. The lifetime of the service's own links is not documented (API facts §6), so every known spelling is tried. */

/** Times before 2001 or after 2100 are nonsense or no times at all. */
const EARLIEST = 978_307_200_000;
const LATEST = 4_102_444_800_000;

/** Epoch ms; null when the URL does not say. When several parts say, the earliest counts. */
export function readUrlExpiry(url: URL): number | null {
  if (url.search === '') {
    return null;
  }
  const params = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    params.set(name.toLowerCase(), value);
  }
  const ends = [
    toEpoch(params.get('expires')),
    toEpoch(params.get('exp')),
    toEpoch(params.get('expiry')),
    signedFrom(params, 'x-amz-date', 'x-amz-expires'),
    signedFrom(params, 'x-goog-date', 'x-goog-expires'),
    fromPolicy(params.get('policy')),
  ].filter((end) => end !== null);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Epoch seconds or ms, told apart by size. */
function toEpoch(text: string | undefined): number | null {
  if (text === undefined || !/^\d{9,14}$/.test(text)) {
    return null;
  }
  const value = Number(text);
  return inRange(value >= 1e11 ? value : value * 1000);
}

/** `20260115T103014Z` plus seconds. */
function signedFrom(params: ReadonlyMap<string, string>, dateName: string, lifetimeName: string): number | null {
  const date = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/i.exec(params.get(dateName) ?? '');
  const lifetime = params.get(lifetimeName) ?? '';
  if (date === null || !/^\d{1,9}$/.test(lifetime)) {
    return null;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = date.slice(1).map(Number);
  return inRange(Date.UTC(year, month - 1, day, hour, minute, second) + Number(lifetime) * 1000);
}

/** CloudFront: URL-safe base64 (`-` for `+`, `_` for `=`, `~` for `/`) of JSON that holds `"DateLessThan":{"AWS:EpochTime":n}`. */
function fromPolicy(policy: string | undefined): number | null {
  if (policy === undefined || policy.length > 8192) {
    return null;
  }
  const text = Buffer.from(policy.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64').toString(
    'utf8',
  );
  const match = /"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d{9,14})\s*\}/.exec(text);
  return toEpoch(match?.[1]);
}

function inRange(at: number): number | null {
  return at >= EARLIEST && at <= LATEST ? at : null;
}
