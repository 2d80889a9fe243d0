import { ALL_ACCOUNTS } from '../kernel/codes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { monthOf } from '../../lib/month.ts';

const DAY_MS = 86_400_000;

interface Row {
  readonly day: number;
  readonly kind: number;
  readonly ledger: number;
  readonly side: number;
  readonly facts: number;
  readonly n: number;
  readonly bytes: number;
}

/** Counts the facets of an account again, and those of all accounts: after a change of all its rows at once. */
export function recountFacets(db: WritableDatabase, accountId: number): void {
  db.run('DELETE FROM facet WHERE account_id = ?', accountId);
  for (const { day, kind, ledger, side, facts, n, bytes } of db.all<Row>(
    `SELECT sent_at / ${String(DAY_MS)} AS day, kind, ledger_state AS ledger, side, facts, count(*) AS n, sum(bytes) AS bytes
     FROM item WHERE lead = 1 AND account_id = ? GROUP BY 1, 2, 3, 4, 5`,
    accountId,
  )) {
    db.run(
      `INSERT INTO facet (account_id, month, kind, ledger_state, side, facts, n, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET n = n + excluded.n, bytes = bytes + excluded.bytes`,
      accountId,
      monthOf(day * DAY_MS),
      kind,
      ledger,
      side,
      facts,
      n,
      bytes,
    );
  }
  db.run('DELETE FROM facet WHERE account_id = ?', ALL_ACCOUNTS);
  db.run(
    `INSERT INTO facet SELECT ?, month, kind, ledger_state, side, facts, sum(n), sum(bytes) FROM facet GROUP BY 2, 3, 4, 5, 6`,
    ALL_ACCOUNTS,
  );
}
