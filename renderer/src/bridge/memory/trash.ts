/** The trash of the made-up library, and the searches that are kept in it. */
import type {
  MarkChange,
  MediaRef,
  MediaSelection,
  SavedSearch,
  TrashEmptied,
  TrashEntry,
  TrashSummary,
} from '../../../../main/contract/browse-shapes.ts';
import type { MadeLabels } from './labels.ts';
import type { MadeEntry, MadeLibrary } from './library.ts';

interface Removed {
  readonly entry: MadeEntry;
  readonly removedAt: number;
  readonly removal: number;
}

const newestFirst = (a: MadeEntry, b: MadeEntry): number => b.sentAt - a.sentAt || b.id - a.id;

export class MadeTrash {
  readonly #library: () => MadeLibrary;
  readonly #labels: MadeLabels;
  readonly #now: () => number;
  readonly #deleted: MadeEntry[] = [];
  #removed: Removed[] = [];
  #removals = 0;

  constructor(library: () => MadeLibrary, labels: MadeLabels, now: () => number) {
    this.#library = library;
    this.#labels = labels;
    this.#now = now;
  }

  remove(selection: MediaSelection): MarkChange {
    const entries = this.#labels.selected(selection);
    if (entries.length === 0) {
      return { changed: 0, undo: null };
    }
    this.#removals += 1;
    const removal = this.#removals;
    const removedAt = this.#now();
    this.#removed.unshift(...entries.map((entry) => ({ entry, removedAt, removal })));
    const gone = new Set(entries.map(({ id }) => id));
    const library = this.#library();
    library.media = library.media.filter(({ id }) => !gone.has(id));
    for (const chat of library.chats) {
      chat.media = chat.media.filter(({ id }) => !gone.has(id));
      chat.messages = chat.messages.map((message) => ({
        ...message,
        media: message.media.filter(({ id }) => !gone.has(id)),
      }));
    }
    return { changed: entries.length, undo: removal };
  }

  /** Null: there is no such removal to take back. */
  undo(removal: number): number | null {
    return this.#restore((each) => each.removal === removal) || null;
  }

  restore(refs: readonly MediaRef[] | null): number {
    return this.#restore(({ entry }) => isNamed(refs, entry));
  }

  empty(refs: readonly MediaRef[] | null): TrashEmptied {
    const gone = this.#removed.filter(({ entry }) => isNamed(refs, entry));
    this.#removed = this.#removed.filter((each) => !gone.includes(each));
    this.#deleted.push(...gone.map(({ entry }) => entry));
    const stored = gone.filter(({ entry }) => entry.bytes !== null);
    return {
      media: gone.length,
      files: stored.length,
      bytes: stored.reduce((sum, { entry }) => sum + (entry.bytes ?? 0), 0),
    };
  }

  summary(): TrashSummary {
    return {
      count: this.#removed.length,
      bytes: this.#removed.reduce((sum, { entry }) => sum + (entry.bytes ?? 0), 0),
    };
  }

  /** How many media of a chat (null = of all) were removed, those deleted since among them. */
  count(chatId: number | null): number {
    return [...this.#removed.map(({ entry }) => entry), ...this.#deleted].filter(
      (entry) => chatId === null || entry.chatId === chatId,
    ).length;
  }

  page({ after, limit }: { after: string | null; limit: number }): { rows: TrashEntry[]; next: string | null } {
    const start = after === null ? 0 : Number(after);
    const end = start + limit;
    return {
      rows: this.#removed.slice(start, end).map(({ entry, removedAt }) => ({ entry: { ...entry }, removedAt })),
      next: end < this.#removed.length ? String(end) : null,
    };
  }

  #restore(is: (each: Removed) => boolean): number {
    const back = this.#removed.filter(is).map(({ entry }) => entry);
    this.#removed = this.#removed.filter((each) => !is(each));
    const library = this.#library();
    library.media = [...library.media, ...back].sort(newestFirst);
    for (const chat of library.chats) {
      const own = back.filter(({ chatId }) => chatId === chat.id);
      if (own.length > 0) {
        chat.media = [...chat.media, ...own].sort((a, b) => newestFirst(b, a));
        chat.messages = chat.messages.map((message) => ({
          ...message,
          media: [...message.media, ...own.filter(({ messageId }) => messageId === message.id)],
        }));
      }
    }
    return back.length;
  }
}

const isNamed = (refs: readonly MediaRef[] | null, entry: MadeEntry): boolean =>
  refs === null || refs.some(({ mediaId }) => mediaId === entry.id);

export class MadeSearches {
  #kept: SavedSearch[] = [];
  #removed: SavedSearch[] = [];
  #lastId = 0;

  list(): SavedSearch[] {
    return this.#kept.toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** Null: another has the name, or there is none of this id. */
  save({ id, ...search }: Omit<SavedSearch, 'id'> & { readonly id: number | null }): number | null {
    const other = this.#kept.find(({ name }) => name.toLowerCase() === search.name.toLowerCase());
    if ((other !== undefined && other.id !== id) || (id !== null && this.#kept.every((each) => each.id !== id))) {
      return null;
    }
    this.#lastId += id === null ? 1 : 0;
    const saved = { ...search, id: id ?? this.#lastId };
    this.#kept = [...this.#kept.filter((each) => each.id !== saved.id), saved];
    return saved.id;
  }

  rename(id: number, name: string): boolean {
    const one = this.#kept.find((each) => each.id === id);
    return one !== undefined && this.save({ ...one, name }) !== null;
  }

  remove(id: number): boolean {
    const one = this.#kept.find((each) => each.id === id);
    this.#kept = this.#kept.filter((each) => each.id !== id);
    this.#removed.push(...(one === undefined ? [] : [one]));
    return one !== undefined;
  }

  restore(id: number): boolean {
    const one = this.#removed.find((each) => each.id === id);
    this.#removed = this.#removed.filter((each) => each.id !== id);
    this.#kept.push(...(one === undefined ? [] : [one]));
    return one !== undefined;
  }
}
