import type { MediaRef, TrashScope } from '../../contract/browse-shapes.ts';
import { savedSearchSchema } from '../schemas.ts';
import type { RemovedChoice } from '../../index/trash/calls.ts';
import type { SearchRow } from '../../index/labels/calls.ts';
import type { CallOutput } from '../calls.ts';
import { AppError } from '../../lib/app-error.ts';
import { notFound } from '../kernel/refusal.ts';
import type { HandlerContext, Handlers } from '../context.ts';

type Names =
  | 'searches.list'
  | 'searches.save'
  | 'searches.rename'
  | 'searches.remove'
  | 'searches.restore'
  | 'media.remove'
  | 'media.restoreRemoved'
  | 'trash.summary'
  | 'trash.page'
  | 'trash.restore'
  | 'trash.empty';

type Search = CallOutput<'searches.list'>['searches'][number];

/** `searches.*`, `media.remove`, `media.restoreRemoved`, `trash.*`. Every change is sent to all pages. */
export function trashHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const index = (): ReturnType<HandlerContext['session']>['core']['index'] => context.session().core.index;
  const trash = (): ReturnType<HandlerContext['session']>['trash'] => context.session().trash;
  const now = (): number => context.ports.core.clock.now();
  const told = <Value>(value: Value): Value => {
    context.events.emit('labels.changed', {});
    return value;
  };
  const save = async (input: { id: number | null; name: string; query: string | null }): Promise<{ id: number }> => {
    const saved = await index().write.saveSearch({ ...input, at: now() });
    if (saved === null) {
      throw new AppError('usage', `There is a search named ${input.name} already.`, 'Choose another name.');
    }
    return told(saved);
  };
  const done = (found: boolean): null => {
    if (!found) {
      throw notFound('This search');
    }
    return told(null);
  };
  return {
    'searches.list': async (_input, signal) => ({
      searches: (await index().read.searches({}, { signal })).flatMap((row) => searchOf(row) ?? []),
    }),
    'searches.save': async ({ id, name, filter, order }) =>
      await save({ id, name, query: JSON.stringify({ filter, order }) }),
    'searches.rename': async ({ id, name }) => {
      await save({ id, name, query: null });
      return null;
    },
    'searches.remove': async ({ id }) => done(await index().write.removeSearch({ id, at: now() })),
    'searches.restore': async ({ id }) => done(await index().write.restoreSearch({ id })),
    // Not given up half-way: what a person removes is removed as a whole.
    'media.remove': async ({ selection }) => told(await trash().remove(selection)),
    'media.restoreRemoved': async ({ undo }) => {
      const restored = await trash().restore({ removal: undo });
      if (restored === 0) {
        throw notFound('This removal');
      }
      return told({ restored });
    },
    'trash.summary': async (input, signal) => await index().read.trashSummary(input, { signal }),
    'trash.page': async (input, signal) => await index().read.trashPage(input, { signal }),
    'trash.restore': async (input) => told({ restored: await trash().restore(choiceOf(input)) }),
    'trash.empty': async (input) => told(await trash().empty(choiceOf(input))),
  };
}

const choiceOf = ({
  refs,
  within,
}: {
  readonly refs: readonly MediaRef[] | null;
  readonly within?: TrashScope;
}): RemovedChoice => (refs !== null ? { refs } : within === undefined ? { all: true } : { within });

/** Null: kept by a version that knew other filters. */
function searchOf({ id, name, query }: SearchRow): Search | null {
  const parsed = savedSearchSchema.safeParse(JSON.parse(query));
  return parsed.success ? { id, name, ...parsed.data } : null;
}
