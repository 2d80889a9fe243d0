/** Messages: their words, and conversations around them. */
import type { Message, MessageAnchor, MessageHit } from '../../contract/shapes.ts';

export interface FoundMessage {
  readonly messageId: number;
  readonly chatId: number;
  readonly senderId: number | null;
  readonly sentAt: number;
  readonly text: string;
  readonly mediaIds: readonly number[];
}

export interface MessageReads {
  search(input: { accountId: number | null; text: string; chatId: number | null; limit: number }): FoundMessage[];
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
  }): { hits: MessageHit[]; next: string | null };
}
