/** Every place as a URL and back. Hash routes: the same under `app://`, `http://` and a page opened from a disk. Pure. */
import { CHANGE_GROUP_NAMES, type ChangeGroup } from '../../../main/contract/shapes.ts';
import { MEDIA_ORDERS, type MediaOrder, type MediaRef } from '../../../main/contract/browse-shapes.ts';
import { NO_FILTER, readFilter, readId, writeFilter, type Filter } from './filter.ts';

export interface ChatRef {
  readonly accountId: number;
  readonly chatId: number;
}

export const SETUP_STEPS = ['library', 'key', 'connection', 'chats'] as const;
export type SetupStep = (typeof SETUP_STEPS)[number];

export const SETTINGS_SECTIONS = ['accounts', 'sync', 'appearance', 'privacy', 'shortcuts', 'about'] as const;
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number];

/** `months` and `years`: the grid seen from afar, a card each. */
export const MEDIA_VIEWS = ['grid', 'months', 'years', 'list'] as const;
export type MediaView = (typeof MEDIA_VIEWS)[number];
/** From near to far. */
export const ZOOMS = ['grid', 'months', 'years'] as const;
export type Zoom = (typeof ZOOMS)[number];

export type Route =
  /**
   * The media of everything or of one chat: a timeline, its months or years, or a list in any order (null = newest first). `item` opens the
   * viewer over it, `month` is where the timeline stands.
   */
  | {
      readonly place: 'media';
      readonly chat: ChatRef | null;
      readonly filter: Filter;
      readonly item: MediaRef | null;
      readonly month: string | null;
      readonly view: MediaView;
      readonly order: MediaOrder | null;
    }
  /** The messages of a chat, at one of them or at the newest. `find`: the words searched in it; '' = none yet, null = no search. */
  | {
      readonly place: 'conversation';
      readonly chat: ChatRef;
      readonly messageId: number | null;
      readonly find: string | null;
    }
  | { readonly place: 'search'; readonly text: string; readonly chat: ChatRef | null }
  | { readonly place: 'activity' }
  | { readonly place: 'library' }
  /** What runs found changed. Days as in filters. */
  | {
      readonly place: 'changes';
      readonly groups: readonly ChangeGroup[];
      readonly chatId: number | null;
      readonly runId: number | null;
      readonly from: string | null;
      readonly to: string | null;
    }
  /** The trash: all of it, of one chat, or of one message of a chat. */
  | { readonly place: 'trash'; readonly chat: ChatRef | null; readonly messageId: number | null }
  | { readonly place: 'settings'; readonly section: SettingsSection }
  | { readonly place: 'setup'; readonly step: SetupStep };

export type ChangesRoute = Extract<Route, { place: 'changes' }>;
export type MediaRoute = Extract<Route, { place: 'media' }>;

export const ALL_MEDIA: MediaRoute = {
  place: 'media',
  chat: null,
  filter: NO_FILTER,
  item: null,
  month: null,
  view: 'grid',
  order: null,
};
/** All changes. */
export const CHANGES: ChangesRoute = { place: 'changes', groups: [], chatId: null, runId: null, from: null, to: null };
/** The whole trash. */
export const TRASH: Route = { place: 'trash', chat: null, messageId: null };
export const chatMessages = (chat: ChatRef, messageId: number | null = null, find: string | null = null): Route => ({
  place: 'conversation',
  chat,
  messageId,
  find,
});
export const chatMedia = (chat: ChatRef): MediaRoute => ({ ...ALL_MEDIA, chat });

/** Longest search, characters. */
const MOST_WORDS = 500;

const inList = <Word extends string>(known: readonly Word[], text: string | undefined): Word | null =>
  known.find((word) => word === text) ?? null;

function readChat(account: string | undefined, chat: string | undefined): ChatRef | null {
  const accountId = readId(account);
  const chatId = readId(chat);
  return accountId === null || chatId === null ? null : { accountId, chatId };
}

function readChatOf(query: URLSearchParams): ChatRef | null {
  const [account, chat] = (query.get('chat') ?? '').split('.');
  return readChat(account, chat);
}

function readItem(text: string | null): MediaRef | null {
  const [account, media] = (text ?? '').split('.');
  const [accountId, mediaId] = [readId(account), readId(media)];
  return accountId === null || mediaId === null ? null : { accountId, mediaId };
}

