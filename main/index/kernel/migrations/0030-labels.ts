import { type Migration } from './migration.ts';

/**
 * A person's favourites, labels and notes.
 *
 * - The heart is label 1, which has no name and is never removed. A removed label keeps its media until another takes its name, so that
 *   it can be brought back.
 * - `label_change` and `label_changed` hold what the last changes really changed, so that each can be taken back exactly.
 */
export const labels: Migration = {
  version: 30,
  up(db) {
    db.exec(`
CREATE TABLE label (
  id INTEGER PRIMARY KEY,
  name TEXT,
  fold TEXT UNIQUE,
  made_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;
INSERT INTO label (id, made_at) VALUES (1, 0);

CREATE TABLE label_media (
  media_key INTEGER NOT NULL REFERENCES media (key),
  label_id INTEGER NOT NULL REFERENCES label (id),
  at INTEGER NOT NULL,
  PRIMARY KEY (media_key, label_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_media_label ON label_media (label_id, media_key);

CREATE TABLE note (
  media_key INTEGER PRIMARY KEY REFERENCES media (key),
  text TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE label_change (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  label_id INTEGER NOT NULL REFERENCES label (id),
  put INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE TABLE label_changed (
  change_id INTEGER NOT NULL REFERENCES label_change (id),
  media_key INTEGER NOT NULL,
  PRIMARY KEY (change_id, media_key)
) STRICT, WITHOUT ROWID;
`);
  },
};
