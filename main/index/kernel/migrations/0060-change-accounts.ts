import { type Migration } from './migration.ts';

/**
 * Each change says whose it is: ids of chats, messages and media are unique within one account only. Of older changes the run tells it,
 * else the chat or the media item, where only one account has it. Changes of an unknown account are still listed for every account that has the id.
 */
export const changeAccounts: Migration = {
  version: 60,
  up(db) {
    db.exec(`
ALTER TABLE change ADD COLUMN account_id INTEGER;
UPDATE change SET account_id = coalesce(
  (SELECT r.account_id FROM run r WHERE r.id = change.run_id),
  (SELECT max(c.account_id) FROM chat c WHERE c.id = change.chat_id HAVING count(*) = 1),
  (SELECT max(m.account_id) FROM media m WHERE m.id = change.media_id HAVING count(*) = 1));
`);
  },
};
