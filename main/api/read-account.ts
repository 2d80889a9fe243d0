/** Answers about the account, its connections, chats and users. Items that cannot be read are counted; a wrong envelope is an error to retry. */
import type { RemoteChat, RemoteConnection, RemoteUser } from '../lib/model.ts';
import { ApiError } from './errors.ts';
import { chatItem, connectionItem, listEnvelope, selfObject, userObject, whoAmIObject } from './schemas.ts';

export interface WhoAmI {
  readonly id: string | null;
  readonly name: string | null;
  readonly permissions: readonly string[];
}

/** The account behind the connection; `userId` is null when the service says no more than whether it is logged in. */
export interface Self {
  readonly userId: number | null;
  readonly isAuth: boolean | null;
  readonly username: string | null;
  readonly name: string | null;
}

export interface ReadList<T> {
  readonly items: readonly T[];
  readonly bad: number;
  readonly hasMore: boolean;
  readonly nextOffset: number | null;
}

export function readWhoAmI(value: unknown): WhoAmI {
  const parsed = whoAmIObject.safeParse(value);
  if (!parsed.success || parsed.data.id === null) {
    throw wrongEnvelope('whoami');
  }
  return { id: parsed.data.id, name: parsed.data.name, permissions: texts(parsed.data.permissions) };
}

export function readSelf(value: unknown): Self {
  const parsed = selfObject.safeParse(value);
  if (!parsed.success || (parsed.data.id === null && parsed.data.isAuth === null)) {
    throw wrongEnvelope('self');
  }
  const { id, isAuth, username, name } = parsed.data;
  return { userId: id, isAuth, username, name };
}

export function readConnections(value: unknown): ReadList<RemoteConnection> {
  return readList(value, 'connections', (item) => {
    const parsed = connectionItem.safeParse(item);
    if (!parsed.success || parsed.data.id === null) {
      return null;
    }
    const { id, status, userData, permissions, expiredAt } = parsed.data;
    return {
      id,
      status: status ?? '',
      userId: userData.id,
      name: userData.name,
      username: userData.username,
      permissions: texts(permissions),
      expiredAt,
    };
  });
}

export function readChats(value: unknown): ReadList<RemoteChat> {
  return readList(value, 'chats', (item) => {
    const parsed = chatItem.safeParse(item);
    const id = parsed.data?.withUser.id ?? null;
    if (!parsed.success || id === null) {
      return null;
    }
    const { lastMessage, unreadMessagesCount } = parsed.data;
    return {
      id,
      lastMessageId: lastMessage?.id ?? null,
      lastMessageChangedAt: lastMessage?.changedAt ?? null,
      unreadCount: unreadMessagesCount,
      raw: JSON.stringify(item),
    };
  });
}

/** `{users:[…]}` today, `{list:[…]}` or a bare list elsewhere; users without an id are left out. */
export function readUsers(value: unknown): RemoteUser[] {
  const list = Array.isArray(value) ? value : (field(value, 'users') ?? field(value, 'list'));
  if (!Array.isArray(list)) {
    throw wrongEnvelope('users/list');
  }
  return (list as readonly unknown[]).map(toUser).filter((user) => user !== null);
}

/** Null when the answer, an untyped object in the service's own types, is no user. */
export function readUser(value: unknown): RemoteUser | null {
  if (typeof value !== 'object' || value === null) {
    throw wrongEnvelope('users/:id');
  }
  return toUser(value);
}

function toUser(value: unknown): RemoteUser | null {
  const parsed = userObject.safeParse(value);
  if (!parsed.success || parsed.data.id === null) {
    return null;
  }
  const { id, username, name, displayName, avatar } = parsed.data;
  return { id, username, name, displayName, avatarUrl: avatar };
}

function readList<T>(value: unknown, endpoint: string, read: (item: unknown) => T | null): ReadList<T> {
  const envelope = listEnvelope.safeParse(value);
  if (!envelope.success) {
    throw wrongEnvelope(endpoint);
  }
  const items = envelope.data.list.map(read).filter((item) => item !== null);
  return {
    items,
    bad: envelope.data.list.length - items.length,
    hasMore: envelope.data.hasMore,
    nextOffset: envelope.data.nextOffset,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}

function wrongEnvelope(endpoint: string): ApiError {
  return new ApiError('bad_response', { endpoint, status: 200, detail: 'not the answer of this endpoint' });
}