/** Reads the part after `#`. An unknown route shows all media: a broken link never breaks the app. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const query = new URLSearchParams(search);
  const [first, ...rest] = path.split('/');
  if (first === 'chat') {
    const chat = readChat(rest[0], rest[1]);
    if (chat !== null && rest[2] === 'messages') {
      return chatMessages(chat, readId(query.get('at')), query.get('find')?.slice(0, MOST_WORDS) ?? null);
    }
    return media(chat, query);
  }
  if (first === 'search') {
    return { place: 'search', text: (query.get('q') ?? '').slice(0, MOST_WORDS), chat: readChatOf(query) };
  }
  if (first === 'library' && rest[0] === 'trash') {
    const chat = readChatOf(query);
    return { place: 'trash', chat, messageId: chat === null ? null : readId(query.get('message')) };
  }
  if (first === 'activity' && rest[0] === 'changes') {
    const { from, to } = readFilter(query);
    const asked = (query.get('what') ?? '').split(',');
    return {
      place: 'changes',
      groups: CHANGE_GROUP_NAMES.filter((group) => asked.includes(group)),
      chatId: readId(query.get('chat')),
      runId: readId(query.get('run')),
      from,
      to,
    };
  }
  if (first === 'activity' || first === 'library') {
    return { place: first };
  }
  if (first === 'settings') {
    return { place: 'settings', section: inList(SETTINGS_SECTIONS, rest[0]) ?? 'accounts' };
  }
  if (first === 'setup') {
    return { place: 'setup', step: inList(SETUP_STEPS, rest[0]) ?? 'library' };
  }
  return media(null, query);
}

function media(chat: ChatRef | null, query: URLSearchParams): MediaRoute {
  const month = query.get('month');
  return {
    place: 'media',
    chat,
    filter: readFilter(query),
    item: readItem(query.get('item')),
    month: month !== null && /^\d{4}-\d{2}$/.test(month) ? month : null,
    view: inList(MEDIA_VIEWS, query.get('view') ?? undefined) ?? 'grid',
    order: readOrder(query.get('order')),
  };
}

/** `size` = smallest first, `-size` = largest first. */
function readOrder(text: string | null): MediaOrder | null {
  const descending = text?.startsWith('-') === true;
  const by = inList(MEDIA_ORDERS, descending ? text.slice(1) : (text ?? undefined));
  return by === null ? null : { by, descending };
}

/** A path with those parts of its query that are not null. */
function address(
  path: string,
  parts: Readonly<Record<string, string | number | null>>,
  query = new URLSearchParams(),
): string {
  for (const [name, value] of Object.entries(parts)) {
    if (value !== null) {
      query.set(name, String(value));
    }
  }
  const text = query.toString().replaceAll('%2C', ',');
  return text === '' ? path : `${path}?${text}`;
}

/** The hash of a place, with `#`. `parseRoute(formatRoute(r))` is `r`. */
export function formatRoute(route: Route): string {
  switch (route.place) {
    case 'media': {
      const { chat, filter, view, order, month, item } = route;
      const query = new URLSearchParams();
      writeFilter(filter, query);
      const parts = {
        view: view === 'grid' ? null : view,
        order: order === null ? null : `${order.descending ? '-' : ''}${order.by}`,
        month,
        item: item === null ? null : `${String(item.accountId)}.${String(item.mediaId)}`,
      };
      return address(chat === null ? '#/media' : `#/chat/${chatPath(chat, '/')}/media`, parts, query);
    }
    case 'conversation':
      return address(`#/chat/${chatPath(route.chat, '/')}/messages`, { at: route.messageId, find: route.find });
    case 'search':
      return address('#/search', { q: route.text, chat: chatPart(route.chat) });
    case 'activity':
    case 'library':
      return `#/${route.place}`;
    case 'changes': {
      const { groups, chatId, runId, from, to } = route;
      const what = groups.length === 0 ? null : groups.join(',');
      return address('#/activity/changes', { what, chat: chatId, run: runId, since: from, until: to });
    }
    case 'trash':
      return address('#/library/trash', { chat: chatPart(route.chat), message: route.messageId });
    case 'settings':
      return `#/settings/${route.section}`;
    case 'setup':
      return `#/setup/${route.step}`;
  }
}

const chatPart = (chat: ChatRef | null): string | null => (chat === null ? null : chatPath(chat, '.'));
const chatPath = (chat: ChatRef, separator: string): string =>
  `${String(chat.accountId)}${separator}${String(chat.chatId)}`;

export const sameChat = (a: ChatRef | null, b: ChatRef | null): boolean =>
  a === b || (a !== null && b !== null && a.accountId === b.accountId && a.chatId === b.chatId);
