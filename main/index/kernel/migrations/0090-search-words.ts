import { indexedText } from '../../../contract/search-text.ts';
import { type Migration, type MigrationDatabase } from './migration.ts';

/** Texts looked at in one go: few enough that memory does not grow with the library. */
const SLICE = 5000;

/**
 * Words inside of scripts without spaces, and emoji, can be searched. A message whose words the tokenizer cannot see by itself has them
 * parted in `message_words`; the full text reads these where there are any, and the message's own text elsewhere. It is made again as a whole,
 * because where a full-text table reads from cannot be changed.
 */
export const searchWords: Migration = {
  version: 90,
  up(db) {
    db.exec(`
CREATE TABLE message_words (message_key INTEGER PRIMARY KEY REFERENCES message (key), text TEXT NOT NULL) STRICT;
CREATE VIEW message_indexed AS
  SELECT m.key, coalesce(w.text, m.text) AS text FROM message m LEFT JOIN message_words w ON w.message_key = m.key;
DROP TABLE message_fts;
CREATE VIRTUAL TABLE message_fts USING fts5 (
  text, content = 'message_indexed', content_rowid = 'key', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', columnsize = 0
);
`);
    let after: number | null = 0;
    while (after !== null) {
      after = partWords(db, after);
    }
    db.exec("INSERT INTO message_fts (message_fts) VALUES ('rebuild')");
  },
};

/** The messages after one; answers the last that was looked at, null = there are no more. */
function partWords(db: MigrationDatabase, after: number): number | null {
  const rows = db.all<{ key: number; text: string }>(
    'SELECT key, text FROM message WHERE key > ? ORDER BY key LIMIT ?',
    after,
    SLICE,
  );
  for (const { key, text } of rows) {
    const indexed = indexedText(text);
    if (indexed !== text) {
      db.run('INSERT INTO message_words (message_key, text) VALUES (?, ?)', key, indexed);
    }
  }
  return rows.length < SLICE ? null : (rows.at(-1)?.key ?? null);
}
