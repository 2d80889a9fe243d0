import { type Migration } from './migration.ts';

/**
 * An export keeps the name under which it first wrote a chat or a sender: renamed since, they would get a second folder beside the first.
 * Exports made before keep the names of today, under which most of them were written.
 */
export const exportNames: Migration = {
  version: 70,
  up(db) {
    db.exec(`
CREATE TABLE export_name (
  job_id INTEGER NOT NULL REFERENCES export_job (id),
  account_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  name TEXT,
  PRIMARY KEY (job_id, account_id, person_id)
) STRICT, WITHOUT ROWID;
INSERT INTO export_name
SELECT j.job_id, c.account_id, c.id, coalesce(p.name, p.username)
FROM (SELECT DISTINCT job_id, chat_key FROM export_item WHERE path IS NOT NULL) j JOIN chat c ON c.key = j.chat_key
LEFT JOIN person p ON p.account_id = c.account_id AND p.id = c.id;
INSERT OR IGNORE INTO export_name
SELECT e.job_id, p.account_id, p.id, coalesce(p.name, p.username)
FROM (SELECT DISTINCT i.job_id, c.account_id, s.sender_id FROM export_item i JOIN message s ON s.key = i.message_key
  JOIN chat c ON c.key = s.chat_key WHERE i.path IS NOT NULL) e
JOIN person p ON p.account_id = e.account_id AND p.id = e.sender_id;
`);
  },
};
