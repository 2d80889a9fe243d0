/** The world with what has happened to it since: the one thing in the sandbox that changes. */
import { type MediaState } from '../contract/model.ts';
import { ownsMedia, planMedia, planMessage, type MediaPlan, type MessagePlan } from './plan.ts';
import { nameOf, textOf, usernameOf } from './words.ts';
import {
  chatId,
  chatOf,
  indexAtOrAbove,
  mediaId,
  mediaOf,
  messageId,
  messageOf,
  NEWEST_AT,
  SELF_ID,
  type MediaKey,
  type MessageKey,
  type World,
} from './world.ts';

/** A message as it is now. */
export interface LiveMessage extends MessagePlan {
  readonly id: number;
  /** HTML, as the service gives it. */
  readonly text: string;
  readonly changedAt: number | null;
}

/** A media item as it is now. */
export interface LiveMedia extends MediaPlan {
  readonly state: MediaState;
  readonly hasError: boolean;
}

/** Renditions the media host serves; the first three are what an archive keeps. */
export const HOSTED = ['full', 'preview', 'thumb', 'square', '240', '720', 'avatar'] as const;
export type Hosted = (typeof HOSTED)[number];

export interface Person {
  readonly id: number;
  readonly username: string;
  readonly name: string;
}

/** Items that a listing may omit. */
export interface WalkFilter {
  /** Only messages with media or a giphy: what the media listing holds. */
  readonly mediaOnly: boolean;
}

const slot = (key: MessageKey): string => `${key.chat}:${key.index}`;

