import { type Migration } from './migration.ts';

/**
 * The full text is ordered by time, newest first. A search stops after its first page, where it had to look up the time of every message with
 * the words. The id of a row is the message's second, counted down from 2106, and its key (`fts-query.ts`).
 */
export const searchOrder: Migration = {
  version: 170,
  up(db) {
    const place = '(4294967295 - max(0, min(m.sent_at / 1000, 4294967295))) << 31 | m.key';
    db.exec(`
CREATE INDEX message_place ON message (${place.replaceAll('m.', '')});
DROP TABLE message_fts;
DROP VIEW message_indexed;
CREATE VIEW message_indexed AS
  SELECT ${place} AS place, coalesce(w.text, m.text) AS text FROM message m LEFT JOIN message_words w ON w.message_key = m.key;
CREATE VIRTUAL TABLE message_fts USING fts5 (
  text, content = 'message_indexed', content_rowid = 'place', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', columnsize = 0
);
INSERT INTO message_fts (rowid, text) SELECT place, text FROM message_indexed WHERE text <> '' ORDER BY place;
`);
  },
};
