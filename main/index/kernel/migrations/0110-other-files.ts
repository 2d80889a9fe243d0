import { type Migration } from './migration.ts';

/**
 * Other bytes under the id of a media item: a chat may show a different picture or video under an id that another chat has too. Its file is
 * kept beside the first, as `media_key * 4 + 3`; this says whose it is.
 */
export const otherFiles: Migration = {
  version: 110,
  up(db) {
    db.exec(`
CREATE TABLE other_file (
  file_id INTEGER PRIMARY KEY REFERENCES file (id),
  chat_key INTEGER NOT NULL REFERENCES chat (key)
) STRICT;
`);
  },
};
