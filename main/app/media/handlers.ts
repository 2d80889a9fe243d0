import { notFound } from '../kernel/refusal.ts';
import type { HandlerContext, Handlers } from '../context.ts';

type Names =
  | 'media.counts'
  | 'media.layout'
  | 'media.page'
  | 'media.around'
  | 'media.details'
  | 'media.item'
  | 'messages.page'
  | 'search.messages';

/** `media.*`, `messages.*`, `search.*`: reads of the index, given up when the caller gives up. */
export function mediaHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const zoned = <Input extends object>(input: Input): Input & { readonly timeZone: string } => ({
    ...input,
    timeZone: context.session().core.timeZone,
  });
  const read = (): ReturnType<HandlerContext['session']>['core']['index']['read'] => context.session().core.index.read;
  return {
    'media.counts': async (input, signal) => await read().mediaCounts(zoned(input), { signal }),
    'media.layout': async (input, signal) => await read().mediaLayout(zoned(input), { signal }),
    'media.page': async (input, signal) => await read().mediaEntries(input, { signal }),
    'media.around': async (input, signal) => present(await read().mediaAround(input, { signal }), 'This item'),
    'media.details': async (input, signal) => ({ rows: await read().mediaDetails(input, { signal }) }),
    'media.item': async (input, signal) => present(await read().mediaItem(input, { signal }), 'This item'),
    'messages.page': async (input, signal) => present(await read().messagesPage(input, { signal }), 'This chat'),
    'search.messages': async (input, signal) => await read().messageHits(input, { signal }),
  };
}

function present<T>(found: T | null, what: string): T {
  if (found === null) {
    throw notFound(what);
  }
  return found;
}
