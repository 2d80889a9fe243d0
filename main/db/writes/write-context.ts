import { type ChangeField } from '../interface.ts';
import { monthOf } from '../month.ts';
import { type WritableDatabase } from '../database-types.ts';

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
  readonly ratio: number;
  /** Bytes of the stored full file; 0 when it is not stored. */
  readonly bytes: number;
  readonly durationMs: number | null;
}

export interface ChangeInput {
  readonly field: ChangeField;
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

type Counts = Map<string, Delta>;

/**
 * What one write transaction carries along: its time, its run and the differences of the maintained counts, which are written once at the
 * end (`flush`) and not once for each item.
 */
export class WriteContext {
  readonly db: WritableDatabase;
  readonly at: number;
  readonly runId: number | null;
  readonly #tally: Counts = new Map();
  readonly #facets: Counts = new Map();

  constructor(db: WritableDatabase, at: number, runId: number | null) {
    this.db = db;
    this.at = at;
    this.runId = runId;
  }

  /** Adds (`sign` 1) or takes away (-1) one item, in its chat and, if it is the lead row of its media, in its account. */
  count(sign: 1 | -1, item: ItemValues): void {
    const { kind, ledger, bytes } = item;
    const month = monthOf(item.sentAt);
    add(this.#tally, [item.chatKey, month, kind, ledger], sign, sign * bytes);
    if (item.lead === 1) {
      add(this.#tally, [-item.accountId, month, kind, ledger], sign, sign * bytes);
      add(this.#facets, [item.accountId, month, kind, ledger, item.side, item.facts], sign, sign * bytes);
    }
  }

  change(input: ChangeInput): void {
    this.db.run(
      'INSERT INTO change (run_id, at, field, chat_id, message_id, media_id, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      this.runId,
      this.at,
      input.field,
      input.chatId,
      input.messageId,
      input.mediaId,
      input.before,
      input.after,
    );
  }

  flush(): void {
    // From the tallies of this write: a page has some dozen of these, and hundreds of items.
    const totals: Counts = new Map();
    for (const { key, n, bytes } of this.#tally.values()) {
      const [scope = 0, , kind = 0, ledger = 0] = key;
      add(totals, [scope, kind, ledger], n, bytes);
    }
    this.#write('total', TOTAL_KEY, totals);
    this.#write('tally', TALLY_KEY, this.#tally);
    this.#write('facet', FACET_KEY, this.#facets);
  }

  #write(table: string, key: readonly string[], counts: Counts): void {
    for (const delta of counts.values()) {
      if (delta.n === 0 && delta.bytes === 0) {
        continue;
      }
      this.db.run(
        `INSERT INTO ${table} (${key.join(', ')}, n, bytes) VALUES (${key.map(() => '?').join(', ')}, ?, ?)
         ON CONFLICT DO UPDATE SET n = n + excluded.n, bytes = bytes + excluded.bytes`,
        ...delta.key,
        delta.n,
        delta.bytes,
      );
      if (delta.n < 0) {
        this.db.run(
          `DELETE FROM ${table} WHERE ${key.map((column) => `${column} = ?`).join(' AND ')} AND n = 0`,
          ...delta.key,
        );
      }
    }
    counts.clear();
  }
}

const TALLY_KEY = ['scope', 'month', 'kind', 'ledger_state'] as const;
const TOTAL_KEY = ['scope', 'kind', 'ledger_state'] as const;
const FACET_KEY = ['account_id', 'month', 'kind', 'ledger_state', 'side', 'facts'] as const;

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