export class LiveWorld {
  readonly world: World;
  readonly #added = new Map<number, number>();
  readonly #withdrawn = new Map<number, MessageKey>();
  readonly #edits = new Map<number, { text: string; at: number }>();
  readonly #viewable = new Set<number>();
  readonly #resent = new Map<string, MediaKey>();
  readonly #names = new Map<number, string>();
  readonly #versions = new Map<string, number>();
  readonly #odd = new Set<string>();
  #ticks = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** How many messages a chat ever had; withdrawn ones count. */
  count(chat: number): number {
    return this.world.messages + (this.#added.get(chat) ?? 0);
  }

  /** The message at a place, or null when it does not exist or was withdrawn. */
  message(key: MessageKey): LiveMessage | null {
    const id = messageId(this.world, key);
    if (key.index < 0 || key.index >= this.count(key.chat) || this.#withdrawn.has(id)) {
      return null;
    }
    const resent = this.#resent.get(slot(key));
    const sent = planMessage(this.world, key);
    const plan: MessagePlan =
      resent === undefined
        ? sent
        : { ...sent, form: 'media', payment: 'free', teasers: 0, notReady: false, media: [resent] };
    const edit = this.#edits.get(id);
    const text = edit?.text ?? textOf(this.world.seed, key.chat, key.index, plan.form === 'media');
    return { ...plan, id, text, changedAt: edit?.at ?? null };
  }

  /**
   * A chat's messages, newest first, those with an id below `below` (null = from the newest). Lazy: memory does not
   * depend on the length of the chat.
   */
  *walk(chat: number, below: number | null, filter: WalkFilter): Generator<LiveMessage> {
    const from =
      below === null ? this.count(chat) : Math.min(this.count(chat), indexAtOrAbove(this.world, chat, below));
    for (let index = from - 1; index >= 0; index--) {
      const message = this.message({ chat, index });
      if (message !== null && (!filter.mediaOnly || message.form !== 'text')) {
        yield message;
      }
    }
  }

  /** The item a media key names, as it is now. */
  media(key: MediaKey): LiveMedia {
    const plan = planMedia(this.world, key);
    const fixed = this.#viewable.has(plan.id);
    return { ...plan, state: stateOf(plan, fixed), hasError: plan.base === 'error' && !fixed };
  }

  /** The item of an id, or null when no message ever carried it. */
  mediaById(id: number): LiveMedia | null {
    const key = mediaOf(this.world, id);
    if (
      key === null ||
      key.index >= this.count(key.chat) ||
      this.#resent.has(slot(key)) ||
      !ownsMedia(this.world, key)
    ) {
      return null;
    }
    return this.media(key);
  }

  /** True when this message shows the item first (other messages may show it again). */
  owns(message: MessageKey, key: MediaKey): boolean {
    return key.chat === message.chat && key.index === message.index && !this.#resent.has(slot(message));
  }

  person(id: number): Person | null {
    if (id === SELF_ID) {
      return { id, username: 'lighthouse', name: this.#names.get(id) ?? 'Lighthouse' };
    }
    const chat = chatOf(this.world, id);
    return chat === null ? null : { id, username: usernameOf(chat), name: this.#names.get(id) ?? nameOf(chat) };
  }

  personByName(username: string): Person | null {
    if (username === 'lighthouse') {
      return this.person(SELF_ID);
    }
    const chat = Number(/^studio(\d{3,4})$/.exec(username)?.[1] ?? Number.NaN) - 1;
    return Number.isInteger(chat) && chat >= 0 && chat < this.world.chats ? this.person(chatId(chat)) : null;
  }

  /** Rises when the bytes behind a rendition change. */
  version(id: number, hosted: Hosted): number {
    return this.#versions.get(`${id}/${hosted}`) ?? 0;
  }

  changeBytes(id: number, hosted: Hosted): void {
    this.#versions.set(`${id}/${hosted}`, this.version(id, hosted) + 1);
  }

  /** True when the service's own file lacks its last two bytes. */
  isOdd(id: number, hosted: Hosted): boolean {
    return this.#odd.has(`${id}/${hosted}`);
  }

  makeOdd(id: number, hosted: Hosted): void {
    this.#odd.add(`${id}/${hosted}`);
    this.changeBytes(id, hosted);
  }

  /** Withdrawn messages: an archive that saw them keeps them. */
  withdrawn(): IterableIterator<MessageKey> {
    return this.#withdrawn.values();
  }

  isWithdrawn(id: number): boolean {
    return this.#withdrawn.has(id);
  }

  /** Adds messages with media that can be seen; answers their ids, oldest first. */
  addMessages(chat: number, n: number): number[] {
    const ids: number[] = [];
    for (let count = 0; count < n; count++) {
      const index = this.count(chat);
      this.#added.set(chat, index + 1 - this.world.messages);
      ids.push(messageId(this.world, { chat, index }));
    }
    return ids;
  }

  /** A new message that carries an item sent before; answers its id. */
  resend(id: number, chat: number): number {
    const { key } = this.#existing(id);
    this.#resent.set(slot({ chat, index: this.count(chat) }), key);
    const [added] = this.addMessages(chat, 1);
    return added ?? 0;
  }

  /** An item that was locked, not ready or in error becomes viewable. */
  makeViewable(id: number, from: 'locked' | 'notReady'): void {
    const { base } = this.#existing(id);
    const matches = from === 'locked' ? base === 'locked' : base === 'notReady' || base === 'error';
    if (!matches) {
      throw new RangeError(`media ${id} is not ${from}`);
    }
    this.#viewable.add(id);
  }

  edit(id: number, text: string): void {
    this.#messageKey(id);
    this.#edits.set(id, { text, at: NEWEST_AT + ++this.#ticks * 1000 });
  }

  withdraw(id: number): void {
    this.#withdrawn.set(id, this.#messageKey(id));
  }

  rename(id: number, name: string): void {
    if (this.person(id) === null) {
      throw new RangeError(`no user ${id}`);
    }
    this.#names.set(id, name);
  }

  #existing(id: number): LiveMedia {
    const media = this.mediaById(id);
    if (media === null) {
      throw new RangeError(`no media ${id}`);
    }
    return media;
  }

  #messageKey(id: number): MessageKey {
    const key = messageOf(this.world, id);
    if (key === null || this.message(key) === null) {
      throw new RangeError(`no message ${id}`);
    }
    return key;
  }
}

function stateOf(plan: MediaPlan, madeViewable: boolean): MediaState {
  if (madeViewable || plan.base === 'plain') {
    return 'viewable';
  }
  switch (plan.base) {
    case 'locked':
      return plan.lockStyle === 'previewOnly' ? 'preview' : 'locked';
    case 'protected':
      return 'protected';
    default:
      return 'notReady';
  }
}

/** True when the media host gives this rendition of an item. */
export function isHosted(media: LiveMedia, hosted: Hosted): boolean {
  const video = media.kind === 'video';
  switch (hosted) {
    case 'full':
      return media.state === 'viewable';
    case 'thumb':
      return media.hasThumb && (media.state === 'viewable' || media.state === 'preview');
    case 'preview':
      return media.state === 'preview' || (media.hasPreview && media.state === 'viewable');
    case 'square':
      return media.hasPreview && media.state === 'viewable';
    case '240':
    case '720':
      return video && media.hasPreview && media.state === 'viewable';
    default:
      return false;
  }
}

/** Id of the media a key names. */
export function idOf(live: LiveWorld, key: MediaKey): number {
  return mediaId(live.world, key);
}
