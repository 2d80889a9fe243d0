/** Where those items are that an export leaves out. Pure. */
import type { MediaSelection, Span } from '../../../../main/contract/browse-shapes.ts';
import { LEDGER_STATES, type LedgerState } from '../../../../main/contract/model.ts';
import type { MediaFilter } from '../../../../main/contract/shapes.ts';
import { dayOf, fromMediaFilter, startOfDay, toMediaFilter, type Filter } from '../../lib/filter.ts';
import { ALL_MEDIA, type MediaRoute } from '../../lib/route.ts';

export const isState = (reason: string): reason is LedgerState => LEDGER_STATES.some((state) => state === reason);

/** The filter as a person would have set it; null when no filter of the screens asks the same. */
export function asFilter(media: MediaFilter): Filter | null {
  const filter = fromMediaFilter(media);
  return sameFilter(toMediaFilter(filter, media.accountId, null), media) ? filter : null;
}

const inOrder = (filter: MediaFilter): string =>
  JSON.stringify(
    Object.entries(filter)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
const sameFilter = (a: MediaFilter, b: MediaFilter): boolean => inOrder(a) === inOrder(b);

/** From the start of one day to the end of another. */
function daysOf({ newest, oldest }: Span): Pick<Filter, 'from' | 'to'> | null {
  const from = dayOf(oldest.sentAt);
  const to = dayOf(newest.sentAt);
  const whole =
    startOfDay(from) === oldest.sentAt &&
    oldest.order === 0 &&
    startOfDay(to, 1) === newest.sentAt + 1 &&
    newest.order === Number.MAX_SAFE_INTEGER;
  return whole ? { from, to } : null;
}

/** The place that shows just the selected items of one state; null where none does, as for single tiles. */
export function placeOfState(selection: MediaSelection, state: LedgerState): MediaRoute | null {
  const filter = asFilter(selection.filter);
  const { spans, include, exclude } = selection;
  if (
    filter === null ||
    include.length > 0 ||
    exclude.length > 0 ||
    (filter.states.length > 0 && !filter.states.includes(state))
  ) {
    return null;
  }
  const [span] = spans ?? [];
  if (spans === null) {
    return { ...ALL_MEDIA, filter: { ...filter, states: [state] } };
  }
  const days =
    span === undefined || spans.length > 1 || filter.from !== null || filter.to !== null ? null : daysOf(span);
  return days === null ? null : { ...ALL_MEDIA, filter: { ...filter, ...days, states: [state] } };
}
