/** Signed links of the media host that end: issued again with every listing, never the same twice (API facts §6). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { HOSTED, type Hosted } from './live.ts';
import { hash } from './random.ts';

export type LinkCheck =
  | { readonly ok: true; readonly id: number; readonly hosted: Hosted; readonly signature: string }
  | { readonly ok: false; readonly reason: 'unknown' | 'forged' | 'expired' };

/** Bytes of the opaque part: end (6), generation (2), serial number (4). */
const OPAQUE = 12;
const PATH = /^\/v2\/([\w-]{16})\/(\d{1,16})_([a-z0-9]+)$/;

export class Links {
  readonly #origin: string;
  readonly #seed: number;
  readonly #secret: string;
  readonly #lifetimeMs: number;
  readonly #now: () => number;
  #generation = 0;
  #serial = 0;

  constructor(origin: string, seed: number, lifetimeMs: number, now: () => number) {
    this.#origin = origin;
    this.#seed = seed;
    this.#secret = `link secret ${seed}`;
    this.#lifetimeMs = lifetimeMs;
    this.#now = now;
  }

  /** A link to a rendition. Whether it says in a parameter when it ends depends on the item: three in four do. */
  issue(id: number, hosted: Hosted): string {
    const ends = Math.ceil((this.#now() + this.#lifetimeMs) / 1000) * 1000;
    const opaque = Buffer.alloc(OPAQUE);
    opaque.writeUIntBE(ends, 0, 6);
    opaque.writeUInt16BE(this.#generation % 65_536, 6);
    opaque.writeUInt32BE(this.#serial++ >>> 0, 8);
    const path = `/v2/${this.#veil(opaque, id, hosted).toString('base64url')}/${id}_${hosted}`;
    const signature = this.#sign(path);
    const seconds = ends / 1000;
    switch (hash(this.#seed, id, 40) % 4) {
      case 0:
        return `${this.#origin}${path}?sig=${signature}`;
      case 1:
        return `${this.#origin}${path}?Expires=${seconds}&Signature=${signature}&Key-Pair-Id=K2SANDBOX`;
      default:
        return `${this.#origin}${path}?expires=${seconds}&signature=${signature}`;
    }
  }

  /** A link that the service shows while an item is still being prepared; nothing is behind it. */
  upload(id: number): string {
    return `${this.#origin}/v2/upload/${hash(this.#seed, id, 41).toString(36)}/${id}`;
  }

  /** Looks up the file that a requested address stands for. */
  check(url: URL): LinkCheck {
    const [, opaqueText = '', idText = '', variant = ''] = PATH.exec(url.pathname) ?? [];
    const hosted = HOSTED.find((name) => name === variant);
    const id = Number(idText);
    if (hosted === undefined || opaqueText === '') {
      return { ok: false, reason: 'unknown' };
    }
    const signature =
      url.searchParams.get('signature') ?? url.searchParams.get('Signature') ?? url.searchParams.get('sig') ?? '';
    const expected = this.#sign(url.pathname);
    if (signature.length !== expected.length || !timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) {
      return { ok: false, reason: 'forged' };
    }
    const opaque = this.#veil(Buffer.from(opaqueText, 'base64url'), id, hosted);
    const stated = url.searchParams.get('expires') ?? url.searchParams.get('Expires');
    const ends = opaque.readUIntBE(0, 6);
    if (stated !== null && Number(stated) !== ends / 1000) {
      return { ok: false, reason: 'forged' };
    }
    if (ends <= this.#now() || opaque.readUInt16BE(6) !== this.#generation % 65_536) {
      return { ok: false, reason: 'expired' };
    }
    return { ok: true, id, hosted, signature };
  }

  /** Every link issued until now ends now. */
  expireAll(): void {
    this.#generation++;
  }

  /** Hides the opaque part's content; the same call undoes it. */
  #veil(bytes: Buffer, id: number, hosted: Hosted): Buffer {
    const out = Buffer.alloc(OPAQUE);
    for (let word = 0; word < OPAQUE / 4; word++) {
      const pad = hash(this.#seed, id, HOSTED.indexOf(hosted), word, 42);
      out.writeUInt32BE((bytes.readUInt32BE(word * 4) ^ pad) >>> 0, word * 4);
    }
    return out;
  }

  #sign(path: string): string {
    return createHmac('sha256', this.#secret).update(path).digest('base64url').slice(0, 22);
  }
}
