/** Every way in which the service or its media host can misbehave, switchable by name while the sandbox runs. */
import type { Asked, Endpoint } from '../interference.ts';
import { generator, hash } from '../random.ts';

export interface FaultInfo {
  readonly meaning: string;
  /** Which server misbehaves; `both` may be narrowed with `match.host` or `match.endpoint`. */
  readonly target: 'api' | 'file' | 'both';
  /** How often it strikes when `times` is not given; null = until cleared. */
  readonly times: number | null;
}

const info = (target: FaultInfo['target'], meaning: string, times: number | null = null): FaultInfo => ({
  target,
  meaning,
  times,
});

export const FAULTS = {
  'rate-limit': info('both', '429 with Retry-After (`retryAfter` seconds, default 1)'),
  'rate-limit-no-retry-after': info('both', '429 without Retry-After'),
  'unauthorized-key': info('api', '401 UNAUTHORIZED: the key is refused'),
  'session-missing': info('api', '401 SESSION_NOT_PROVIDED: the connection is unknown or has no session'),
  'session-expired': info('api', '401 SESSION_EXPIRED: the connection must be linked again'),
  'rules-outdated': info('api', '401 RULES_OUTDATED: passing, try again'),
  forbidden: info('both', '403 FORBIDDEN: a permission is missing'),
  'server-error-html': info('both', '500 with an HTML body'),
  'service-unavailable': info('both', '503 without Retry-After'),
  'bad-gateway': info('both', '502 with a JSON body from the API, HTML from the host'),
  'ok-broken-json': info('api', '200 whose JSON is broken in the middle'),
  'ok-html': info('api', '200 with HTML where JSON was expected'),
  reset: info('both', 'the connection is reset (`afterBytes` of the body, default before any answer)'),
  slow: info('both', 'the answer waits `ms` (default 200) and the body comes in small pieces'),
  'slow-drip': info('file', 'the body comes one byte in `ms` (default 5,000)'),
  stall: info('both', 'headers and half of the body, then silence on an open connection'),
  truncated: info('both', 'the connection closes in the middle of the announced length'),
  'wrong-length': info(
    'file',
    'a file that ends early, announced so; for MP3, which does not know its own length, one byte too many is announced',
  ),
  'html-instead-of-media': info('file', '200 with an HTML page where media was expected'),
  'expired-all': info('file', 'every link issued until now ends: 403 until listed again', 1),
  'expired-one': info('file', 'the requested link ends: 403 until listed again; strikes each file once'),
  'expired-400': info(
    'file',
    'the requested link ends: 400 with an expiry code, as XML or JSON, until listed again; strikes each file once',
  ),
  'redirect-to-page': info(
    'file',
    'the requested link ends: 302 to an HTML page until listed again; strikes each file once',
  ),
  'link-refused-once': info('file', '403 at the first request of each link, however new; the next one works'),
  gone: info('file', '404: the file is not on the host any more'),
  'no-range': info('file', 'Range is ignored: 200 with the whole file, no Accept-Ranges'),
  'changed-object': info(
    'file',
    'the bytes, ETag and date change before a request that continues a file; strikes each file once',
  ),
  'odd-media': info(
    'file',
    'the file lacks its last two bytes for good, with the length and ETag of just these bytes; strikes each file once',
  ),
  'odd-encoding': info(
    'file',
    'Content-Encoding names something that is no packing (`encoding`, default aws-chunked); the bytes are as ever',
  ),
  packed: info('file', 'the body is packed (`encoding`: gzip, br or zstd, default gzip), without ranges'),
  'large-headers': info('both', '20 kB of headers before a good answer'),
  'byte-order-mark': info('api', 'a byte order mark before the JSON'),
  challenge: info('both', "403 with the HTML page of a CDN's challenge"),
  'proxy-login': info('both', '407 with an HTML page: a proxy wants a name and password'),
  'stuck-cursor': info('api', 'nextLastId repeats the cursor that was sent'),
  'empty-page-has-more': info('api', 'an empty list that promises more, the cursor unmoved'),
  'missing-cursor': info('api', 'hasMore without nextLastId'),
  'overlapping-pages': info('api', 'a page begins with the last three messages of the one before'),
  'bad-items': info('api', 'broken items between the good ones (`mode: replaced`: instead of every fifth good one)'),
  'new-messages-between-pages': info('api', 'before a later page is answered, `count` (1) messages arrive'),
  'unlock-between-pages': info(
    'api',
    'before a later page, `count` (1) locked media of messages already listed are unlocked',
  ),
  'edit-between-pages': info('api', 'before a later page, `count` (1) messages already listed are edited'),
  'withdraw-between-pages': info('api', 'before a later page, `count` (1) messages already listed are withdrawn'),
} as const satisfies Readonly<Record<string, FaultInfo>>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES: readonly FaultName[] = Object.keys(FAULTS).filter(isFaultName);

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

