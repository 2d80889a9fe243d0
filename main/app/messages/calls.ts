import { z } from 'zod';
import type { Message } from '../../contract/shapes.ts';
import { call } from '../kernel/call.ts';
import { id, limit, time } from '../kernel/inputs.ts';

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
};
