import { APP_ERROR_CODES, err, type AppErrorCode, type WireError } from '../../contract/errors.ts';
import type { Account, Connection } from '../../contract/shapes.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import type { RemoteConnection } from '../../lib/model.ts';
import { isSample } from './samples.ts';

/** The permission that reading messages and media needs; names are optional (API facts §1). */
const NEEDED = ['messages:read'];

/** An account as screens show it. Holds neither key nor connection. */
export function toAccount(
  row: AccountRow,
  facts: { readonly media: number; readonly lastSyncAt: number | null } | undefined,
): Account {
  return {
    id: row.id,
    name: row.name,
    apiBase: row.apiBase,
    userId: row.userId,
    username: row.username,
    ratePerMinute: row.ratePerMinute,
    wholeConversations: row.wholeConversations,
    status: row.status,
    problem: row.status === 'ok' ? null : problemOf(row),
    lastSyncAt: facts?.lastSyncAt ?? null,
    sample: isSample(row),
    media: facts?.media ?? 0,
  };
}

const REASONS: Readonly<Partial<Record<AppErrorCode, readonly [message: string, hint: string]>>> = {
  account_missing: ['Its key is not on this machine.', 'Keys are not part of a library: enter the key again.'],
  key_refused: ['The service refused the API key.', 'Enter a good key; the sync then goes on where it was.'],
  connection_refused: [
    'The connection has ended or is not known.',
    'Link it again in the OFAuth dashboard, then test the account here.',
  ],
  permission_missing: [
    'The connection lacks a permission.',
    'Give it messages:read and profile:read in the OFAuth dashboard.',
  ],
};

/** The sample chats of the demo live only as long as the program that serves them. */
const SAMPLES_ENDED = [
  'These sample chats are no longer served.',
  'What is archived stays. Nothing new will come.',
] as const;

function problemOf(row: AccountRow): WireError {
  const code = APP_ERROR_CODES.find((known) => known === row.statusReason) ?? 'service_unusable';
  const words = code === 'account_missing' && isSample(row) ? SAMPLES_ENDED : REASONS[code];
  const [message, hint] = words ?? ['The account needs attention.', 'Test it, or enter its key again.'];
  return err(code, message, hint).error;
}

export function toConnection({ id, name, username, status, expiredAt, permissions }: RemoteConnection): Connection {
  return {
    id,
    name,
    username,
    status: status === 'active' || status === 'expired' ? status : 'other',
    expiredAt,
    // A service that lists no permissions at all says nothing about them.
    missingPermissions: permissions.length === 0 ? [] : NEEDED.filter((needed) => !permissions.includes(needed)),
  };
}
