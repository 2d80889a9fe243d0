import { monthOf } from '../../../lib/month.ts';
import { type Migration } from './migration.ts';

const DAY_MS = '86400000';
/** Two bits of `message.flags`, as lib/message-flags.ts packs them: 0 not said, 2 no, 3 yes. */
const flag = (place: number): string => `((s.flags >> ${String(2 * place)}) & 3)`;
const [TIP, FREE, OPENED, CAN_PURCHASE] = [flag(0), flag(1), flag(2), flag(9)];
const BOUGHT = `(${FREE} <> 3 AND (s.purchase_reason IS 'opened' OR (${FREE} = 2 AND ${OPENED} = 3)))`;
const TRADE = `(${FREE} = 3) + 2 * (NOT ${BOUGHT} AND (${CAN_PURCHASE} = 3 OR ${FREE} = 2)) + 4 * ${BOUGHT} + 8 * (${TIP} = 3)
  + 16 * (${OPENED} = 2)`;

/**
 * Lists and counts by the terms of a message (free, offered, bought, tip, not opened) without looking at messages: `item.facts` and
 * `facet.facts` get bits from 256 on (messages/trade.ts). What the service said is in `message` already.
 */
export const trade: Migration = {
  version: 130,
  up(db) {
    for (const table of ['item', 'removed_item']) {
      db.exec(
        `UPDATE ${table} SET facts = facts + 256 * (SELECT ${TRADE} FROM message s WHERE s.key = ${table}.message_key)`,
      );
    }
    db.exec('DELETE FROM facet');
    const days = db.all<{ day: number }>(`SELECT DISTINCT sent_at / ${DAY_MS} AS day FROM item WHERE lead = 1`);
    db.exec('CREATE TEMP TABLE day_month (day INTEGER PRIMARY KEY, month INTEGER NOT NULL)');
    for (const { day } of days) {
      db.run('INSERT INTO day_month VALUES (?, ?)', day, monthOf(day * Number(DAY_MS)));
    }
    db.exec(`
INSERT INTO facet
SELECT i.account_id, d.month, i.kind, i.ledger_state, i.side, i.facts, count(*), sum(i.bytes)
FROM item i CROSS JOIN day_month d ON d.day = i.sent_at / ${DAY_MS}
WHERE i.lead = 1 GROUP BY 1, 2, 3, 4, 5, 6;
DROP TABLE day_month;
`);
  },
};
