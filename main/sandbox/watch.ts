/** The sandbox's records of its clients: forbidden requests, and counts of all requests. */

const VIOLATIONS = [
  'credentials-at-media-host',
  'method',
  'over-limit',
  'digitless-id',
  'bad-parameter',
  'unknown-parameter',
  'too-many-at-once',
  'offset-with-cursor',
  'forged-link',
] as const;
export type ViolationKind = (typeof VIOLATIONS)[number];

export interface Violation {
  readonly kind: ViolationKind;
  readonly host: 'api' | 'media';
  /** The request, without secrets. */
  readonly detail: string;
}

interface FileCount {
  readonly get: number;
  readonly head: number;
  /** Bytes of bodies handed to the connection; after a cut some may not have arrived. */
  readonly bytes: number;
}

/** A copy of the counters at one moment. */
export interface RequestCounts {
  readonly api: number;
  readonly media: number;
  /** By endpoint name, `file` being the media host. */
  readonly byEndpoint: Readonly<Record<string, number>>;
  /** By `endpoint chat cursor`, cursor being `last_id`, `+offset` or empty: a first sync asks each once. */
  readonly byPage: Readonly<Record<string, number>>;
  /** By `media id/variant`. */
  readonly byFile: Readonly<Record<string, FileCount>>;
  /** Answers by status. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** The most requests that were under way at once. */
  readonly peak: { readonly api: number; readonly media: number };
}

function raise(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

export class Watch {
  readonly violations: Violation[] = [];
  readonly #endpoints = new Map<string, number>();
  readonly #pages = new Map<string, number>();
  readonly #files = new Map<string, { get: number; head: number; bytes: number }>();
  readonly #statuses = new Map<string, number>();
  readonly #total = { api: 0, media: 0 };
  readonly #open = { api: 0, media: 0 };
  readonly #peak = { api: 0, media: 0 };
  readonly #allowed: { readonly api: number; readonly media: number };

  constructor(allowed: { readonly api: number; readonly media: number }) {
    this.#allowed = allowed;
  }

  violation(kind: ViolationKind, host: 'api' | 'media', detail: string): void {
    this.violations.push({ kind, host, detail });
  }

  /** A request begins; call what is answered when it has ended. */
  begin(host: 'api' | 'media'): (status: number) => void {
    this.#total[host]++;
    this.#open[host]++;
    this.#peak[host] = Math.max(this.#peak[host], this.#open[host]);
    if (this.#open[host] > this.#allowed[host]) {
      this.violation('too-many-at-once', host, `${this.#open[host]} at once, allowed ${this.#allowed[host]}`);
    }
    return (status) => {
      this.#open[host]--;
      raise(this.#statuses, String(status));
    };
  }

  endpoint(name: string): void {
    raise(this.#endpoints, name);
  }

  page(endpoint: string, chat: number, cursor: string): void {
    raise(this.#pages, `${endpoint} ${chat} ${cursor}`.trim());
  }

  file(id: number, variant: string, method: 'get' | 'head'): void {
    this.#file(id, variant)[method]++;
  }

  bytes(id: number, variant: string, bytes: number): void {
    this.#file(id, variant).bytes += bytes;
  }

  counts(): RequestCounts {
    return {
      ...this.#total,
      byEndpoint: Object.fromEntries(this.#endpoints),
      byPage: Object.fromEntries(this.#pages),
      byFile: Object.fromEntries([...this.#files].map(([key, count]) => [key, { ...count }])),
      byStatus: Object.fromEntries(this.#statuses),
      peak: { ...this.#peak },
    };
  }

  /** Forgets all counts (violations stay). */
  reset(): void {
    for (const map of [this.#endpoints, this.#pages, this.#files, this.#statuses]) {
      map.clear();
    }
    Object.assign(this.#total, { api: 0, media: 0 });
    Object.assign(this.#peak, this.#open);
  }

  #file(id: number, variant: string): { get: number; head: number; bytes: number } {
    const key = `${id}/${variant}`;
    let count = this.#files.get(key);
    if (count === undefined) {
      count = { get: 0, head: 0, bytes: 0 };
      this.#files.set(key, count);
    }
    return count;
  }
}
