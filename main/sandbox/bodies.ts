/** The bytes behind a media id: made when asked for, the same every time, unlike those of any other item. */
import { createHash } from 'node:crypto';
import { isHosted, type Hosted, type LiveMedia, type LiveWorld } from './live.ts';
import type { Picture } from './picture-files.ts';
import { type Pictures, sampleBytes, sharedPictures } from './pictures.ts';
import { plateOf } from './plates.ts';
import { generator } from './random.ts';
import { sampleMime, type SampleName } from './sample-list.ts';
import { freeBoxHeader, MARK_AT, MARK_ROOM, padJpeg, stamp } from './stamp.ts';
import { NEWEST_AT, sentAt } from './world.ts';

export interface Body {
  readonly bytes: number;
  readonly mime: string;
  /** Strong, in quotes. */
  readonly etag: string;
  /** Epoch ms, whole seconds. */
  readonly modifiedAt: number;
  /** The bytes from `start` up to but without `end`, in pieces; memory does not depend on the length. */
  slice(start: number, end: number): Iterable<Buffer>;
}

/** The size of a piece of generated padding. */
const PIECE = 64 * 1024;
/** The missing end of an odd file. */
const ODD_BYTES = 2;
/** How many different pictures a bench of equal files shows. */
const TILES = 16;

let noise: Buffer | null = null;

/** Bytes that do not repeat inside a piece, so that a shifted range is noticed. */
function noisePiece(): Buffer {
  if (noise === null) {
    const draw = generator(20_261_120);
    noise = Buffer.alloc(PIECE);
    for (let at = 0; at < PIECE; at += 4) {
      noise.writeUInt32LE(Math.floor(draw() * 2 ** 32), at);
    }
  }
  return noise;
}

function* whole(bytes: Buffer, start: number, end: number): Generator<Buffer> {
  yield bytes.subarray(start, end);
}

/** `head`, then padding up to `size`: each piece of padding says who and where it is. */
function* padded(head: Buffer, id: number, version: number, start: number, end: number): Generator<Buffer> {
  let at = start;
  if (at < head.length) {
    yield head.subarray(at, Math.min(end, head.length));
    at = Math.min(end, head.length);
  }
  while (at < end) {
    const offset = at - head.length;
    const piece = Math.floor(offset / PIECE);
    const bytes = Buffer.from(noisePiece());
    bytes.writeDoubleLE(piece, 0);
    bytes.writeDoubleLE(id, 8);
    bytes.writeUInt32LE(version, 16);
    const from = offset % PIECE;
    const to = Math.min(PIECE, from + end - at);
    yield bytes.subarray(from, to);
    at += to - from;
  }
}

export class Bodies {
  readonly #live: LiveWorld;
  readonly #pictures: Pictures = sharedPictures();
  readonly #tiles = new Map<number, Promise<Buffer>>();

  /** `pictures` may be shared by sandboxes of one process, so that each is drawn once for all of them. */
  constructor(live: LiveWorld) {
    this.#live = live;
  }

