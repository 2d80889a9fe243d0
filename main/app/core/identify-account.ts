import { createHash } from 'node:crypto';
import type { ApiClient } from '../../api/client.ts';
import { ApiError } from '../../api/errors.ts';
import { AppError } from '../../lib/app-error.ts';
import type { RemoteConnection } from '../../lib/model.ts';

/** Whose chats these are. */
export interface AccountIdentity {
  /** `user:<id>`, or `connection:<hash>` where the service does not tell the user. */
  readonly identity: string;
  readonly userId: number | null;
  readonly username: string | null;
  readonly name: string | null;
}

/**
 * Asks the service who the connection belongs to: `self`, else the connection list (API facts §1: `self` may answer without an id, and
 * needs `profile:read`, which an archiving connection may lack). Rejects with ApiError when key or connection are refused.
 */
export async function identifyAccount(
  api: ApiClient,
  connectionId: string,
  signal: AbortSignal,
): Promise<AccountIdentity> {
  const self = await tolerating(() => api.self({ signal }));
  if (self !== null && self.userId !== null) {
    return { identity: `user:${self.userId}`, userId: self.userId, username: self.username, name: self.name };
  }
  const connection = await tolerating(() => findConnection(api, (candidate) => candidate.id === connectionId, signal));
  if (connection !== null && connection.userId !== null) {
    return {
      identity: `user:${connection.userId}`,
      userId: connection.userId,
      username: connection.username,
      name: connection.name,
    };
  }
  return {
    identity: `connection:${createHash('sha256').update(connectionId).digest('hex')}`,
    userId: null,
    username: null,
    name: null,
  };
}

/** The key's only active connection; AppError `usage` when there is none or more than one. */
export async function onlyConnection(api: ApiClient, signal: AbortSignal): Promise<string> {
  const active: RemoteConnection[] = [];
  for await (const page of api.connections({ signal })) {
    active.push(...page.items.filter((connection) => connection.status === 'active'));
  }
  const [first] = active;
  if (first === undefined || active.length > 1) {
    const what =
      first === undefined ? 'The key has no active connection' : `The key has ${active.length} active connections`;
    throw new AppError(
      'usage',
      `${what}; one must be named.`,
      'Add the account (again) and choose the connection, or name it with --connection or CHATKEEP_CONNECTION.',
    );
  }
  return first.id;
}

/**
 * The key's first active connection of this person that may read messages: a library that came without keys knows whose chats it holds.
 * Null when the key has none. A connection that lists no permissions may have them.
 */
export async function connectionOf(userId: number, api: ApiClient, signal: AbortSignal): Promise<string | null> {
  const mayRead = ({ permissions }: RemoteConnection): boolean =>
    permissions.length === 0 || permissions.includes('messages:read');
  const own = (each: RemoteConnection): boolean => each.status === 'active' && each.userId === userId && mayRead(each);
  return (await findConnection(api, own, signal))?.id ?? null;
}

async function findConnection(
  api: ApiClient,
  wanted: (connection: RemoteConnection) => boolean,
  signal: AbortSignal,
): Promise<RemoteConnection | null> {
  for await (const page of api.connections({ signal })) {
    const found = page.items.find(wanted);
    if (found !== undefined) {
      return found;
    }
  }
  return null;
}

/** Null where the endpoint is missing or not permitted; key, session and network errors go up. */
async function tolerating<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (
      error instanceof ApiError &&
      (error.code === 'forbidden' || error.code === 'not_found' || error.code === 'bad_request')
    ) {
      return null;
    }
    throw error;
  }
}
