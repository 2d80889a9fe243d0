/** Checks the parameters of every call before anything is sent: the service's answer to a senseless one is not documented (API facts §8). */
import { MEDIA_TYPES, type MediaTypeFilter } from '../contract/model.ts';
import { AppError } from '../lib/app-error.ts';

export const MEDIA_PAGE_MAX = 100;
export const MESSAGES_PAGE_MAX = 10;
const CHATS_PAGE_MAX = 20;
export const USERS_MAX = 10;
export const CONNECTIONS_PAGE_MAX = 100;

/** `GET /v2/access/chats/:userId/media`, all of its parameters. */
export interface ChatMediaQuery {
  /** 1–100 messages; the service's default is 10. */
  readonly limit?: number;
  /** Items to skip. Shifts when messages arrive: prefer `cursor`, with which it cannot be combined. */
  readonly offset?: number;
  /** Sent as `last_id`: what lies below this. null and undefined = the newest page. */
  readonly cursor?: string | null;
  /** Sent as `skip_users`; upstream values are `all` and `none`. */
  readonly skipUsers?: string;
  /** Sent as `true` or `false`; its meaning is unclear (API facts §4). */
  readonly opened?: boolean;
  readonly type?: MediaTypeFilter;
}

/** `GET /v2/access/chats/:userId/messages`. */
export interface ChatMessagesQuery {
  /** 1–10 messages. */
  readonly limit?: number;
  readonly offset?: number;
  /** Words to search for inside the chat. */
  readonly query?: string;
  readonly cursor?: string | null;
  /** Start at this message. */
  readonly firstId?: number;
  readonly includeUsers?: boolean;
}

/** `GET /v2/access/chats`. */
export interface ChatsQuery {
  /** 1–20 chats; default here 20. */
  readonly limit?: number;
  readonly order?: 'recent' | 'old';
  readonly filter?: 'priority' | 'who_tipped' | 'unread';
  readonly query?: string;
  readonly userListId?: string;
  /** Where the list begins; 0 when left out. */
  readonly offset?: number;
}

/** @throws AppError `usage` */
export function toMediaParams(query: ChatMediaQuery): URLSearchParams {
  const params = new URLSearchParams();
  setLimit(params, query.limit, MEDIA_PAGE_MAX);
  setOffset(params, query.offset, query.cursor);
  setCursor(params, query.cursor);
  setText(params, 'skip_users', query.skipUsers);
  if (query.opened !== undefined) {
    params.set('opened', String(query.opened));
  }
  setOneOf(params, 'type', query.type, MEDIA_TYPES);
  return params;
}

/** @throws AppError `usage` */
export function toMessagesParams(query: ChatMessagesQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.firstId !== undefined && query.cursor !== undefined && query.cursor !== null) {
    throw senseless('firstId and cursor both say where to start');
  }
  setLimit(params, query.limit, MESSAGES_PAGE_MAX);
  setOffset(params, query.offset, query.cursor);
  setText(params, 'query', query.query);
  setCursor(params, query.cursor);
  if (query.firstId !== undefined) {
    params.set('first_id', String(checkId(query.firstId, 'firstId')));
  }
  if (query.includeUsers !== undefined) {
    params.set('include_users', String(query.includeUsers));
  }
  return params;
}

/** @throws AppError `usage` */
export function toChatsParams(query: ChatsQuery, offset: number): URLSearchParams {
  const params = new URLSearchParams();
  setLimit(params, query.limit ?? CHATS_PAGE_MAX, CHATS_PAGE_MAX);
  params.set('offset', String(offset));
  setOneOf(params, 'order', query.order, ['recent', 'old']);
  setOneOf(params, 'filter', query.filter, ['priority', 'who_tipped', 'unread']);
  setText(params, 'query', query.query);
  setText(params, 'userListId', query.userListId);
  return params;
}

/** A whole positive number below 2^53, or a thrown AppError `usage`: an id goes into the path and must hold digits alone. */
export function checkId(id: number, what: string): number {
  if (!Number.isSafeInteger(id) || id <= 0) {
    throw senseless(`${what} must be a whole number above 0`);
  }
  return id;
}

/** Numeric id or user name as it may stand in a path. @throws AppError `usage` */
export function checkIdOrName(idOrName: number | string): string {
  if (typeof idOrName === 'number') {
    return String(checkId(idOrName, 'user id'));
  }
  const name = idOrName.replace(/^@/, '');
  // A name of dots alone would climb in the path.
  if (!/^[\w.-]{1,100}$/.test(name) || /^\.+$/.test(name)) {
    throw senseless('a user name holds letters, digits, dots, dashes and underscores');
  }
  return name;
}

function setLimit(params: URLSearchParams, limit: number | undefined, max: number): void {
  if (limit === undefined) {
    return;
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > max) {
    throw senseless(`limit must be 1 to ${max}`);
  }
  params.set('limit', String(limit));
}

function setOffset(params: URLSearchParams, offset: number | undefined, cursor: string | null | undefined): void {
  if (offset === undefined) {
    return;
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw senseless('offset must be a whole number, 0 or more');
  }
  if (cursor !== undefined && cursor !== null) {
    throw senseless('offset and cursor cannot be combined');
  }
  params.set('offset', String(offset));
}

function setCursor(params: URLSearchParams, cursor: string | null | undefined): void {
  if (cursor === undefined || cursor === null) {
    return;
  }
  if (cursor === '' || cursor.length > 1000) {
    throw senseless('cursor must be 1 to 1000 characters');
  }
  params.set('last_id', cursor);
}

function setText(params: URLSearchParams, name: string, text: string | undefined): void {
  if (text === undefined) {
    return;
  }
  if (text === '' || text.length > 1000) {
    throw senseless(`${name} must be 1 to 1000 characters`);
  }
  params.set(name, text);
}

function setOneOf(params: URLSearchParams, name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined) {
    return;
  }
  if (!known.includes(value)) {
    throw senseless(`${name} must be one of ${known.join(', ')}`);
  }
  params.set(name, value);
}

function senseless(what: string): AppError {
  return new AppError('usage', what, 'Nothing was sent to the service.');
}
