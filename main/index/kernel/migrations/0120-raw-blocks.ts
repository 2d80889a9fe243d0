import { type Migration } from './migration.ts';

/**
 * The JSON of messages, compressed: a row of `raw_block` holds that of all messages of one page, of which `message.raw_line` names one. A
 * message alone compresses to two fifths, a hundred similar ones to a seventh.
 *
 * - `body` is the zlib stream of a JSON list; `bytes` is the length of that list. A body of just that length is the list itself. The shell
 *   of SQLite reads both with `sqlar_uncompress(body, bytes)`.
 * - `live` counts the messages that still use the block. The last one to leave takes it along.
 * - `fetch_page` goes: no question is asked by page any more, and it took 75 bytes a media item.
 * - `message_raw` keeps the rows of older versions until the writer has packed them (`packOldRaw`), which needs no waiting.
 */
export const rawBlocks: Migration = {
  version: 120,
  up(db) {
    db.exec(`
CREATE TABLE raw_block (
  key INTEGER PRIMARY KEY,
  live INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
ALTER TABLE message ADD COLUMN raw_block INTEGER;
ALTER TABLE message ADD COLUMN raw_line INTEGER;
DROP INDEX fetch_page;
`);
  },
};
