import type { MediaRef, TrashScope } from '../../contract/browse-shapes.ts';
import type { RemovedChoice } from '../../index/trash/calls.ts';
import { notFound } from '../kernel/refusal.ts';
import type { AppContext } from '../core/app-context.ts';
import type { HandlersOf } from '../kernel/call.ts';
import type { trashCalls } from './calls.ts';
import type { TrashService } from './service.ts';

/** `media.remove`, `media.restoreRemoved`, `trash.*`. Every change is sent to all pages. */
export function trashHandlers(context: AppContext & { trash(): TrashService }): HandlersOf<typeof trashCalls> {
  const { core, events, trash } = context;
  return {
    // Not given up half-way: what a person removes is removed as a whole.
    'media.remove': async ({ selection }) => events.marked(await trash().remove(selection)),
    'media.restoreRemoved': async ({ undo }) => {
      const restored = await trash().restore({ removal: undo });
      if (restored === 0) {
        throw notFound('This removal');
      }
      return events.marked({ restored });
    },
    'trash.summary': async (input, signal) => await core().index.read.trashSummary(input, { signal }),
    'trash.page': async (input, signal) => await core().index.read.trashPage(input, { signal }),
    'trash.restore': async (input) => events.marked({ restored: await trash().restore(choiceOf(input)) }),
    'trash.empty': async (input) => events.marked(await trash().empty(choiceOf(input))),
  };
}

const choiceOf = ({
  refs,
  within,
}: {
  readonly refs: readonly MediaRef[] | null;
  readonly within?: TrashScope;
}): RemovedChoice => (refs !== null ? { refs } : within === undefined ? { all: true } : { within });
