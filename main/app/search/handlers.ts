import type { SavedSearch } from '../../contract/shapes.ts';
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
      searches: (await core().index.read.searches({}, { signal })).flatMap((row) => searchOf(row) ?? []),
    }),
    'searches.save': async ({ id, name, filter, order }) =>
      await save({ id, name, query: JSON.stringify({ filter, order }) }),
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

/** Null: kept by a version that knew other filters. */
function searchOf({ id, name, query }: SearchRow): SavedSearch | null {
  const parsed = savedSearchSchema.safeParse(JSON.parse(query));
  return parsed.success ? { id, name, ...parsed.data } : null;
}
