/** Messages: their words, and conversations around them. */
import type { ChatHits, KeptMessage, Message, MessageAnchor, MessageHit } from '../../contract/shapes.ts';

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
  /** Null when the chat is not in the library. */
  chatHits(input: { accountId: number; chatId: number; text: string }): ChatHits | null;
  messageHits(input: {
    text: string;
    accountId: number | null;
    chatId: number | null;
    after: string | null;
    limit: number;
    whole?: true;
  }): { hits: MessageHit[]; next: string | null };
}
