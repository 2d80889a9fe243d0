/** The JSON of messages as the service sent it, kept in compressed blocks (0120-raw-blocks.ts). */
import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { type ReadableDatabase, type WritableDatabase } from '../kernel/database-types.ts';

const list = z.array(z.unknown());

interface Packed {
  /** Length of the text in UTF-8. */
  readonly bytes: number;
  readonly body: Uint8Array;
}

function pack(lines: readonly string[]): Packed {
  const text = Buffer.from(`[${lines.join(',\n')}]`);
  const body = deflateSync(text);
  return { bytes: text.length, body: body.length < text.length ? body : text };
}

/** The JSON of each line. Throws when the block is damaged. */
function unpack({ bytes, body }: Packed): string[] {
  const text = body.length === bytes ? Buffer.from(body) : inflateSync(body, { maxOutputLength: bytes });
  return list.parse(JSON.parse(text.toString())).map((line) => JSON.stringify(line));
}

/** A block that is filled during one transaction. Messages name it by its key before it is written. */
export class RawBlock {
  readonly key: number;
  readonly #db: WritableDatabase;
  readonly #lines: string[] = [];
  #unused = 0;

  constructor(db: WritableDatabase) {
    this.#db = db;
    this.key = db.get<{ key: number }>('SELECT coalesce(max(key), 0) + 1 AS key FROM raw_block')?.key ?? 1;
  }

  /** Adds the JSON of a message; answers its line. */
  add(json: string): number {
    return this.#lines.push(json) - 1;
  }

  /** Gives a message other JSON than before. `before` is its block; null = it may have a row of an older version. */
  replace(messageKey: number, before: number | null, json: string): void {
    if (before === this.key) {
      this.#unused += 1;
    } else {
      leave(this.#db, messageKey, before);
    }
    const line = this.add(json);
    this.#db.run('UPDATE message SET raw_block = ?, raw_line = ? WHERE key = ?', this.key, line, messageKey);
  }

  /** Writes the block, unless nothing was added. */
  write(): void {
    if (this.#lines.length > 0) {
      const { bytes, body } = pack(this.#lines);
      const live = this.#lines.length - this.#unused;
      this.#db.run('INSERT INTO raw_block (key, live, bytes, body) VALUES (?, ?, ?, ?)', this.key, live, bytes, body);
    }
  }
}

function leave(db: WritableDatabase, messageKey: number, block: number | null): void {
  if (block === null) {
    db.run('DELETE FROM message_raw WHERE message_key = ?', messageKey);
    return;
  }
  db.run('UPDATE raw_block SET live = live - 1 WHERE key = ?', block);
  db.run('DELETE FROM raw_block WHERE key = ? AND live <= 0', block);
}

/** The JSON of messages by their key. Messages without one are missing. A block is read once for all its messages in `keys`. */
export function rawOf(db: ReadableDatabase, keys: readonly number[]): Map<number, string> {
  const blocks = new Map<number, readonly string[]>();
  const found = new Map<number, string>();
  for (const key of keys) {
    const at = db.get<{ block: number | null; line: number | null }>(
      'SELECT raw_block AS block, raw_line AS line FROM message WHERE key = ?',
      key,
    );
    const json =
      at === undefined || at.block === null
        ? db.get<{ json: string }>('SELECT json FROM message_raw WHERE message_key = ?', key)?.json
        : linesOf(db, at.block, blocks)[at.line ?? 0];
    if (json !== undefined) {
      found.set(key, json);
    }
  }
  return found;
}

function linesOf(db: ReadableDatabase, block: number, known: Map<number, readonly string[]>): readonly string[] {
  let lines = known.get(block);
  if (lines === undefined) {
    const row = db.get<Packed>('SELECT bytes, body FROM raw_block WHERE key = ?', block);
    lines = row === undefined ? [] : unpack(row);
    known.set(block, lines);
  }
  return lines;
}

/** Messages of one block: as many as a page of the service holds. */
const SLICE = 100;

/** Moves the JSON of up to a hundred messages from where older versions kept it into a block. Answers how many; 0 = there are no more. */
export function packOldRaw(db: WritableDatabase): number {
  const rows = db.all<{ key: number; json: string }>(
    'SELECT message_key AS key, json FROM message_raw ORDER BY message_key LIMIT ?',
    SLICE,
  );
  const block = new RawBlock(db);
  for (const { key, json } of rows) {
    block.replace(key, null, json);
  }
  block.write();
  return rows.length;
}