export interface FaultOptions {
  /** Strike every n-th matching request, counted from when the fault was set. */
  readonly every?: number;
  /** Strike this often, then never again. */
  readonly times?: number;
  /** Strike with this probability, drawn from the sandbox's seed. */
  readonly probability?: number;
  readonly match?: {
    readonly host?: 'api' | 'media';
    readonly endpoint?: Endpoint;
    readonly chatId?: number;
    readonly mediaId?: number;
    readonly variant?: string;
  };
  readonly retryAfter?: number;
  readonly ms?: number;
  readonly afterBytes?: number;
  readonly count?: number;
  readonly mode?: 'replaced';
  /** The Content-Encoding of `odd-encoding` and `packed`. */
  readonly encoding?: string;
  /** Which of the error bodies of API facts §5 to use. */
  readonly body?: 'current' | 'older' | 'sdk';
}

export interface ActiveFault {
  readonly name: FaultName;
  readonly options: FaultOptions;
  /** Requests that matched. */
  readonly seen: number;
  /** Requests that were struck. */
  readonly struck: number;
  /** Those of them that asked for a page of messages or media. */
  readonly struckPages: number;
}

interface Entry {
  readonly options: FaultOptions;
  readonly draw: () => number;
  readonly once: Set<string>;
  seen: number;
  struck: number;
  struckPages: number;
}

/** These strike each file, or each link, once and then leave it alone, or nothing would ever be finished. */
const ONCE_PER: Readonly<Partial<Record<FaultName, (context: Asked) => string>>> = {
  'expired-one': fileOf,
  'expired-400': fileOf,
  'redirect-to-page': fileOf,
  'changed-object': fileOf,
  'odd-media': fileOf,
  'link-refused-once': ({ link = '' }) => link,
};

function fileOf({ mediaId = 0, variant = '' }: Asked): string {
  return `${mediaId}/${variant}`;
}

function matches({ match }: FaultOptions, context: Asked): boolean {
  return (
    (match?.host === undefined || (match.host === 'media') === (context.endpoint === 'file')) &&
    (match?.endpoint === undefined || match.endpoint === context.endpoint) &&
    (match?.chatId === undefined || match.chatId === context.chatId) &&
    (match?.mediaId === undefined || match.mediaId === context.mediaId) &&
    (match?.variant === undefined || match.variant === context.variant)
  );
}

export class FaultControl {
  readonly #seed: number;
  readonly #active = new Map<FaultName, Entry>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Switches a fault on, or replaces its options and starts its counts again. */
  set(name: FaultName, options: FaultOptions = {}): void {
    const draw = generator(hash(this.#seed, FAULT_NAMES.indexOf(name), 80));
    this.#active.set(name, { options, draw, once: new Set(), seen: 0, struck: 0, struckPages: 0 });
  }

  /** Switches one fault off, or all of them. */
  clear(name?: FaultName): void {
    if (name === undefined) {
      this.#active.clear();
    } else {
      this.#active.delete(name);
    }
  }

  active(): ActiveFault[] {
    return [...this.#active].map(([name, { options, seen, struck, struckPages }]) => ({
      name,
      options,
      seen,
      struck,
      struckPages,
    }));
  }

  /** Asks whether a fault strikes this request, and counts it; its options when it does. */
  strike(name: FaultName, context: Asked): FaultOptions | null {
    const entry = this.#active.get(name);
    const { target, times } = FAULTS[name];
    if (
      entry === undefined ||
      (target !== 'both' && (target === 'file') !== (context.endpoint === 'file')) ||
      !matches(entry.options, context)
    ) {
      return null;
    }
    entry.seen++;
    const { options } = entry;
    const key = ONCE_PER[name]?.(context);
    const due =
      entry.struck < (options.times ?? times ?? Number.POSITIVE_INFINITY) &&
      entry.seen % (options.every ?? 1) === 0 &&
      (options.probability === undefined || entry.draw() < options.probability) &&
      !(key !== undefined && entry.once.has(key));
    if (!due) {
      return null;
    }
    if (key !== undefined) {
      entry.once.add(key);
    }
    entry.struck++;
    entry.struckPages += context.endpoint === 'media' || context.endpoint === 'messages' ? 1 : 0;
    return options;
  }
}
