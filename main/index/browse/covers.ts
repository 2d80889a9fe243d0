import { FAVOURITE } from '../../contract/browse-shapes.ts';
import { EVERYTHING, type MediaEntry, type MediaFilter } from '../../contract/shapes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { entriesAt } from '../media/entries.ts';
import { mediaKeys } from './media.ts';
import { startOf, tallyRows, wholeMonths } from './tallies.ts';

/** Newest stored items that are looked at for one with a picture. */
const TRIED = 8;

interface Between {
  readonly from: number;
  readonly to: number;
}

/** The part of a span that has stored favourites at all, by whole months; none where it has none. */
function favouritesIn(db: ReadableDatabase, { from, to }: Between): Between[] {
  const filter = { ...EVERYTHING, labels: [FAVOURITE], states: ['stored' as const], from, to };
  const months = tallyRows<{ month: number }>(db, wholeMonths(filter), [{ by: 'lead' }], 'month').map(
    ({ month }) => month,
  );
  return months.length === 0
    ? []
    : [{ from: Math.max(from, startOf(Math.min(...months))), to: Math.min(to, startOf(Math.max(...months) + 1)) }];
}

/**
 * The picture that stands for each span of what matches: a favourite, else the newest stored photo; null where there is none. Each is found
 * by walking the list from the end of its span: nothing is counted.
 */
export function mediaCovers(
  db: ReadableDatabase,
  input: { filter: MediaFilter; spans: readonly Between[] },
): (MediaEntry | null)[] {
  const { filter, spans } = input;
  const { kinds, states, labels = [] } = filter;
  if (states.length > 0 && !states.includes('stored')) {
    return spans.map(() => null);
  }
  const photos = kinds.length === 0 || kinds.includes('photo');
  const first = (span: Between, limits: Partial<MediaFilter>): MediaEntry | null => {
    const within = {
      ...filter,
      ...limits,
      states: ['stored' as const],
      from: Math.max(span.from, filter.from ?? span.from),
      to: Math.min(span.to, filter.to ?? span.to),
    };
    const { keys } = mediaKeys(db, { ...within, limit: TRIED, after: null });
    return entriesAt(db, keys).find(({ thumb }) => thumb) ?? null;
  };
  return spans.map(
    (span) =>
      // With labels asked for, one more would let in what does not match.
      (labels.length === 0 ? favouritesIn(db, span).map((part) => first(part, { labels: [FAVOURITE] }))[0] : null) ??
      first(span, photos ? { kinds: ['photo'] } : {}),
  );
}
