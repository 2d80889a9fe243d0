import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

const BYTES = 32;
/** Browsers signed in at the same time; the oldest one goes. */
const MOST_SESSIONS = 32;
const SCRYPT_BYTES = 64;
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const MOST_PASSWORD = 200;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Who is signed in. Only ids made here are sessions: one that a page or another server put into a cookie is nobody. */
export class Sessions {
  readonly #sessions = new Set<string>();
  readonly #tokens = new Set<string>();
  readonly cookie: string;

  /** Cookies know no ports: the name holds it, so that two servers of a machine do not sign each other out. */
  constructor(port: number) {
    this.cookie = `chatkeep_${String(port)}`;
  }

  /** A token for one sign-in. */
  newToken(): string {
    const token = randomBytes(BYTES).toString('base64url');
    this.#tokens.add(hashOf(token));
    return token;
  }

  /** The id of a new session, or null when the token was used already or never given. */
  redeem(token: string): string | null {
    return this.#tokens.delete(hashOf(token)) ? this.begin() : null;
  }

  /** Makes a token worthless. */
  forget(token: string): void {
    this.#tokens.delete(hashOf(token));
  }

  begin(): string {
    const id = randomBytes(BYTES).toString('base64url');
    this.#sessions.add(hashOf(id));
    const [oldest] = this.#sessions;
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) {
      this.#sessions.delete(oldest);
    }
    return id;
  }

  has(cookies: string | null): boolean {
    const prefix = `${this.cookie}=`;
    const values = (cookies ?? '')
      .split(';')
      .map((each) => each.trim())
      .filter((each) => each.startsWith(prefix));
    // Several of one name: some other page has put its own there. None is taken.
    const [value] = values;
    return values.length === 1 && value !== undefined && this.#sessions.has(hashOf(value.slice(prefix.length)));
  }

  /** `Secure` is left out: loopback has no certificate. */
  cookieFor(id: string): string {
    return `${this.cookie}=${id}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

/** Ids and tokens are kept and looked up by their hash, so that comparing them takes the same time for every guess. */
const hashOf = (text: string): string => digest(text).toString('base64');

/** A password, kept as its hash. */
export class Password {
  readonly #salt = randomBytes(16);
  readonly #hash: Promise<Buffer>;

  constructor(password: string) {
    this.#hash = derive(password, this.#salt);
    // Only the client that tries it needs to see the failure.
    this.#hash.catch(() => undefined);
  }

  async isRight(attempt: string): Promise<boolean> {
    return attempt.length <= MOST_PASSWORD && timingSafeEqual(await derive(attempt, this.#salt), await this.#hash);
  }
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFC'), salt, SCRYPT_BYTES, SCRYPT, (error, key) => {
      if (error === null) {
        resolve(key);
      } else {
        reject(error);
      }
    }),
  );
}

/** So many attempts in so much time, whoever makes them: one person signs in here. */
export class Attempts {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  #times: number[] = [];

  constructor(most: number, windowMs: number, now: () => number) {
    this.#most = most;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Milliseconds to wait before the next attempt; 0 = this one counts and may be made. */
  take(): number {
    const now = this.#now();
    this.#times = this.#times.filter((time) => now - time < this.#windowMs);
    const [oldest] = this.#times;
    if (oldest !== undefined && this.#times.length >= this.#most) {
      return this.#windowMs - (now - oldest);
    }
    this.#times.push(now);
    return 0;
  }
}
