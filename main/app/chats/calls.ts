import { z } from 'zod';
import type { Chat, RemoteChatEntry } from '../../contract/shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { id, limit, token } from '../kernel/inputs.ts';

export const chatCalls = {
  /** Chats at the service, newest first, for choosing; `after` is the `next` of the page before. */
  'chats.remote': call(z.strictObject({ accountId: id, after: token.nullable() })).answers<{
    readonly rows: readonly RemoteChatEntry[];
    readonly next: string | null;
  }>(),
  /** Which chats a sync keeps. `all` includes chats that appear later; the ids are then exceptions that stay out. */
  'chats.choose': call(
    z.strictObject({ accountId: id, mode: z.enum(['all', 'only']), chatIds: z.array(id).max(20_000) }),
  ).answers<Done>(),
  /** Chats in the library, newest first, or in the order in which they came. */
  'chats.list': call(
    z.strictObject({
      accountId: id.nullable(),
      order: z.literal('added').exactOptional(),
      after: token.nullable(),
      limit: limit(500),
    }),
  ).answers<{
    readonly rows: readonly (Chat & { readonly newestMessageId: number | null; readonly complete: boolean })[];
    readonly next: string | null;
  }>(),
  /** AppError `account_unknown` or `chat_unknown` for the first that the library does not have. */
  'chats.known': call(z.strictObject({ accountId: id.nullable(), chatIds: z.array(id).max(500) })).answers<Done>(),
};
