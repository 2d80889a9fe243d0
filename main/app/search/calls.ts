import { z } from 'zod';
import type { MediaFilter, MediaOrder, MessageHit, SavedSearch } from '../../contract/shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { filter, id, limit, name, nothing, order, token, words } from '../kernel/inputs.ts';

const searchName = name(100);

/** The schema of a saved search. It must keep accepting old ones. */
export const savedSearchSchema: z.ZodType<{
  readonly filter: MediaFilter;
  readonly order: MediaOrder | null;
  /** Whose days its filter means. */
  readonly timeZone?: string;
}> = z.strictObject({ filter, order: order.nullable(), timeZone: z.string().exactOptional() });

export const searchCalls = {
  /** Messages by their words, newest first, at most 100. `whole`: with all their words and media. */
  'search.messages': call(
    z.strictObject({
      text: words.min(1),
      accountId: id.nullable(),
      chatId: id.nullable(),
      after: token.nullable(),
      limit: limit(100),
      whole: z.literal(true).exactOptional(),
    }),
  ).answers<{ readonly hits: readonly MessageHit[]; readonly next: string | null }>(),
  /** Searches that are kept, by name. */
  'searches.list': call(nothing).answers<{ readonly searches: readonly SavedSearch[] }>(),
  /** Keeps a search (`id` null), or puts another in its place. AppError `usage` when another has the name. Answers its id. */
  'searches.save': call(
    z.strictObject({ id: id.nullable(), name: searchName, filter, order: order.nullable() }),
  ).answers<{ readonly id: number }>(),
  'searches.rename': call(z.strictObject({ id, name: searchName })).answers<Done>(),
  /** `searches.restore` brings it back, as long as no other has its name. */
  'searches.remove': call(z.strictObject({ id })).answers<Done>(),
  'searches.restore': call(z.strictObject({ id })).answers<Done>(),
};
