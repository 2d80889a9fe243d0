/** A page of a chat's media or messages. */
import { type LiveMessage, type LiveWorld, type WalkFilter } from './live.ts';
import { isOpened, messageJson, TYPE_FILTERS, type Json, type ShapeContext } from './shapes.ts';

export interface PageRequest {
  readonly chat: number;
  readonly limit: number;
  readonly offset: number;
  /** Only messages with an id below this. */
  readonly below: number | null;
  /** `photos`, `videos` or `audios`; null = all. */
  readonly type: string | null;
  readonly opened: boolean | null;
  /** Text to be found in the message; null = any. */
  readonly query: string | null;
  readonly mediaOnly: boolean;
}

export interface Page {
  readonly list: readonly unknown[];
  readonly hasMore: boolean;
  readonly nextLastId?: string;
}

interface Listed {
  readonly message: LiveMessage;
  readonly json: Json;
}

/** Messages that pass the filters, newest first, as JSON. */
function* listed(context: ShapeContext, request: PageRequest): Generator<Listed> {
  const word = request.type === null ? null : (TYPE_FILTERS[request.type] ?? null);
  const filter: WalkFilter = { mediaOnly: request.mediaOnly };
  let skip = request.offset;
  for (const message of context.live.walk(request.chat, request.below, filter)) {
    const passes =
      (word === null || message.media.some((key) => context.live.media(key).word === word)) &&
      (request.opened === null || isOpened(context.live, message) === request.opened) &&
      (request.query === null || message.text.toLowerCase().includes(request.query.toLowerCase()));
    if (passes && skip-- <= 0) {
      yield { message, json: messageJson(context, message, word) };
    }
  }
}

/** The page as a service without faults gives it. */
export function pageOf(context: ShapeContext, request: PageRequest): Page {
  const items: Listed[] = [];
  for (const item of listed(context, request)) {
    if (items.length === request.limit) {
      return { list: items.map(({ json }) => json), hasMore: true, nextLastId: String(items.at(-1)?.message.id) };
    }
    items.push(item);
  }
  return { list: items.map(({ json }) => json), hasMore: false };
}

/** The newest message of a chat as the chat list shows it, or null for an empty chat. */
export function newestMessage(live: LiveWorld, chat: number): LiveMessage | null {
  for (const message of live.walk(chat, null, { mediaOnly: false })) {
    return message;
  }
  return null;
}
