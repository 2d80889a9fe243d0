import { type ChangeField } from '../../contract/model.ts';
import { ALL_ACCOUNTS, EVERY_CHAT, LABEL_SCOPES } from './codes.ts';
import { monthOf } from '../../lib/month.ts';
import { type WritableDatabase } from './database-types.ts';

/** A row of `item`. */
export interface ItemValues {
  readonly chatKey: number;
  readonly sentAt: number;
  readonly mediaKey: number;
  readonly messageKey: number;
  readonly accountId: number;
  readonly kind: number;
  readonly ledger: number;
  readonly side: number;
  readonly lead: number;
  /** Classes of length, size and shape (media-facts.ts). */
  readonly facts: number;
  /** Shape and colour (`lookOf`). */
  readonly look: number;
  /** Bytes of the stored full file; 0 when it is not stored. */
  readonly bytes: number;
  readonly durationMs: number | null;
}

export interface ChangeInput {
  readonly field: ChangeField;
  readonly accountId: number;
  readonly chatId: number | null;
  readonly messageId: number | null;
  readonly mediaId: number | null;
  readonly before: string | null;
  readonly after: string | null;
}

interface Delta {
  /** The values of the primary key. */
  readonly key: readonly number[];
  n: number;
  bytes: number;
}

/** Items that all counts hold for the same. */
interface Alike {
  readonly item: ItemValues;
  readonly month: number;
  readonly marks: readonly number[];
  n: number;
  bytes: number;
}

/** Items of one day that have a label or a note, or lose it. */
export interface MarkedItems {
  readonly scope: number;
  readonly day: number;
  readonly kind: number;
  readonly ledger: number;
  readonly n: number;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
const NO_MARKS: readonly number[] = [];

type Counts = Map<string, Delta>;

/**
 * The state of one write transaction: its time, its run and the changes of the maintained counts. The counts are written once at the end
 * (`flush`), not once for each item.
 */
export class WriteContext {
  readonly db: WritableDatabase;
  readonly at: number;
  readonly runId: number | null;
  readonly #counted = new Map<string, Alike>();
  readonly #totals: Counts = new Map();
  readonly #tally: Counts = new Map();
  /** Whether the library has a label or a note on anything; null = not asked yet. */
  #hasMarks: boolean | null = null;

  constructor(db: WritableDatabase, at: number, runId: number | null) {
    this.db = db;
    this.at = at;
    this.runId = runId;
  }

  /** The scopes of the labels and the note of a media item. */
  marksOf(mediaKey: number): readonly number[] {
    this.#hasMarks ??=
      this.db.get('SELECT 1 WHERE EXISTS (SELECT 1 FROM label_media) OR EXISTS (SELECT 1 FROM note)') !== undefined;
    return !this.#hasMarks
      ? NO_MARKS
      : this.db
          .all<{ label: number }>(
            'SELECT label_id AS label FROM label_media WHERE media_key = ? UNION ALL SELECT 0 FROM note WHERE media_key = ?',
            mediaKey,
            mediaKey,
          )
          .map(({ label }) => LABEL_SCOPES - label);
  }

  /** Counts items that lead in the scope of a label or of notes, or takes them out of it. */
  countMarked(sign: 1 | -1, { scope, day, kind, ledger, n, bytes }: MarkedItems): void {
    add(this.#totals, [scope, kind, ledger], sign * n, sign * bytes);
    add(this.#tally, [scope, monthOf(day * DAY_MS), kind, ledger], sign * n, sign * bytes);
  }

  /**
   * Adds (`sign` 1) or takes away (-1) one item, in its chat and, if it is the lead row of its media, in its account, over all and in `marks`
   * (of `marksOf`; none for a media item that is new).
   */
  count(sign: 1 | -1, item: ItemValues, marks = NO_MARKS): void {
    const { chatKey, accountId, kind, ledger, side, facts, lead, bytes } = item;
    const month = monthOf(item.sentAt);
    const name = `${chatKey} ${accountId} ${month} ${kind} ${ledger} ${side} ${facts} ${lead} ${marks.join()}`;
    const alike = this.#counted.get(name);
    if (alike === undefined) {
      this.#counted.set(name, { item, month, marks, n: sign, bytes: sign * bytes });
    } else {
      alike.n += sign;
      alike.bytes += sign * bytes;
    }
  }

  change(input: ChangeInput): void {
    this.db.run(
      'INSERT INTO change (run_id, at, field, account_id, chat_id, message_id, media_id, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      this.runId,
      this.at,
      input.field,
      input.accountId,
      input.chatId,
      input.messageId,
      input.mediaId,
      input.before,
      input.after,
    );
  }

  flush(): void {
    // A page has hundreds of items, some dozen that differ in what is counted, and fewer counts.
    const totals = this.#totals;
    const tally = this.#tally;
    const facets: Counts = new Map();
    const chats: Counts = new Map();
    for (const { item, month, marks, n, bytes } of this.#counted.values()) {
      const { chatKey, accountId, kind, ledger, side, facts } = item;
      add(chats, [chatKey], n, bytes);
      add(totals, [EVERY_CHAT, kind, ledger], n, bytes);
      for (const scope of item.lead === 1 ? [chatKey, -accountId, ALL_ACCOUNTS, ...marks] : [chatKey]) {
        add(totals, [scope, kind, ledger], n, bytes);
        add(tally, [scope, month, kind, ledger], n, bytes);
      }
      for (const account of item.lead === 1 ? [accountId, ALL_ACCOUNTS] : []) {
        add(facets, [account, month, kind, ledger, side, facts], n, bytes);
      }
    }
    this.#write(TOTAL, totals);
    this.#write(TALLY, tally);
    this.#write(FACET, facets);
    for (const { key, bytes } of chats.values()) {
      if (bytes !== 0) {
        this.db.run('UPDATE chat SET stored_bytes = stored_bytes + ? WHERE key = ?', bytes, ...key);
      }
    }
    this.#counted.clear();
    totals.clear();
    tally.clear();
  }

  #write({ add: addTo, drop }: CountTable, counts: Counts): void {
    for (const { key, n, bytes } of counts.values()) {
      if (n === 0 && bytes === 0) {
        continue;
      }
      this.db.run(addTo, ...key, n, bytes);
      if (n < 0) {
        this.db.run(drop, ...key);
      }
    }
  }
}

/** Statements of a table of counts. Their texts are made once: a new one is looked for letter by letter among those that are prepared. */
interface CountTable {
  readonly add: string;
  readonly drop: string;
}

function countTable(table: string, key: readonly string[]): CountTable {
  return {
    add: `INSERT INTO ${table} (${key.join(', ')}, n, bytes) VALUES (${key.map(() => '?').join(', ')}, ?, ?)
          ON CONFLICT DO UPDATE SET n = n + excluded.n, bytes = bytes + excluded.bytes`,
    drop: `DELETE FROM ${table} WHERE ${key.map((column) => `${column} = ?`).join(' AND ')} AND n = 0`,
  };
}

const TALLY = countTable('tally', ['scope', 'month', 'kind', 'ledger_state']);
const TOTAL = countTable('total', ['scope', 'kind', 'ledger_state']);
const FACET = countTable('facet', ['account_id', 'month', 'kind', 'ledger_state', 'side', 'facts']);

function add(counts: Counts, key: readonly number[], n: number, bytes: number): void {
  const name = key.join(' ');
  let delta = counts.get(name);
  if (delta === undefined) {
    delta = { key, n: 0, bytes: 0 };
    counts.set(name, delta);
  }
  delta.n += n;
  delta.bytes += bytes;
}
