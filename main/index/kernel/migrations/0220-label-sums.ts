import { monthOf } from '../../../lib/month.ts';
import { LABEL_SCOPES } from '../codes.ts';
import { type Migration } from './migration.ts';

const DAY_MS = 86_400_000;

/** `tally` and `total` also count the media with each label or with a note, which screens counted item by item. */
export const labelSums: Migration = {
  version: 220,
  up(db) {
    for (const { scope, day, kind, ledger, n, bytes } of db.all<
      Readonly<Record<'scope' | 'day' | 'kind' | 'ledger' | 'n' | 'bytes', number>>
    >(
      `SELECT ${String(LABEL_SCOPES)} - l.label_id AS scope, i.sent_at / ${String(DAY_MS)} AS day, i.kind, i.ledger_state AS ledger,
         count(*) AS n, sum(i.bytes) AS bytes
       FROM (SELECT media_key, label_id FROM label_media UNION ALL SELECT media_key, 0 FROM note) l
       CROSS JOIN item i ON i.media_key = l.media_key AND i.lead = 1 GROUP BY 1, 2, 3, 4`,
    )) {
      db.run(
        `INSERT INTO tally (scope, month, kind, ledger_state, n, bytes) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET n = n + excluded.n, bytes = bytes + excluded.bytes`,
        ...[scope, monthOf(day * DAY_MS), kind, ledger, n, bytes],
      );
    }
    db.exec(`INSERT INTO total SELECT scope, kind, ledger_state, sum(n), sum(bytes) FROM tally
      WHERE scope <= ${String(LABEL_SCOPES)} GROUP BY 1, 2, 3`);
  },
};
