/** The JSON of messages as the service sent it, kept in compressed blocks (0120-raw-blocks.ts). */
import { packLines, unpackLines, type PackedLines } from '../../lib/packed-page.ts';
import { type ReadableDatabase, type WritableDatabase } from '../kernel/database-types.ts';

/** JSON texts that a block may take: as texts, or compressed already. */
export type RawSource = readonly string[] | PackedLines;

/** A block that is filled during one transaction from the lines of a page. Messages name it by its key before it is written. */
export class RawBlock {
  readonly key: number;
  readonly #db: WritableDatabase;
  readonly #source: RawSource;
  readonly #taken: number[] = [];
  #unused = 0;

  constructor(db: WritableDatabase, source: RawSource) {
    this.#db = db;
    this.#source = source;
    this.key = db.get<{ key: number }>('SELECT coalesce(max(key), 0) + 1 AS key FROM raw_block')?.key ?? 1;
  }

  /** Takes a line of the source; answers its place in the block. */
  take(line: number): number {
    return this.#taken.push(line) - 1;
  }

  /** Gives a message other JSON than before. `before` is its block; null = it may have a row of an older version. */
  replace(messageKey: number, before: number | null, line: number): void {
    if (before === this.key) {
      this.#unused += 1;
    } else {
      leave(this.#db, messageKey, before);
    }
    const place = this.take(line);
    this.#db.run('UPDATE message SET raw_block = ?, raw_line = ? WHERE key = ?', this.key, place, messageKey);
  }

  /** Writes the block, unless nothing was taken. `lines`: how many the source has. */
  write(lines: number): void {
    if (this.#taken.length > 0) {
      const { bytes, body } = this.#packed(lines);
      const live = this.#taken.length - this.#unused;
      this.#db.run('INSERT INTO raw_block (key, live, bytes, body) VALUES (?, ?, ?, ?)', this.key, live, bytes, body);
    }
  }

  /** All lines in their order are the source itself; of a page where little is new, only that is kept. */
  #packed(lines: number): PackedLines {
    const isWhole = this.#taken.length === lines && this.#taken.every((line, place) => line === place);
    if (isWhole && 'body' in this.#source) {
      return this.#source;
    }
    const texts = 'body' in this.#source ? unpackLines(this.#source) : this.#source;
    return packLines(this.#taken.map((line) => (texts[line] ?? 'null').toWellFormed()));
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
    const row = db.get<PackedLines>('SELECT bytes, body FROM raw_block WHERE key = ?', block);
    lines = row === undefined ? [] : unpackLines(row);
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
  const block = new RawBlock(
    db,
    rows.map(({ json }) => json),
  );
  for (const [line, { key }] of rows.entries()) {
    block.replace(key, null, line);
  }
  block.write(rows.length);
  return rows.length;
}
