/** Chats and their people. */
import type { Chat } from '../../contract/shapes.ts';

export interface ChatRow {
  /** Local key; `id` is the service's. */
  readonly key: number;
  readonly accountId: number;
  /** The other party's user id. */
  readonly id: number;
  readonly name: string | null;
  readonly username: string | null;
  /** Newest message id known here. */
  readonly newestMessageId: number | null;
  readonly newestAt: number | null;
  /** Distinct media in this chat. */
  readonly media: number;
  /** The unfiltered media pass is one range from the newest listed message to the chat's start. */
  readonly complete: boolean;
  /** The newest message id in the last chat list, for the cheap check of `watch`. */
  readonly probeMessageId: number | null;
  /** `probeMessageId` as it was when the chat was last listed to its covered ground. */
  readonly syncedProbeId: number | null;
}

/** A chat as screens list it. Whether it is being synced now, the index does not know. */
export interface ChatListRow extends Omit<Chat, 'state'> {
  /** Listed without a gap, and the chat list names no newer message than the one listed. */
  readonly upToDate: boolean;
  /** Newest message id known here. */
  readonly newestMessageId: number | null;
  /** The unfiltered media pass is one range from the newest listed message to the chat's start. */
  readonly complete: boolean;
}
