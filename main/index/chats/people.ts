/** Pieces of SQL about who somebody is. */

/** The name of a person of an account, as an expression; null where none is known. */
export const nameOf = (accountId: string, personId: string): string =>
  `(SELECT coalesce(p.name, p.username) FROM person p WHERE p.account_id = ${accountId} AND p.id = ${personId})`;

/** Whether message `s` of chat `c` is the account's (`a`) own: 1 or 0. Without the account's own id, whoever is not the other party is. */
export const FROM_ME = `CASE WHEN s.sender_id IS NULL THEN 0 WHEN a.user_id IS NULL THEN s.sender_id <> c.id ELSE s.sender_id = a.user_id END`;
