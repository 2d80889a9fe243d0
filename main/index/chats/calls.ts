/** Chats and their people. */
import type { Chat } from '../../contract/shapes.ts';
import type { RemoteChat, RemoteUser } from '../../lib/model.ts';

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

export interface ChatReads {
  chats(input: { accountId: number | null; after: number | null; limit: number }): ChatRow[];
  chatById(input: { accountId: number; id: number }): ChatRow | null;
  /** Ids of the other parties of chats whose name was last asked for before `before`, never asked ones first; `before` 0 = only those never asked. */
  namesDue(input: {
    accountId: number;
    before: number;
    /** Null = of all chats. */
    chatKeys: readonly number[] | null;
    limit: number;
  }): number[];
  /** Newest first, or in the order in which they came; `after` is the `next` of the page before. */
  chatList(input: { accountId: number | null; order?: 'added'; after: string | null; limit: number }): {
    rows: ChatListRow[];
    next: string | null;
  };
}

export interface ChatWrites {
  saveChats(input: { accountId: number; runId: number | null; at: number; chats: readonly RemoteChat[] }): ChatRow[];
  /** `asked`: the ids asked for; those missing in `users` are unknown to the service and are not due again for a day. */
  saveUsers(input: {
    accountId: number;
    runId: number | null;
    at: number;
    users: readonly RemoteUser[];
    asked: readonly number[];
  }): void;
  /** The walk of a chat has met covered ground or its start: what the chat list said is now listed. */
  chatWalked(input: { chatKey: number; at: number; probeMessageId: number | null }): void;
}
