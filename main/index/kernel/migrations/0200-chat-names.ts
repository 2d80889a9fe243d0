import { nameOrder } from '../../../lib/name-order.ts';
import { type Migration } from './migration.ts';

/** Chats in the order of their names, of one account or of all: a list by chat asks for the few that a page shows. */
export const chatNames: Migration = {
  version: 200,
  up(db) {
    db.exec(`ALTER TABLE chat ADD COLUMN name_order TEXT NOT NULL DEFAULT '${nameOrder(null)}'`);
    for (const { key, name } of db.all<{ key: number; name: string }>(
      `SELECT c.key, coalesce(p.name, p.username) AS name FROM chat c JOIN person p ON p.account_id = c.account_id AND p.id = c.id
       WHERE coalesce(p.name, p.username) IS NOT NULL`,
    )) {
      db.run('UPDATE chat SET name_order = ? WHERE key = ?', nameOrder(name), key);
    }
    db.exec(`
CREATE INDEX chat_name ON chat (name_order);
CREATE INDEX chat_name_account ON chat (account_id, name_order);
`);
  },
};
