import { type Migration } from './migration.ts';

/**
 * Exports: a job for each target folder and layout, with every item that was ever planned for it.
 *
 * - `export_item.seq` is the item's number in its export, oldest first when planned; it never changes, as little as its path once written.
 * - `path` is null for what cannot be exported (yet). `fold` is the path as the most forgetful file system sees it.
 * - `sha256` is what the library has, `written` what was put into the target: they differ when the library's file was replaced since.
 * - Media and chats are not referred to by foreign key: what an export once wrote stays told when the library forgets an item.
 */
export const exportJobs: Migration = {
  version: 20,
  up(db) {
    db.exec(`
CREATE TABLE export_job (
  id INTEGER PRIMARY KEY,
  identity TEXT NOT NULL UNIQUE,
  token TEXT NOT NULL UNIQUE,
  dir TEXT NOT NULL,
  options TEXT NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  begun_at INTEGER,
  ended_at INTEGER,
  version TEXT NOT NULL
) STRICT;

CREATE TABLE export_item (
  job_id INTEGER NOT NULL REFERENCES export_job (id),
  seq INTEGER NOT NULL,
  media_key INTEGER NOT NULL,
  chat_key INTEGER NOT NULL,
  message_key INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  reason TEXT,
  path TEXT,
  fold TEXT,
  flags INTEGER NOT NULL,
  sha256 BLOB,
  bytes INTEGER,
  ext TEXT,
  written BLOB,
  written_ms INTEGER,
  method INTEGER,
  done_at INTEGER,
  version TEXT,
  PRIMARY KEY (job_id, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX export_item_media ON export_item (job_id, media_key, chat_key);
CREATE UNIQUE INDEX export_item_fold ON export_item (job_id, fold) WHERE fold IS NOT NULL;
CREATE INDEX export_item_chat ON export_item (job_id, chat_key, sent_at, seq);

CREATE TABLE export_preset (
  name TEXT PRIMARY KEY,
  options TEXT NOT NULL,
  saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`);
  },
};
