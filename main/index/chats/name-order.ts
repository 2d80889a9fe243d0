import { type WritableDatabase } from '../kernel/database-types.ts';

/** Sorts after every name. */
const UNNAMED = '\u{10FFFF}';
/** Of a number in a name; longer ones keep their digits. */
const DIGITS = 12;

/** The text that sorts a chat by its name, by code points: case and accents make no difference, numbers go by value, no name comes last. */
export function nameOrder(name: string | null): string {
  const plain = (name ?? '').normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase('en').trim();
  return plain === '' ? UNNAMED : plain.replace(/\d+/g, (number) => number.padStart(DIGITS, '0'));
}

/** Keeps `chat.name_order` in step with the name of the chat's person; nothing where there is no such chat. */
export function orderChat(db: WritableDatabase, accountId: number, id: number): void {
  const chat = db.get<{ key: number; before: string; name: string | null }>(
    `SELECT c.key, c.name_order AS before, coalesce(p.name, p.username) AS name
     FROM chat c LEFT JOIN person p ON p.account_id = c.account_id AND p.id = c.id WHERE c.account_id = ? AND c.id = ?`,
    accountId,
    id,
  );
  const order = nameOrder(chat?.name ?? null);
  if (chat !== undefined && chat.before !== order) {
    db.run('UPDATE chat SET name_order = ? WHERE key = ?', order, chat.key);
  }
}
