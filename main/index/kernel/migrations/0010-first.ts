import { type Migration } from './migration.ts';

/**
 * The first shape. Closed lists are stored as the numbers of `codes.ts`, times as epoch milliseconds UTC.
 *
 * Read this before changing it:
 * - `item` is what screens scroll: each media once for each chat, dated by the newest message that carries it there. It is clustered by
 *   (chat, time), so a chat's list is read in disk order. `lead` marks one row for each media: the list over all chats.
 * - `file.id` is `media_key * 4 + variant`: no index of its own is needed to find a media's files.
 * - A file's job lives in `fetch` only until the file is stored, because its long URL would otherwise leave the pages of `file` mostly empty.
 * - `tally.scope` is a chat's key, or minus an account's id for the lead rows of that account.
 * - `message_fts` keeps no column sizes: nothing ranks by them, and messages without words then need no row in it.
 * - `message.passes` holds one bit for each row of `pass`: a listing is asked only about messages it has shown before.
 */
export const first: Migration = {
  version: 10,
  up(db) {
    db.exec(`
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  api_base TEXT NOT NULL,
  identity TEXT NOT NULL,
  user_id INTEGER,
  username TEXT,
  name TEXT NOT NULL,
  rate_per_minute INTEGER,
  status INTEGER NOT NULL DEFAULT 0,
  status_reason TEXT,
  whole_conversations INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  status_at INTEGER,
  removed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (api_base, identity)
) STRICT;

CREATE TABLE person (
  key INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  id INTEGER NOT NULL,
  name TEXT,
  username TEXT,
  avatar_url TEXT,
  asked_at INTEGER,
  UNIQUE (account_id, id)
) STRICT;

CREATE TABLE chat (
  key INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  id INTEGER NOT NULL,
  newest_message_id INTEGER,
  newest_at INTEGER,
  probe_message_id INTEGER,
  synced_probe_id INTEGER,
  walked_at INTEGER,
  listed_at INTEGER NOT NULL,
  unread INTEGER,
  raw TEXT NOT NULL,
  UNIQUE (account_id, id)
) STRICT;

CREATE TABLE message (
  key INTEGER PRIMARY KEY,
  chat_key INTEGER NOT NULL REFERENCES chat (key),
  id INTEGER NOT NULL,
  sender_id INTEGER,
  sent_at INTEGER NOT NULL,
  dated INTEGER NOT NULL,
  changed_at INTEGER,
  text TEXT NOT NULL,
  flags INTEGER NOT NULL,
  purchase_reason TEXT,
  price REAL,
  media_count INTEGER,
  giphy_id TEXT,
  reply_id INTEGER,
  reply_sender_id INTEGER,
  reply_text TEXT,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  gone_since INTEGER,
  passes INTEGER NOT NULL,
  content_hash INTEGER NOT NULL,
  UNIQUE (chat_key, id DESC)
) STRICT;

CREATE TABLE message_raw (
  message_key INTEGER PRIMARY KEY REFERENCES message (key),
  html TEXT,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE bad_item (
  chat_key INTEGER NOT NULL REFERENCES chat (key),
  identity TEXT NOT NULL,
  pass TEXT NOT NULL,
  message_id INTEGER,
  reason TEXT NOT NULL,
  raw TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (chat_key, identity)
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
  key INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account (id),
  id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  kind_raw TEXT NOT NULL,
  width INTEGER,
  height INTEGER,
  duration_ms INTEGER,
  created_at INTEGER,
  state INTEGER NOT NULL,
  bytes INTEGER NOT NULL DEFAULT 0,
  first_seen INTEGER NOT NULL,
  UNIQUE (account_id, id)
) STRICT;

CREATE TABLE message_media (
  message_key INTEGER NOT NULL REFERENCES message (key),
  media_key INTEGER NOT NULL REFERENCES media (key),
  position INTEGER NOT NULL,
  state INTEGER NOT NULL,
  teaser INTEGER NOT NULL,
  PRIMARY KEY (message_key, media_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_media_media ON message_media (media_key);

CREATE TABLE item (
  chat_key INTEGER NOT NULL REFERENCES chat (key),
  sent_at INTEGER NOT NULL,
  media_key INTEGER NOT NULL REFERENCES media (key),
  message_key INTEGER NOT NULL REFERENCES message (key),
  account_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  ledger_state INTEGER NOT NULL,
  side INTEGER NOT NULL,
  lead INTEGER NOT NULL,
  PRIMARY KEY (chat_key, sent_at DESC, media_key DESC)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX item_media ON item (media_key, chat_key);
CREATE INDEX item_lead ON item (sent_at DESC, media_key DESC, kind, side, account_id) WHERE lead = 1;
CREATE INDEX item_missing ON item (ledger_state, sent_at DESC, media_key DESC) WHERE lead = 1 AND ledger_state > 0;

CREATE TABLE tally (
  scope INTEGER NOT NULL,
  month INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  ledger_state INTEGER NOT NULL,
  n INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (scope, month, kind, ledger_state)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
  key INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  mime TEXT NOT NULL,
  ext TEXT NOT NULL,
  stored_at INTEGER NOT NULL,
  verified_at INTEGER,
  lost_at INTEGER
) STRICT;

CREATE TABLE file (
  id INTEGER PRIMARY KEY CHECK (id = media_key * 4 + variant),
  media_key INTEGER NOT NULL REFERENCES media (key),
  variant INTEGER NOT NULL CHECK (variant BETWEEN 0 AND 3),
  state INTEGER NOT NULL,
  blob_key INTEGER REFERENCES blob (key)
) STRICT;

CREATE TABLE fetch (
  file_id INTEGER PRIMARY KEY REFERENCES file (id),
  account_id INTEGER NOT NULL,
  chat_key INTEGER NOT NULL REFERENCES chat (key),
  message_id INTEGER NOT NULL,
  pass TEXT NOT NULL,
  cursor TEXT,
  open INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  url TEXT NOT NULL,
  url_fetched_at INTEGER NOT NULL,
  url_expires_at INTEGER,
  attempts INTEGER NOT NULL,
  retry_at INTEGER NOT NULL,
  error TEXT,
  bytes_done INTEGER NOT NULL,
  total_bytes INTEGER
) STRICT;
CREATE INDEX fetch_account ON fetch (account_id, lane, sent_at DESC) WHERE open = 1;
CREATE INDEX fetch_chat ON fetch (chat_key, lane, sent_at DESC) WHERE open = 1;
CREATE INDEX fetch_page ON fetch (chat_key, pass, cursor) WHERE open = 1;
CREATE INDEX fetch_later ON fetch (account_id, retry_at) WHERE open = 1 AND retry_at > 0;
CREATE INDEX fetch_closed ON fetch (account_id, retry_at) WHERE open = 0;

CREATE TABLE pass (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE coverage (
  chat_key INTEGER NOT NULL REFERENCES chat (key),
  pass TEXT NOT NULL,
  hi INTEGER NOT NULL,
  lo INTEGER NOT NULL,
  next_cursor TEXT,
  checked_at INTEGER NOT NULL,
  PRIMARY KEY (chat_key, pass, hi)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
  chat_key INTEGER NOT NULL REFERENCES chat (key),
  pass TEXT NOT NULL,
  hi INTEGER NOT NULL,
  lo INTEGER NOT NULL,
  cursor TEXT,
  checked_at INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  not_ready INTEGER NOT NULL,
  locked INTEGER NOT NULL,
  PRIMARY KEY (chat_key, pass, hi)
) STRICT, WITHOUT ROWID;
CREATE INDEX segment_age ON segment (pass, checked_at);

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  account_id INTEGER,
  kind TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  version TEXT NOT NULL,
  pid INTEGER NOT NULL,
  counters TEXT
) STRICT;

CREATE TABLE change (
  id INTEGER PRIMARY KEY,
  run_id INTEGER,
  at INTEGER NOT NULL,
  field TEXT NOT NULL,
  chat_id INTEGER,
  message_id INTEGER,
  media_id INTEGER,
  before TEXT,
  after TEXT
) STRICT;
CREATE INDEX change_run ON change (run_id);
CREATE INDEX change_at ON change (at);
CREATE INDEX change_media ON change (media_id) WHERE media_id IS NOT NULL;

CREATE VIRTUAL TABLE message_fts USING fts5 (
  text, content = 'message', content_rowid = 'key', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', columnsize = 0
);
CREATE VIRTUAL TABLE name_fts USING fts5 (
  name, username, content = 'person', content_rowid = 'key', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
`);
  },
};
