import { type Migration } from './migration.ts';

/**
 * The orders by size and length test all that a filter asks in their index. A row that a walk passes was looked up in `item`, which took
 * twenty times as long.
 */
export const valueOrder: Migration = {
  version: 230,
  up(db) {
    db.exec(`
DROP INDEX item_size;
DROP INDEX item_length;
CREATE INDEX item_size ON item (kind, bytes DESC, sent_at DESC, media_key DESC, facts, side, account_id, ledger_state)
  WHERE lead = 1 AND (facts & 56) > 0;
CREATE INDEX item_length ON item (kind, duration_ms DESC, sent_at DESC, media_key DESC, facts, side, account_id, ledger_state)
  WHERE lead = 1 AND (facts & 7) > 0;
`);
  },
};
