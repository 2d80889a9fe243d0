/**
 * A library of any size, written straight into the index: the same for the same seed. For measuring screens; its media share some dozen
 * pictures on disk, each item with a size of its own in the index.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_COLOUR } from '../contract/grid-shape.ts';
import { ALL_ACCOUNTS, EVERY_CHAT, kinds, ledgerStates, mediaStates, sides } from '../index/kernel/codes.ts';
import { orderChat } from '../index/chats/writes.ts';
import { type Connection } from '../index/kernel/database.ts';
import { packFlags, unpackFlags } from '../lib/message-flags.ts';
import { tradeBits } from '../index/media/trade.ts';
import { labelSums } from '../index/kernel/migrations/0220-label-sums.ts';
import { monthOf } from '../lib/month.ts';
import { openConnection } from '../index/kernel/open-connection.ts';
import { measuresOf } from '../index/media/items.ts';
import { openLibrary } from '../files/library/library.ts';
import { openStore } from '../files/store/store.ts';
import { createPictureEngine } from '../pictures/picture-engine.ts';
import { generator } from '../sandbox/random.ts';

export interface GenerateOptions {
  /** A new or empty folder. */
  readonly folder: string;
  readonly media: number;
  readonly chats: number;
  readonly seed: number;
  /** Chats are dealt out to so many; 1 unless said otherwise. */
  readonly accounts?: number;
  /** Newest moment of the library, epoch ms. */
  readonly until: number;
  readonly say?: (text: string) => void;
}

export interface Generated {
  readonly media: number;
  readonly chats: number;
  readonly messages: number;
  /** Words that occur, frequent ones first. */
  readonly words: readonly string[];
  readonly ms: number;
}

const YEARS = 8;
const DAY = 86_400_000;
const SHAPES = [
  [960, 640],
  [640, 960],
  [853, 640],
  [480, 640],
  [640, 640],
  [1138, 640],
] as const;
const COLOURS = 4;
const SYLLABLES = ['ka', 'lo', 'mi', 'ren', 'tu', 'vas', 'el', 'dor', 'shi', 'ba', 'no', 'pei', 'qua', 'zu'] as const;
const WORDS = 3000;

interface Blob {
  readonly key: number;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly colour: number;
}

