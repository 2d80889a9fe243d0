import type { SavedSearch } from '../../contract/shapes.ts';
import { findZone, type Zone, zoneOf } from '../../contract/time-zone.ts';
import type { SearchRow } from '../../index/labels/calls.ts';
import { AppError } from '../../lib/app-error.ts';
import type { AppContext } from '../core/app-context.ts';
import type { HandlersOf } from '../kernel/call.ts';
import { notFound } from '../kernel/refusal.ts';
import { savedSearchSchema, type searchCalls } from './calls.ts';

/** `search.*`, `searches.*`. Every change of the kept searches is sent to all pages. */
export function searchHandlers({ core, events, ports }: AppContext): HandlersOf<typeof searchCalls> {
  const save = async (input: { id: number | null; name: string; query: string | null }): Promise<{ id: number }> => {
    const saved = await core().index.write.saveSearch({ ...input, at: ports.core.clock.now() });
    if (saved === null) {
      throw new AppError('usage', `There is a search named ${input.name} already.`, 'Choose another name.');
    }
    return events.marked(saved);
  };
  const done = (found: boolean): null => {
    if (!found) {
      throw notFound('This search');
    }
    return events.marked(null);
  };
  return {
    ...searchReads({ core }),
    'searches.list': async (_input, signal) => ({
      searches: (await core().index.read.searches({}, { signal })).flatMap(
        (row) => searchOf(row, zoneOf(core().timeZone)) ?? [],
      ),
    }),
    'searches.save': async ({ id, name, filter, order }) =>
      await save({ id, name, query: JSON.stringify({ filter, order, timeZone: core().timeZone }) }),
    'searches.rename': async ({ id, name }) => {
      await save({ id, name, query: null });
      return null;
    },
    'searches.remove': async ({ id }) =>
      done(await core().index.write.removeSearch({ id, at: ports.core.clock.now() })),
    'searches.restore': async ({ id }) => done(await core().index.write.restoreSearch({ id })),
  };
}

/** Those of them that only read the library. */
export function searchReads({
  core,
}: Pick<AppContext, 'core'>): Pick<HandlersOf<typeof searchCalls>, 'search.messages'> {
  return {
    'search.messages': async (input, signal) => await core().index.read.messageHits(input, { signal }),
  };
}

/** With the days that it was kept with, as `zone` has them. Null: kept by a version that knew other filters. */
function searchOf({ id, name, query }: SearchRow, zone: Zone): SavedSearch | null {
  const { data } = savedSearchSchema.safeParse(JSON.parse(query));
  if (data === undefined) {
    return null;
  }
  const { filter, order, timeZone } = data;
  const kept = findZone(timeZone ?? zone.name) ?? zone;
  const moved = (edge: number | null): number | null => {
    const day = edge === null ? 0 : kept.dayOf(edge);
    return edge === null || kept.startOfDay(day) !== edge ? edge : zone.startOfDay(day);
  };
  return { id, name, filter: { ...filter, from: moved(filter.from), to: moved(filter.to) }, order };
}
