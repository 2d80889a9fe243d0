import { type Migration } from './migration.ts';

const COLUMNS = 'scope, removed, in_trash, bytes';
/** Scopes of a row of `removed_item`, as those of `total`. */
const scopesOf = (row: string): string =>
  `(SELECT ${row}.chat_key AS scope UNION ALL SELECT -${row}.account_id WHERE ${row}.lead = 1 UNION ALL SELECT 0 WHERE ${row}.lead = 1)`;
const inTrash = (row: string): string => `(SELECT purged_at IS NULL FROM media WHERE key = ${row}.media_key)`;
const add = (from: string): string => `INSERT INTO removed_total (${COLUMNS}) ${from}
    ON CONFLICT DO UPDATE SET removed = removed + excluded.removed, in_trash = in_trash + excluded.in_trash,
      bytes = bytes + excluded.bytes;`;
const count = (sign: '' | '-', row: string): string =>
  add(
    `SELECT scope, ${sign}1, ${sign}${inTrash(row)}, ${sign}${inTrash(row)} * ${row}.bytes FROM ${scopesOf(row)} WHERE true`,
  );

/**
 * `removed_total` counts removed media in the scopes of `total`, and the bytes of those in the trash: screens and ledgers counted every row.
 * Triggers keep it. `run_account`: the last run of each account, among any number of runs.
 */
export const removedSums: Migration = {
  version: 210,
  up(db) {
    db.exec(`
CREATE INDEX run_account ON run (account_id);
CREATE TABLE removed_total (
  scope INTEGER PRIMARY KEY,
  removed INTEGER NOT NULL,
  in_trash INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
CREATE TRIGGER removed_item_added AFTER INSERT ON removed_item BEGIN
  ${count('', 'new')}
END;
CREATE TRIGGER removed_item_removed AFTER DELETE ON removed_item BEGIN
  ${count('-', 'old')}
END;
CREATE TRIGGER removed_item_changed AFTER UPDATE OF chat_key, account_id, lead, bytes ON removed_item BEGIN
  ${count('-', 'old')}
  ${count('', 'new')}
END;
CREATE TRIGGER media_purged AFTER UPDATE OF purged_at ON media WHEN (old.purged_at IS NULL) <> (new.purged_at IS NULL) BEGIN
  ${add(`SELECT s.scope, 0, s.sign, s.sign * s.bytes FROM (
      SELECT chat_key AS scope, bytes, iif(new.purged_at IS NULL, 1, -1) AS sign FROM removed_item WHERE media_key = new.key
      UNION ALL SELECT -account_id, bytes, iif(new.purged_at IS NULL, 1, -1) FROM removed_item WHERE media_key = new.key AND lead = 1
      UNION ALL SELECT 0, bytes, iif(new.purged_at IS NULL, 1, -1) FROM removed_item WHERE media_key = new.key AND lead = 1) s WHERE true`)}
END;
INSERT INTO removed_total
SELECT s.scope, count(*), sum(m.purged_at IS NULL), sum(iif(m.purged_at IS NULL, s.bytes, 0)) FROM (
    SELECT chat_key AS scope, media_key, bytes FROM removed_item
    UNION ALL SELECT -account_id, media_key, bytes FROM removed_item WHERE lead = 1
    UNION ALL SELECT 0, media_key, bytes FROM removed_item WHERE lead = 1) s
  CROSS JOIN media m ON m.key = s.media_key GROUP BY 1;
`);
  },
};
