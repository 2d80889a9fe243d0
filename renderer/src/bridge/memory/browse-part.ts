/** Media, labels, kept searches, the trash and messages of the made-up library. */
import type { CallName } from '../../../../main/app/calls.ts';
import { err, ok, type Result } from '../../../../main/contract/errors.ts';
import type { Emit, Handlers } from './handlers.ts';
import { gone } from './handlers.ts';
import type { MadeLabels } from './labels.ts';
import type { MadeChat, MadeLibrary } from './library.ts';
import { around, counts, details, itemOf, layout, messages, page, search } from './queries.ts';
import type { MadeSearches, MadeTrash } from './trash.ts';

export interface BrowseParts {
  readonly library: () => MadeLibrary;
  readonly marks: MadeLabels;
  readonly trash: MadeTrash;
  readonly searches: MadeSearches;
  readonly emit: Emit;
}

type Names = Extract<
  CallName,
  | `media.${string}`
  | `selection.${string}`
  | `labels.${string}`
  | `notes.${string}`
  | `searches.${string}`
  | `trash.${string}`
  | `messages.${string}`
  | `search.${string}`
>;

export function browsePart({ library: libraryOf, marks, trash, searches, emit }: BrowseParts): Pick<Handlers, Names> {
  const byId = (id: number): MadeChat | undefined => libraryOf().chats.find((chat) => chat.id === id);
  const told = <Value>(result: Result<Value>): Result<Value> => {
    emit('labels.changed', {});
    return result;
  };
  /** The trash changes what every place shows. */
  const shown = <Value>(value: Value): Result<Value> => {
    emit('library.changed', { accountId: null, chatIds: null, months: null, chats: true });
    return told(ok(value));
  };
  return {
    'media.counts': ({ filter }) => ok(counts(libraryOf(), filter, marks)),
    'media.layout': (input) => ok(layout(libraryOf(), input, marks)),
    'media.page': (input) => ok(page(libraryOf(), input, marks)),
    'media.around': (input) => {
      const answer = around(libraryOf(), input, marks);
      return answer === null ? gone : ok(answer);
    },
    'media.details': ({ refs }) => ok({ rows: details(libraryOf(), refs) }),
    'media.item': ({ mediaId }) => {
      const item = itemOf(libraryOf(), mediaId, marks);
      return item === null ? gone : ok(item);
    },
    'selection.summary': ({ selection }) => ok(marks.summary(selection)),
    'labels.list': () => ok(marks.list()),
    'labels.save': ({ id, name }) => told(ok(marks.save(id, name))),
    'labels.remove': ({ id }) => told(marks.remove(id) ? ok(null) : gone),
    'labels.restore': ({ id }) => told(marks.restore(id) ? ok(null) : gone),
    'labels.apply': ({ selection, labelId, on }) => {
      const change = marks.apply(selection, labelId, on);
      return told(change === null ? gone : ok(change));
    },
    'labels.undo': ({ undo }) => told(marks.undo(undo) ? ok(null) : gone),
    'notes.set': ({ mediaId, text }) => {
      marks.setNote(mediaId, text ?? '');
      return told(ok(null));
    },
    'searches.list': () => ok({ searches: searches.list() }),
    'searches.save': (input) => {
      const id = searches.save(input);
      return id === null
        ? err('usage', `There is a search named ${input.name} already.`, 'Choose another name.')
        : told(ok({ id }));
    },
    'searches.rename': ({ id, name }) =>
      searches.rename(id, name)
        ? told(ok(null))
        : err('usage', `There is a search named ${name} already.`, 'Choose another name.'),
    'searches.remove': ({ id }) => told(searches.remove(id) ? ok(null) : gone),
    'searches.restore': ({ id }) => told(searches.restore(id) ? ok(null) : gone),
    'media.remove': ({ selection }) => shown(trash.remove(selection)),
    'media.restoreRemoved': ({ undo }) => {
      const restored = trash.undo(undo);
      return restored === null ? gone : shown({ restored });
    },
    'trash.summary': () => ok(trash.summary()),
    'trash.page': (input) => ok(trash.page(input)),
    'trash.restore': ({ refs }) => shown({ restored: trash.restore(refs) }),
    'trash.empty': ({ refs }) => shown(trash.empty(refs)),
    'messages.page': (input) => {
      const chat = byId(input.chatId);
      return chat === undefined ? gone : ok(messages(chat, input));
    },
    'search.messages': (input) => ok(search(libraryOf(), input)),
  };
}
