import { z } from 'zod';
import type { Account, Connection } from '../../contract/shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { id, limit, name, nothing, token } from '../kernel/inputs.ts';

const key = z.string().trim().min(1).max(1000);
const apiBase = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .nullable();
const ratePerMinute = z.int().min(0).max(100_000).nullable();
const accountName = name(100);

/** Accounts. A key is sent from a screen once, is kept in the keystore, and never comes back. */
export const accountCalls = {
  'accounts.list': call(nothing).answers<{ readonly accounts: readonly Account[] }>(),
  /** Tests a key by listing its connections. `apiBase` null = the service's documented address. */
  'connections.list': call(z.strictObject({ key, apiBase })).answers<{
    readonly keyName: string | null;
    readonly connections: readonly Connection[];
  }>(),
  'accounts.add': call(
    z.strictObject({ name: accountName.nullable(), key, connectionId: token, apiBase, ratePerMinute }),
  ).answers<Account>(),
  /** Asks the service whether key and connection are still good; the account carries the answer. */
  'accounts.test': call(z.strictObject({ accountId: id })).answers<Account>(),
  /** Fields left out stay. `key` replaces the key after testing it. */
  'accounts.update': call(
    z.strictObject({
      accountId: id,
      name: accountName.optional(),
      key: key.optional(),
      connectionId: token.optional(),
      ratePerMinute: ratePerMinute.optional(),
      wholeConversations: z.boolean().optional(),
    }),
  ).answers<Account>(),
  /** Forgets key and connection. Chats and files stay in the library. */
  'accounts.remove': call(z.strictObject({ accountId: id })).answers<Done>(),
  /** Starts the built-in stand-in of the service with generated chats, as an account of its own; the same account when it runs already. */
  'sandbox.start': call(z.strictObject({ chats: limit(200), messages: limit(5000) })).answers<Account>(),
};
