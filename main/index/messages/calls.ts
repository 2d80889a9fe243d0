/** Messages: their words, and conversations around them. */
import type { Message, MessageAnchor, MessageHit } from '../../contract/shapes.ts';

/** A kept message as lists show it. */
export interface KeptMessage {
  readonly id: number;
  readonly chatId: number;
  readonly senderId: number | null;
  readonly sentAt: number;
  readonly changedAt: number | null;
  /** Since when the service no longer lists it; null = it does. */
  readonly goneAt: number | null;
  readonly text: string;
  readonly replyTo: number | null;
  /** Without those that a person has removed. */
  readonly mediaIds: readonly number[];
  /** The service's own JSON, where it was asked for. */
  readonly raw?: string;
}

export interface MessageReads {
  /** Chat by chat, newest first; `after` is the `next` of the page before. Times bound as in a filter. */
  messageList(input: {
    accountId: number | null;
    chatIds: readonly number[];
    from: number | null;
    to: number | null;
    text: string | null;
    after: string | null;
    limit: number;
    raw?: boolean;
  }): { rows: KeptMessage[]; next: string | null };
  /** Null when the chat is not in the library. */
  messagesPage(input: { accountId: number; chatId: number; anchor: MessageAnchor; limit: number }): {
    rows: Message[];
    hasOlder: boolean;
    hasNewer: boolean;
  } | null;
  messageHits(input: {
    text: string;
    accountId: number | null;
    chatId: number | null;
    after: string | null;
    limit: number;
    whole?: true;
  }): { hits: MessageHit[]; next: string | null };
}
