import type { AppContext } from '../core/app-context.ts';
import type { Core } from '../core/core.ts';
import type { HandlersOf } from '../kernel/call.ts';
import { present } from '../kernel/refusal.ts';
import type { mediaCalls } from './calls.ts';

/** `media.*` and `selection.*`: reads of the index, given up when the caller gives up. */
export function mediaHandlers({ core }: Pick<AppContext, 'core'>): HandlersOf<typeof mediaCalls> {
  const read = (): Core['index']['read'] => core().index.read;
  const zoned = <Input extends object>(input: Input): Input & { readonly timeZone: string } => ({
    ...input,
    timeZone: core().timeZone,
  });
  return {
    'media.counts': async (input, signal) => await read().mediaCounts(zoned(input), { signal }),
    'media.layout': async (input, signal) => await read().mediaLayout(zoned(input), { signal }),
    'media.page': async (input, signal) => await read().mediaEntries(input, { signal }),
    'media.covers': async (input, signal) => ({ covers: await read().mediaCovers(input, { signal }) }),
    'media.around': async (input, signal) => present(await read().mediaAround(input, { signal }), 'This item'),
    'media.details': async (input, signal) => ({ rows: await read().mediaDetails(input, { signal }) }),
    'media.item': async (input, signal) => present(await read().mediaItem(input, { signal }), 'This item'),
    'selection.summary': async (input, signal) => await read().selectionSummary(input, { signal }),
  };
}