  /** The body of a rendition as it is now, or null when the host has none. */
  async open(id: number, hosted: Hosted): Promise<Body | null> {
    if (hosted === 'avatar') {
      return this.#avatar(id);
    }
    const media = this.#live.mediaById(id);
    if (media === null || !isHosted(media, hosted)) {
      return null;
    }
    const { fixedFileBytes } = this.#live.world;
    if (hosted === 'full' && media.large) {
      return this.#large(media);
    }
    const { bytes, mime } =
      fixedFileBytes === null ? await this.#bytes(media, hosted) : await this.#tile(media, fixedFileBytes);
    return this.#body(media.id, hosted, mime, sentAt(this.#live.world, media.key), bytes.length, (from, to) =>
      whole(bytes, from, to),
    );
  }

  /** SHA-256 (hex), length and type of a rendition, or null when the host has none. */
  async digest(id: number, hosted: Hosted): Promise<{ sha256: string; bytes: number; mime: string } | null> {
    const body = await this.open(id, hosted);
    if (body === null) {
      return null;
    }
    const sha = createHash('sha256');
    for (const piece of body.slice(0, body.bytes)) {
      sha.update(piece);
    }
    return { sha256: sha.digest('hex'), bytes: body.bytes, mime: body.mime };
  }

  async #bytes(media: LiveMedia, hosted: Hosted): Promise<{ bytes: Buffer; mime: string }> {
    const mark = this.#mark(media.id, hosted);
    const moving = hosted === 'full' || hosted === '240' || hosted === '720';
    if (moving && 'sample' in media.source) {
      const mime = sampleMime(media.source.sample);
      return { bytes: stamp(await sampleBytes(media.source.sample), mime, mark, 0, 0), mime };
    }
    const picture = await this.#picture(media, hosted);
    return { bytes: stamp(picture.bytes, picture.mime, mark, picture.width, picture.height), mime: picture.mime };
  }

  async #picture(media: LiveMedia, hosted: Hosted): Promise<Picture> {
    const small = hosted === 'thumb' || hosted === 'square' ? hosted : media.state === 'preview' ? 'blur' : 'preview';
    if ('plate' in media.source) {
      return this.#pictures.plate(media.source.plate, hosted === 'full' ? 'full' : small);
    }
    const { sample } = media.source;
    const still: SampleName = sample.endsWith('.mp4') ? sample : 'video-waves.mp4';
    return this.#pictures.frame(still, small);
  }

  /** A picture padded to an exact size: the padding is made once, an item costs one copy. */
  async #tile(media: LiveMedia, size: number): Promise<{ bytes: Buffer; mime: string }> {
    if (!('plate' in media.source)) {
      throw new Error('a fixed size needs a picture');
    }
    const number = media.source.plate.number % TILES;
    let template = this.#tiles.get(number);
    if (template === undefined) {
      template = this.#pictures.plate(plateOf(number), 'tile').then((picture) => padJpeg(picture.bytes, size));
      this.#tiles.set(number, template);
    }
    const bytes = Buffer.from(await template);
    bytes.write(this.#mark(media.id, 'full').padEnd(MARK_ROOM), MARK_AT, MARK_ROOM, 'latin1');
    return { bytes, mime: 'image/jpeg' };
  }

  /** A clip with a `free` box behind it that fills it up: still a valid MP4. Never held in memory. */
  async #large(media: LiveMedia): Promise<Body> {
    if (!('sample' in media.source)) {
      throw new Error('only a clip can be made large');
    }
    const clip = await sampleBytes(media.source.sample);
    const size = Math.max(this.#live.world.largeFileBytes ?? 0, clip.length + 16);
    const head = Buffer.concat([clip, freeBoxHeader(size - clip.length)]);
    const version = this.#live.version(media.id, 'full');
    const mime = sampleMime(media.source.sample);
    return this.#body(media.id, 'full', mime, sentAt(this.#live.world, media.key), size, (from, to) =>
      padded(head, media.id, version, from, to),
    );
  }

  async #avatar(userId: number): Promise<Body | null> {
    if (this.#live.person(userId) === null) {
      return null;
    }
    const { bytes, mime } = await this.#pictures.avatar(this.#live.world.seed, userId);
    return this.#body(userId, 'avatar', mime, NEWEST_AT, bytes.length, (from, to) => whole(bytes, from, to));
  }

  #mark(id: number, hosted: Hosted): string {
    return `chatkeep sandbox ${id}/${hosted} v${this.#live.version(id, hosted)}`;
  }

  #body(
    id: number,
    hosted: Hosted,
    mime: string,
    at: number,
    bytes: number,
    slice: (start: number, end: number) => Iterable<Buffer>,
  ): Body {
    const version = this.#live.version(id, hosted);
    const kept = bytes - (this.#live.isOdd(id, hosted) ? ODD_BYTES : 0);
    return {
      bytes: kept,
      mime,
      etag: `"${id.toString(36)}-${hosted}-${version}"`,
      modifiedAt: at + version * 1000,
      slice,
    };
  }
}
