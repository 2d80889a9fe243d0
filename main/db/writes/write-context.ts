import { type ChangeField } from '../interface.ts';
import { monthOf } from '../month.ts';
import { type WritableDatabase } from '../database-types.ts';

/** What a row of `item` contributes to the maintained counts. */
export interface Counted {
  readonly chatKey: number;
  readonly accountId: number;
  readonly sentAt: number;
  readonly kind: number;
  readonly ledger: number;
  readonly lead: number;
  /** Bytes of the stored full file; 0 when it is not stored. */
  readonly bytes: number;
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
  readonly scope: number;
  readonly month: number;
  readonly kind: number;
  readonly ledger: number;
  n: number;
  bytes: number;
}

/**
 * What one write transaction carries along: its time, its run and the differences of the maintained counts, which are written once at the
 * end (`flush`) and not once for each item.
 */
export class WriteContext {
  readonly db: WritableDatabase;
  readonly at: number;
  readonly runId: number | null;
  readonly #deltas = new Map<string, Delta>();

  constructor(db: WritableDatabase, at: number, runId: number | null) {
    this.db = db;
    this.at = at;
    this.runId = runId;
  }

  /** Adds (`sign` 1) or takes away (-1) one item, in its chat and, if it is the lead row of its media, in its account. */
  count(sign: 1 | -1, item: Counted): void {
    const month = monthOf(item.sentAt);
    this.#add(item.chatKey, month, sign, item);
    if (item.lead === 1) {
      this.#add(-item.accountId, month, sign, item);
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
    for (const delta of this.#deltas.values()) {
      if (delta.n === 0 && delta.bytes === 0) {
        continue;
      }
      this.db.run(
        `INSERT INTO tally (scope, month, kind, ledger_state, n, bytes) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET n = n + excluded.n, bytes = bytes + excluded.bytes`,
        delta.scope,
        delta.month,
        delta.kind,
        delta.ledger,
        delta.n,
        delta.bytes,
      );
      if (delta.n < 0) {
        this.db.run(
          'DELETE FROM tally WHERE scope = ? AND month = ? AND kind = ? AND ledger_state = ? AND n = 0',
          delta.scope,
          delta.month,
          delta.kind,
          delta.ledger,
        );
      }
    }
    this.#deltas.clear();
  }

  #add(scope: number, month: number, sign: 1 | -1, item: Counted): void {
    const key = `${String(scope)} ${String(month)} ${String(item.kind)} ${String(item.ledger)}`;
    let delta = this.#deltas.get(key);
    if (delta === undefined) {
      delta = { scope, month, kind: item.kind, ledger: item.ledger, n: 0, bytes: 0 };
      this.#deltas.set(key, delta);
    }
    delta.n += sign;
    delta.bytes += sign * item.bytes;
  }
}
