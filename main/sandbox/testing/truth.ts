/** The contents of a complete archive of the sandbox, read lazily from the world that the API shows. */
import { type MediaKind, type MediaState, type Variant } from '../../contract/model.ts';
import { type Bodies } from '../bodies.ts';
import { isHosted, type LiveMedia, type LiveMessage, type LiveWorld } from '../live.ts';
import type { Sandbox } from '../sandbox.ts';
import { chatId, chatOf, mediaId, messageId, type MediaKey } from '../world.ts';

interface TruthMessage {
  readonly id: number;
  readonly at: number;
  /** HTML as given. */
  readonly text: string;
  readonly fromMe: boolean;
  readonly changedAt: number | null;
  /** True when the media listing holds it; the others are in the message listing alone. */
  readonly inMediaListing: boolean;
  readonly mediaIds: readonly number[];
}

export interface TruthMedia {
  readonly id: number;
  readonly kind: MediaKind;
  readonly state: MediaState;
  /** Renditions the host gives; `full` is there exactly when the item is viewable. */
  readonly variants: readonly Variant[];
}

export interface TruthFile {
  readonly sha256: string;
  readonly bytes: number;
  readonly mime: string;
}

export interface TruthChat {
  readonly id: number;
  readonly name: string;
  readonly username: string;
  /** Newest first; withdrawn ones are not among them. */
  messages(): Iterable<TruthMessage>;
  /** Every media item of the chat once. */
  media(): Iterable<TruthMedia>;
}

/** The contents of a complete archive of this sandbox, as of now. */
export const truthOf = ({ live, bodies }: Pick<Sandbox, 'live' | 'bodies'>): Truth => new Truth(live, bodies);

const KEPT: readonly Variant[] = ['full', 'preview', 'thumb'];

export class Truth {
  readonly #live: LiveWorld;
  readonly #bodies: Bodies;

  constructor(live: LiveWorld, bodies: Bodies) {
    this.#live = live;
    this.#bodies = bodies;
  }

  *chats(): Generator<TruthChat> {
    for (let chat = 0; chat < this.#live.world.chats; chat++) {
      yield this.#chat(chat);
    }
  }

  /** Throws for an unknown id. */
  chat(id: number): TruthChat {
    const chat = chatOf(this.#live.world, id);
    if (chat === null) {
      throw new RangeError(`no chat ${id}`);
    }
    return this.#chat(chat);
  }

  /** Every media item that any message shows, once, over all chats. */
  *media(): Generator<TruthMedia> {
    const strays = new Set<number>();
    for (let chat = 0; chat < this.#live.world.chats; chat++) {
      yield* this.#distinct(this.#live.walk(chat, null, { mediaOnly: true }), strays, () => true);
    }
  }

  /** One item, or null when no message ever carried that id. */
  mediaById(id: number): TruthMedia | null {
    const media = this.#live.mediaById(id);
    return media === null ? null : describe(media);
  }

  /** The expected file of a rendition, or null if the host has none. Made on demand. */
  async file(id: number, variant: Variant): Promise<TruthFile | null> {
    return this.#bodies.digest(id, variant);
  }

  /** Ids of messages that were withdrawn: an archive that saw them before keeps them. */
  *withdrawn(): Generator<number> {
    for (const key of this.#live.withdrawn()) {
      yield messageId(this.#live.world, key);
    }
  }

  #chat(chat: number): TruthChat {
    const live = this.#live;
    const person = live.person(chatId(chat));
    return {
      id: chatId(chat),
      name: person?.name ?? '',
      username: person?.username ?? '',
      messages: function* () {
        for (const message of live.walk(chat, null, { mediaOnly: false })) {
          yield describeMessage(live, message);
        }
      },
      media: () => this.#distinct(live.walk(chat, null, { mediaOnly: true }), new Set(), (key) => key.chat === chat),
    };
  }

  /**
   * An item comes with the message that owns it; only `strays`, whose owner is not on this walk, need remembering.
   * `inScope`: the walk passes the owner of this item, if that is still there.
   */
  *#distinct(
    messages: Iterable<LiveMessage>,
    strays: Set<number>,
    inScope: (key: MediaKey) => boolean,
  ): Generator<TruthMedia> {
    const live = this.#live;
    for (const message of messages) {
      for (const key of message.media) {
        const own = live.owns(message, key);
        const stray = !own && !(inScope(key) && live.message(key) !== null);
        const id = mediaId(live.world, key);
        if (own || (stray && !strays.has(id))) {
          yield describe(live.media(key));
        }
        if (stray) {
          strays.add(id);
        }
      }
    }
  }
}

function describe(media: LiveMedia): TruthMedia {
  return {
    id: media.id,
    kind: media.kind,
    state: media.state,
    variants: KEPT.filter((variant) => isHosted(media, variant)),
  };
}

function describeMessage(live: LiveWorld, message: LiveMessage): TruthMessage {
  const { id, at, text, fromMe, changedAt } = message;
  return {
    id,
    at,
    text,
    fromMe,
    changedAt,
    inMediaListing: message.form !== 'text',
    mediaIds: message.media.map((key) => mediaId(live.world, key)),
  };
}
