import { z } from 'zod';
import type {
  MediaCounts,
  MediaDetails,
  MediaEntry,
  MediaItem,
  MediaLayout,
  SelectionSummary,
} from '../../contract/shapes.ts';
import { call } from '../kernel/call.ts';
import { filter, id, limit, mediaRef, order, selection, time, token } from '../kernel/inputs.ts';

const place = z.int().min(0);
const reach = place.max(100);

export const mediaCalls = {
  /** How many match, by month, from maintained tallies: the ground plan of the grid. */
  'media.counts': call(z.strictObject({ filter })).answers<MediaCounts>(),
  /**
   * The shapes of the items of a span of at most 31 days, usually a month of `media.counts`: at most 50,000, newest first; `after` is the
   * `next` of the answer before. The pages that hold the items `near` (counted in this answer, from `first` to before `end`) come along, at
   * most three: whoever looks there needs no second question.
   */
  'media.layout': call(
    z.strictObject({
      filter,
      from: time,
      to: time,
      after: token.nullable(),
      near: z.strictObject({ first: place, end: place }).exactOptional(),
    }),
  ).answers<MediaLayout>(),
  /** A page of at most 200, newest first or in `order`; `after` is the `next` of the page before, asked for in the same order. */
  'media.page': call(
    z.strictObject({ filter, order: order.exactOptional(), after: token.nullable(), limit: limit(200) }),
  ).answers<{ readonly rows: readonly MediaEntry[]; readonly next: string | null }>(),
  /**
   * The picture that stands for each span of at most 24, for cards of months and years: a favourite, else the newest stored photo; null
   * where there is none.
   */
  'media.covers': call(
    z.strictObject({ filter, spans: z.array(z.strictObject({ from: time, to: time })).max(24) }),
  ).answers<{ readonly covers: readonly (MediaEntry | null)[] }>(),
  /**
   * An item with its neighbours in the order of the filter: up to `newer` before it and `older` after it in `rows` (at most 100 each).
   * `index` is its place in `rows`; `position` its place among all that match, counted from 0, null where counting would be slow.
   */
  'media.around': call(z.strictObject({ filter, accountId: id, mediaId: id, newer: reach, older: reach })).answers<{
    readonly rows: readonly MediaEntry[];
    readonly index: number;
    readonly position: number | null;
  }>(),
  /** Sender, words and hash of at most 200 listed items, in their order; those that are no longer listed are left out. `whole`: with all words. */
  'media.details': call(
    z.strictObject({ refs: z.array(mediaRef.extend({ chatId: id })).max(200), whole: z.literal(true).exactOptional() }),
  ).answers<{
    readonly rows: readonly MediaDetails[];
  }>(),
  /** Everything known of one item. */
  'media.item': call(mediaRef).answers<MediaItem>(),
  /** How much a selection holds, from tallies where they can tell. */
  'selection.summary': call(z.strictObject({ selection })).answers<SelectionSummary>(),
};
