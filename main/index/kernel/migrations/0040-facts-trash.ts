import { type Migration } from './migration.ts';

/** Milliseconds from March 1st of the year -400,000 to 1970: far enough that no time is negative. */
const EPOCH_MS = '12684942835200000';
/**
 * Months since 1970 of a day counted from there. SQLite's own date functions end with the year 9999, a damaged date does not. Four
 * centuries have 146,097 days; a year that begins in March has its leap day at its end.
 */
const CENTURIES = 'day / 146097';
const IN_CENTURIES = 'day % 146097';
const YEAR = `((${IN_CENTURIES}) - (${IN_CENTURIES}) / 1460 + (${IN_CENTURIES}) / 36524 - (${IN_CENTURIES}) / 146096) / 365`;
const IN_YEAR = `((${IN_CENTURIES}) - (365 * (${YEAR}) + (${YEAR}) / 4 - (${YEAR}) / 100))`;
const MONTH_OF_DAY = `((${CENTURIES}) * 400 + (${YEAR}) - 400000 - 1970) * 12 + (5 * ${IN_YEAR} + 2) / 153 + 2`;

/**
 * Lists and counts over length, size and shape without looking at the media; orders by size and length; the trash; kept searches.
 *
 * - `item` gets what lists ask of a media item: `facts` (media-facts.ts), `ratio` (grid-shape.ts), bytes and length. A page, a layout or a
 *   count over everything then reads one index and nothing else.
 * - The orders by size and length name their rows by the class, not by the value: SQLite would bound the walk by `bytes > 0` and then read
 *   all rows before the place where a page goes on.
 * - They begin with the kind, and are walked kind by kind: films are larger than pictures, and the smallest film lies behind all of them.
 * - `total` is `tally` over all months: what lists of chats, the ledger and the usage ask for.
 * - `facet` counts the lead rows of an account by all of these; `tally` stays for chats, for which so fine a grain would be a row an item.
 * - A removed media item has its rows in `removed_item` and none in `item`: whatever lists or counts reads `item`, so nothing has to
 *   remember to leave them out. `media.removal` says with which removal it went; `purged_at` that its files are gone for good.
 * - `file_blob`: whether a file is still of use to another media item is asked for each one that is deleted.
 */
export const factsAndTrash: Migration = {
  version: 40,
  up(db) {
    db.exec(`
ALTER TABLE media ADD COLUMN removal INTEGER;
ALTER TABLE media ADD COLUMN purged_at INTEGER;
CREATE INDEX media_trash ON media (removal DESC, key DESC, bytes, purged_at) WHERE removal IS NOT NULL AND purged_at IS NULL;
CREATE INDEX media_removed ON media (key) WHERE removal IS NOT NULL;
CREATE INDEX file_blob ON file (blob_key) WHERE blob_key IS NOT NULL;

CREATE TABLE item_new (
  chat_key INTEGER NOT NULL REFERENCES chat (key),
  sent_at INTEGER NOT NULL,
  media_key INTEGER NOT NULL REFERENCES media (key),
  message_key INTEGER NOT NULL REFERENCES message (key),
  account_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  ledger_state INTEGER NOT NULL,
  side INTEGER NOT NULL,
  lead INTEGER NOT NULL,
  facts INTEGER NOT NULL,
  ratio INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  duration_ms INTEGER,
  PRIMARY KEY (chat_key, sent_at DESC, media_key DESC)
) STRICT, WITHOUT ROWID;
INSERT INTO item_new
SELECT i.chat_key, i.sent_at, i.media_key, i.message_key, i.account_id, i.kind, i.ledger_state, i.side, i.lead,
  CASE WHEN x.duration_ms IS NULL THEN 0 ELSE 1 + (x.duration_ms >= 10000) + (x.duration_ms >= 60000) + (x.duration_ms >= 300000)
    + (x.duration_ms >= 1200000) END
  + 8 * CASE WHEN x.bytes <= 0 THEN 0 ELSE 1 + (x.bytes >= 1000000) + (x.bytes >= 10000000) + (x.bytes >= 100000000)
    + (x.bytes >= 1000000000) END
  + 64 * CASE WHEN coalesce(x.width, 0) <= 0 OR coalesce(x.height, 0) <= 0 THEN 0 WHEN x.height * 20 >= x.width * 21 THEN 1
    WHEN x.width * 20 >= x.height * 21 THEN 2 ELSE 3 END,
  CASE WHEN coalesce(x.width, 0) <= 0 OR coalesce(x.height, 0) <= 0 THEN 255
    ELSE CAST((min(1.5, max(0.66, x.width * 1.0 / x.height)) - 0.66) / (1.5 - 0.66) * 250 + 0.5 AS INTEGER) END,
  x.bytes, x.duration_ms
FROM item i CROSS JOIN media x ON x.key = i.media_key;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
CREATE UNIQUE INDEX item_media ON item (media_key, chat_key);
CREATE INDEX item_lead ON item (sent_at DESC, media_key DESC, kind, side, account_id, ledger_state, facts, ratio) WHERE lead = 1;
CREATE INDEX item_missing ON item (ledger_state, sent_at DESC, media_key DESC) WHERE lead = 1 AND ledger_state > 0;
CREATE INDEX item_size ON item (kind, bytes DESC, sent_at DESC, media_key DESC) WHERE lead = 1 AND (facts & 56) > 0;
CREATE INDEX item_length ON item (kind, duration_ms DESC, sent_at DESC, media_key DESC) WHERE lead = 1 AND (facts & 7) > 0;

CREATE TABLE facet (
  account_id INTEGER NOT NULL,
  month INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  ledger_state INTEGER NOT NULL,
  side INTEGER NOT NULL,
  facts INTEGER NOT NULL,
  n INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (account_id, month, kind, ledger_state, side, facts)
) STRICT, WITHOUT ROWID;
INSERT INTO facet
SELECT d.account_id, m.month, d.kind, d.ledger_state, d.side, d.facts, sum(d.n), sum(d.bytes)
FROM (SELECT account_id, (sent_at + ${EPOCH_MS}) / 86400000 AS day, kind, ledger_state, side, facts, count(*) AS n, sum(bytes) AS bytes
  FROM item WHERE lead = 1 GROUP BY 1, 2, 3, 4, 5, 6) d
JOIN (SELECT day, ${MONTH_OF_DAY} AS month
  FROM (SELECT DISTINCT (sent_at + ${EPOCH_MS}) / 86400000 AS day FROM item WHERE lead = 1)) m ON m.day = d.day
GROUP BY 1, 2, 3, 4, 5, 6;

CREATE TABLE total (
  scope INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  ledger_state INTEGER NOT NULL,
  n INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (scope, kind, ledger_state)
) STRICT, WITHOUT ROWID;
INSERT INTO total SELECT scope, kind, ledger_state, sum(n), sum(bytes) FROM tally GROUP BY 1, 2, 3;

CREATE TABLE removed_item (
  chat_key INTEGER NOT NULL REFERENCES chat (key),
  sent_at INTEGER NOT NULL,
  media_key INTEGER NOT NULL REFERENCES media (key),
  message_key INTEGER NOT NULL REFERENCES message (key),
  account_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  ledger_state INTEGER NOT NULL,
  side INTEGER NOT NULL,
  lead INTEGER NOT NULL,
  facts INTEGER NOT NULL,
  ratio INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  duration_ms INTEGER,
  PRIMARY KEY (media_key, chat_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX removed_item_chat ON removed_item (chat_key, lead, account_id);

CREATE TABLE removal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE saved_search (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  fold TEXT UNIQUE,
  query TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
`);
  },
};
