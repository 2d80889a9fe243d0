import { type Migration } from './migration.ts';

/** The chats of one account or of all, newest first, whatever their number: the lists ask for a page of them. */
export const chatOrder: Migration = {
  version: 180,
  up(db) {
    db.exec(`
CREATE INDEX chat_newest ON chat (coalesce(newest_at, 0));
CREATE INDEX chat_newest_account ON chat (account_id, coalesce(newest_at, 0));
`);
  },
};
