import { ALL_ACCOUNTS, EVERY_CHAT } from '../codes.ts';
import { type Migration } from './migration.ts';

const ALL = String(ALL_ACCOUNTS);
const bytesOf = (blob: string): string => `coalesce((SELECT bytes FROM blob WHERE key = ${blob}), 0)`;

/**
 * Sums that screens had to make from a row for each account, chat or file.
 *
 * - `tally`, `total` and `facet` also count all accounts together; `total` also counts the items of all chats (`codes.ts` has the scopes).
 * - `chat.stored_bytes` orders chats by the bytes of their stored files.
 * - `library_size` has one row: stored files, their bytes, and their bytes if each media item had a file of its own. Triggers keep it, since
 *   many writes change `blob` and `file`. 1 is the state `stored`.
 */
export const sums: Migration = {
  version: 190,
  up(db) {
    db.exec(`
INSERT INTO tally SELECT ${ALL}, month, kind, ledger_state, sum(n), sum(bytes) FROM tally WHERE scope < 0 GROUP BY 2, 3, 4;
INSERT INTO facet
  SELECT ${ALL}, month, kind, ledger_state, side, facts, sum(n), sum(bytes) FROM facet WHERE account_id > 0 GROUP BY 2, 3, 4, 5, 6;
INSERT INTO total SELECT ${ALL}, kind, ledger_state, sum(n), sum(bytes) FROM total WHERE scope < 0 GROUP BY 2, 3;
INSERT INTO total SELECT ${String(EVERY_CHAT)}, kind, ledger_state, sum(n), sum(bytes) FROM total WHERE scope > 0 GROUP BY 2, 3;

ALTER TABLE chat ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE chat SET stored_bytes = (SELECT coalesce(sum(t.bytes), 0) FROM total t WHERE t.scope = chat.key);
CREATE INDEX chat_bytes ON chat (stored_bytes) WHERE stored_bytes > 0;

CREATE TABLE library_size (files INTEGER NOT NULL, bytes INTEGER NOT NULL, offered INTEGER NOT NULL) STRICT;
INSERT INTO library_size SELECT count(*), coalesce(sum(bytes), 0),
  (SELECT coalesce(sum(b.bytes), 0) FROM file f JOIN blob b ON b.key = f.blob_key WHERE f.state = 1) FROM blob WHERE lost_at IS NULL;
CREATE TRIGGER blob_added AFTER INSERT ON blob WHEN new.lost_at IS NULL BEGIN
  UPDATE library_size SET files = files + 1, bytes = bytes + new.bytes;
END;
CREATE TRIGGER blob_removed AFTER DELETE ON blob WHEN old.lost_at IS NULL BEGIN
  UPDATE library_size SET files = files - 1, bytes = bytes - old.bytes;
END;
CREATE TRIGGER blob_changed AFTER UPDATE OF bytes, lost_at ON blob BEGIN
  UPDATE library_size SET files = files + (new.lost_at IS NULL) - (old.lost_at IS NULL),
    bytes = bytes + iif(new.lost_at IS NULL, new.bytes, 0) - iif(old.lost_at IS NULL, old.bytes, 0),
    offered = offered + (new.bytes - old.bytes) * (SELECT count(*) FROM file WHERE blob_key = new.key AND state = 1);
END;
CREATE TRIGGER file_added AFTER INSERT ON file WHEN new.state = 1 BEGIN
  UPDATE library_size SET offered = offered + ${bytesOf('new.blob_key')};
END;
CREATE TRIGGER file_removed AFTER DELETE ON file WHEN old.state = 1 BEGIN
  UPDATE library_size SET offered = offered - ${bytesOf('old.blob_key')};
END;
CREATE TRIGGER file_changed AFTER UPDATE OF state, blob_key ON file WHEN old.state = 1 OR new.state = 1 BEGIN
  UPDATE library_size SET offered = offered + iif(new.state = 1, ${bytesOf('new.blob_key')}, 0)
    - iif(old.state = 1, ${bytesOf('old.blob_key')}, 0);
END;
`);
  },
};
