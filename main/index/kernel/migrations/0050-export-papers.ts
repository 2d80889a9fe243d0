import { type Migration } from './migration.ts';

/**
 * Columns for the sidecars and custody files of exports.
 *
 * - `change_text`: the edits of one message are asked for message by message; the history has millions of other rows.
 * - `export_stale`: files that an export wrote under names it has given up since (a file replaced at the service by one of another type).
 *   They are removed from the target once their successor stands there; one that somebody edited stays, and is listed.
 */
export const exportPapers: Migration = {
  version: 50,
  up(db) {
    db.exec(`
CREATE INDEX change_text ON change (message_id, id) WHERE field = 'message.text';

CREATE TABLE export_stale (
  job_id INTEGER NOT NULL REFERENCES export_job (id),
  fold TEXT NOT NULL,
  path TEXT NOT NULL,
  seq INTEGER NOT NULL,
  written BLOB NOT NULL,
  PRIMARY KEY (job_id, fold)
) STRICT, WITHOUT ROWID;
`);
  },
};