/** Some dozen JPEGs in the store: what every item of the library shows. */
async function makeBlobs(db: Connection, folder: string, at: number): Promise<Blob[]> {
  const store = await openStore({ root: folder, reserveBytes: 0 });
  const engine = createPictureEngine();
  try {
    const blobs: Blob[] = [];
    for (const [index, [width, height]] of SHAPES.entries()) {
      for (let colour = 0; colour < COLOURS; colour += 1) {
        const hue = (index * COLOURS + colour) * 15;
        const drawn = await engine.draw({
          from: {
            svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}"><defs><linearGradient id="g" x2="0.4" y2="1">
             <stop stop-color="hsl(${String(hue)} 45% 70%)"/><stop offset="1" stop-color="hsl(${String(hue + 50)} 40% 25%)"/></linearGradient></defs>
             <rect width="100%" height="100%" fill="url(#g)"/><circle cx="${String(width * 0.7)}" cy="${String(height * 0.3)}" r="${String(height / 9)}" fill="#fff8"/></svg>`,
          },
          to: { format: 'jpeg', quality: 82 },
        });
        if (drawn === null) {
          throw new Error('a picture of the library cannot be drawn');
        }
        const stored = await store.putBytes(drawn.bytes, {
          totalBytes: drawn.bytes.length,
          contentType: 'image/jpeg',
        });
        const key = db.insert(
          'INSERT INTO blob (sha256, bytes, mime, ext, stored_at) VALUES (?, ?, ?, ?, ?)',
          Buffer.from(stored.sha256, 'hex'),
          stored.bytes,
          stored.mime,
          stored.ext,
          at,
        );
        const code = (await store.colour(stored)) ?? NO_COLOUR;
        blobs.push({ key, width, height, bytes: stored.bytes, colour: code });
      }
    }
    return blobs;
  } finally {
    await engine.close();
    await store.close();
  }
}

/** Writes the library. Rejects when the folder holds something else. */
export async function generateLibrary(options: GenerateOptions): Promise<Generated> {
  const begun = performance.now();
  const say = options.say ?? (() => undefined);
  await mkdir(options.folder, { recursive: true });
  await openLibrary(options.folder, { create: true });
  const db = openConnection(join(options.folder, 'index.sqlite'), 'writer');
  try {
    // Nothing here has to survive a power cut, and indexes are made once at the end.
    db.pragma('synchronous = off');
    const blobs = await makeBlobs(db, options.folder, options.until);
    const words = Array.from({ length: WORDS }, (_, index) => wordOf(index));
    const writer = new Writer(db, options, blobs, words);
    db.transaction('write', () => {
      writer.chats();
    });
    say(`rows after ${seconds(begun)} s`);
    db.transaction('write', () => {
      db.exec(
        `INSERT INTO message_fts (rowid, text) SELECT place, text FROM message_indexed WHERE text <> '' ORDER BY place;
         INSERT INTO name_fts (name_fts) VALUES ('rebuild')`,
      );
    });
    db.pragma('wal_checkpoint(truncate)');
    say(`indexed after ${seconds(begun)} s`);
    return {
      media: writer.media,
      chats: options.chats,
      messages: writer.messages,
      words,
      ms: performance.now() - begun,
    };
  } finally {
    db.close();
  }
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(0);

function wordOf(index: number): string {
  let rest = index + 3;
  let word = '';
  while (rest > 0) {
    word += SYLLABLES[rest % SYLLABLES.length] ?? '';
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return word.length < 4 ? `${word}ra` : word;
}

/** Of a hundred messages ninety are free, six offered, three bought, one a tip. */
function flagsOf(id: number): number {
  const part = id % 100;
  return packFlags({
    ...unpackFlags(0),
    isTip: part === 99,
    isFree: part < 90 || part === 99,
    isOpened: part < 90 || part > 95,
    canPurchase: part >= 90 && part < 96,
  });
}

interface Tally {
  /** Its primary key. */
  readonly values: readonly number[];
  n: number;
  bytes: number;
}

class Writer {
  media = 0;
  messages = 0;
  readonly #db: Connection;
  readonly #options: GenerateOptions;
  readonly #blobs: readonly Blob[];
  readonly #words: readonly string[];
  readonly #random: () => number;
  readonly #tally = new Map<string, Tally>();
  readonly #facets = new Map<string, Tally>();
  readonly #accounts: readonly number[];
  #account = 0;

  constructor(db: Connection, options: GenerateOptions, blobs: readonly Blob[], words: readonly string[]) {
    this.#db = db;
    this.#options = options;
    this.#blobs = blobs;
    this.#words = words;
    this.#random = generator(options.seed);
    this.#accounts = Array.from({ length: options.accounts ?? 1 }, (_, index) =>
      db.insert(
        `INSERT INTO account (api_base, identity, user_id, name, whole_conversations, created_at)
         VALUES ('https://api.example', ?, 1, 'Bench', 1, ?)`,
        `user:${String(index + 1)}`,
        options.until,
      ),
    );
  }

  /** Chats of very different sizes: the first has some percent of everything, the last a handful. */
  chats(): void {
    const { chats, media } = this.#options;
    const dropped = this.#db.all<{ name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('item', 'message_media', 'file') AND sql IS NOT NULL",
    );
    for (const { name } of dropped) {
      this.#db.exec(`DROP INDEX ${name}`);
    }
    const weights = Array.from({ length: chats }, (_, index) => 1 / (index + 6) ** 0.9);
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    let left = media;
    weights.forEach((weight, index) => {
      const count = index === chats - 1 ? left : Math.min(left, Math.round((media * weight) / whole));
      left -= count;
      this.#chat(index, count);
    });
    for (const { sql } of dropped) {
      this.#db.exec(sql);
    }
    for (const { values, n, bytes } of this.#tally.values()) {
      this.#db.run(
        'INSERT INTO tally (scope, month, kind, ledger_state, n, bytes) VALUES (?, ?, ?, ?, ?, ?)',
        ...values,
        n,
        bytes,
      );
    }
    this.#db.exec(`INSERT INTO total SELECT scope, kind, ledger_state, sum(n), sum(bytes) FROM tally GROUP BY 1, 2, 3;
      INSERT INTO total SELECT ${String(EVERY_CHAT)}, kind, ledger_state, sum(n), sum(bytes) FROM total WHERE scope > 0 GROUP BY 2, 3;
      UPDATE chat SET stored_bytes = (SELECT coalesce(sum(t.bytes), 0) FROM total t WHERE t.scope = chat.key)`);
    for (const { values, n, bytes } of this.#facets.values()) {
      this.#db.run(
        `INSERT INTO facet (account_id, month, kind, ledger_state, side, facts, n, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        ...values,
        n,
        bytes,
      );
    }
    // Labels of people who use them: half a percent are favourites, one label is on a tenth of everything.
    this.#db.run("INSERT INTO label (id, name, fold, made_at) VALUES (2, 'Sorted', 'sorted', 0)");
    this.#db.exec(`INSERT INTO label_media (media_key, label_id, at) SELECT key, 1, 0 FROM media WHERE key % 200 = 3;
      INSERT INTO label_media (media_key, label_id, at) SELECT key, 2, 0 FROM media WHERE key % 10 = 7`);
    labelSums.up(this.#db);
  }

  /** Newest first, as the rows of a chat lie on disk. */
  #chat(index: number, count: number): void {
    const random = this.#random;
    const { until } = this.#options;
    this.#account = this.#accounts[index % this.#accounts.length] ?? 0;
    const id = 400_000_000 + index * 1777;
    const newest = 1_000_000_000 + (index + 1) * 2_000_000;
    const key = this.#db.insert(
      `INSERT INTO chat (account_id, id, newest_message_id, newest_at, listed_at, raw) VALUES (?, ?, ?, ?, ?, '{}')`,
      this.#account,
      id,
      newest,
      until - index * 5_000_000,
      until,
    );
    const name = `${capital(wordOf(index * 7 + 40))} ${capital(wordOf(index * 3 + 900))}`;
    this.#db.run('INSERT INTO person (account_id, id, name) VALUES (?, ?, ?)', this.#account, id, name);
    orderChat(this.#db, this.#account, id);
    this.#db.run(
      "INSERT INTO coverage (chat_key, pass, hi, lo, checked_at) VALUES (?, 'media', 9000000000, 0, ?)",
      key,
      until,
    );
    const span = YEARS * 365 * DAY * (0.3 + 0.7 * random());
    const times: number[] = [];
    let media = 0;
    const sizes: number[] = [];
    while (media < count) {
      const many = Math.min(
        count - media,
        random() < 0.35 ? 3 + Math.floor(random() * 8) : 1 + Math.floor(random() * 2),
      );
      // More in late years, nearly nothing at night.
      const back = span * random() ** 1.4;
      const day = Math.floor((until - index * 5_000_000 - back) / DAY) * DAY;
      times.push(day + Math.floor((7 + 16 * random()) * 3_600_000));
      sizes.push(many);
      media += many;
    }
    times.sort((a, b) => b - a);
    times.forEach((sentAt, position) => {
      this.#message(key, id, newest - position, sentAt, sizes[position] ?? 1);
    });
  }

  #message(chatKey: number, chatId: number, id: number, sentAt: number, many: number): void {
    const db = this.#db;
    const random = this.#random;
    const mine = random() < 0.12;
    const text = random() < 0.4 ? '' : this.#text();
    const flags = flagsOf(id);
    const key = db.insert(
      `INSERT INTO message (chat_key, id, sender_id, sent_at, dated, text, flags, first_seen, last_seen, passes, content_hash)
       VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, 1, 0)`,
      chatKey,
      id,
      mine ? 1 : chatId,
      sentAt,
      text,
      flags,
      sentAt,
      sentAt,
    );
    this.messages += 1;
    for (let position = 0; position < many; position += 1) {
      this.#item({ chatKey, messageKey: key, sentAt, position, side: sides.code(mine ? 'me' : 'them'), flags });
    }
  }

  #item(place: {
    chatKey: number;
    messageKey: number;
    sentAt: number;
    position: number;
    side: number;
    flags: number;
  }): void {
    const db = this.#db;
    const random = this.#random;
    const draw = random();
    const kind = kinds.code(draw < 0.74 ? 'photo' : draw < 0.92 ? 'video' : draw < 0.95 ? 'gif' : 'audio');
    const fate = random();
    const ledger = ledgerStates.code(
      fate < 0.94 ? 'stored' : fate < 0.975 ? 'locked' : fate < 0.99 ? 'pending' : 'failed',
    );
    const stored = ledger === ledgerStates.code('stored');
    const blob = this.#blobs[Math.floor(random() * this.#blobs.length)];
    const audio = kind === kinds.code('audio');
    const moving = kind === kinds.code('video') || audio;
    if (blob === undefined) {
      return;
    }
    const state = mediaStates.code(ledger === ledgerStates.code('locked') ? 'locked' : 'viewable');
    const duration = moving ? 2000 + Math.floor(random() ** 3 * 900_000) : null;
    // As large as such files are; what is served is the picture all the same.
    const bytes = stored ? sizeOf(kind, duration, random()) : 0;
    // As in a library that was looked through: an app over it has nothing left to do.
    const colour = stored ? blob.colour : NO_COLOUR;
    const [width, height] = audio ? [null, null] : [blob.width * 4, blob.height * 4];
    const measures = measuresOf({ width, height, durationMs: duration, bytes, colour }, tradeBits(place.flags, null));
    this.media += 1;
    const mediaKey = db.insert(
      `INSERT INTO media (account_id, id, kind, kind_raw, width, height, duration_ms, state, bytes, first_seen, colour)
       VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?)`,
      this.#account,
      3_000_000_000 + this.media,
      kind,
      width,
      height,
      duration,
      state,
      bytes,
      place.sentAt,
      colour,
    );
    db.run(
      'INSERT INTO message_media (message_key, media_key, position, state, teaser) VALUES (?, ?, ?, ?, 0)',
      place.messageKey,
      mediaKey,
      place.position,
      state,
    );
    db.run(
      `INSERT INTO item (chat_key, sent_at, media_key, message_key, account_id, kind, ledger_state, side, lead, facts, look, bytes, duration_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)`,
      place.chatKey,
      place.sentAt,
      mediaKey,
      place.messageKey,
      this.#account,
      kind,
      ledger,
      place.side,
      measures.facts,
      measures.look,
      measures.bytes,
      measures.durationMs,
    );
    if (stored) {
      // 1 = stored. Films and sounds have a picture's bytes too: no player is measured here.
      db.run(
        'INSERT INTO file (id, media_key, variant, state, blob_key) VALUES (?, ?, 0, 1, ?)',
        mediaKey * 4,
        mediaKey,
        blob.key,
      );
    }
    const month = monthOf(place.sentAt);
    count(this.#tally, [place.chatKey, month, kind, ledger], bytes);
    for (const account of [this.#account, ALL_ACCOUNTS]) {
      count(this.#tally, [-account, month, kind, ledger], bytes);
      count(this.#facets, [account, month, kind, ledger, place.side, measures.facts], bytes);
    }
  }

  /** A few words; frequent ones are far more frequent. */
  #text(): string {
    const length = 2 + Math.floor(this.#random() * 9);
    return Array.from({ length }, () => this.#words[Math.floor(this.#random() ** 3 * WORDS)] ?? '').join(' ');
  }
}

function count(tallies: Map<string, Tally>, values: readonly number[], bytes: number): void {
  const id = values.join(' ');
  const tally = tallies.get(id) ?? { values, n: 0, bytes: 0 };
  tally.n += 1;
  tally.bytes += bytes;
  tallies.set(id, tally);
}

/** Pictures of some megabytes, films by their length. */
function sizeOf(kind: number, durationMs: number | null, chance: number): number {
  const perSecond = kind === kinds.code('video') ? 400_000 : 20_000;
  return Math.round(
    durationMs === null ? 150_000 + chance ** 4 * 14_000_000 : (durationMs / 1000) * perSecond * (0.4 + chance),
  );
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** A short name for what was generated: two runs with the same sizes make the same library. */
export function fingerprintOf(options: Pick<GenerateOptions, 'media' | 'chats' | 'seed' | 'until'>): string {
  const { media, chats, seed, until } = options;
  return createHash('sha256')
    .update(JSON.stringify([8, media, chats, seed, until]))
    .digest('hex')
    .slice(0, 12);
}
