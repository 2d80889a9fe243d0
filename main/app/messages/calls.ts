import { z } from 'zod';
import type { ChatHits, KeptMessage, Message } from '../../contract/shapes.ts';
import { call } from '../kernel/call.ts';
import { edge, id, limit, time, token, words } from '../kernel/inputs.ts';

const anchor = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('newest') }),
  z.strictObject({ at: z.literal('around'), messageId: id }),
  z.strictObject({ at: z.literal('date'), time }),
  z.strictObject({ at: z.literal('older'), messageId: id }),
  z.strictObject({ at: z.literal('newer'), messageId: id }),
]);

export const messageCalls = {
  /** At most 100 messages of a conversation, oldest first. */
  'messages.page': call(z.strictObject({ accountId: id, chatId: id, anchor, limit: limit(100) })).answers<{
    readonly rows: readonly Message[];
    readonly hasOlder: boolean;
    readonly hasNewer: boolean;
  }>(),
  /**
   * Kept messages, chat by chat and newest first, for scripts. Empty `chatIds` = all. `after` is the `next` of the page before; AppError
   * `usage` for another. `raw`: with the service's own JSON.
   */
  'messages.list': call(
    z.strictObject({
      accountId: id.nullable(),
      chatIds: z.array(id).max(500),
      from: edge.nullable(),
      to: edge.nullable(),
      text: words.nullable(),
      raw: z.boolean(),
      after: token.nullable(),
      limit: limit(500),
    }),
  ).answers<{ readonly rows: readonly KeptMessage[]; readonly next: string | null }>(),
  /** The messages of a conversation in which all the words occur. */
  'messages.find': call(z.strictObject({ accountId: id, chatId: id, text: words.min(1) })).answers<ChatHits>(),
};
