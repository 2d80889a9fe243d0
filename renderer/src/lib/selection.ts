/**
 * A selection as a question with exceptions: spans of the list from one sort key to another, single items beside them, single items left
 * out of them. A million items are one span; nothing is ever listed. Pure.
 */
import type { MediaRef, MediaSelection, SortKey, Span } from '../../../main/contract/browse-shapes.ts';
import type { MediaFilter } from '../../../main/contract/shapes.ts';

export type Item = MediaRef & SortKey;

export interface Selection {
  /** Newest first; they do not overlap. */
  readonly spans: readonly Span[];
  /** Outside of the spans. */
  readonly include: readonly Item[];
  /** Inside of the spans. */
  readonly exclude: readonly Item[];
}

const MOST = Number.MAX_SAFE_INTEGER;
/** The latest time that a date can have. */
const LATEST = 8.64e15;
const EVERYWHERE: Span = { newest: { sentAt: LATEST, order: MOST }, oldest: { sentAt: 0, order: 0 } };

export const NOTHING: Selection = { spans: [], include: [], exclude: [] };
export const ALL: Selection = { spans: [EVERYWHERE], include: [], exclude: [] };

/** Negative when `a` comes first in the list (is newer). */
export const compareKeys = (a: SortKey, b: SortKey): number => b.sentAt - a.sentAt || b.order - a.order;

const isIn = (key: SortKey, { newest, oldest }: Span): boolean =>
  compareKeys(newest, key) <= 0 && compareKeys(key, oldest) <= 0;

const isSame = (a: MediaRef, b: MediaRef): boolean => a.mediaId === b.mediaId && a.accountId === b.accountId;

export function isSelected(selection: Selection, item: Item): boolean {
  return selection.spans.some((span) => isIn(item, span))
    ? !selection.exclude.some((other) => isSame(other, item))
    : selection.include.some((other) => isSame(other, item));
}

export const isEmpty = ({ spans, include }: Selection): boolean => spans.length === 0 && include.length === 0;

/** Everything but for single items: its count follows from the list's. */
export const isAll = ({ spans, include }: Selection): boolean =>
  include.length === 0 &&
  spans.length === 1 &&
  spans.every(
    (span) => compareKeys(span.newest, EVERYWHERE.newest) === 0 && compareKeys(span.oldest, EVERYWHERE.oldest) === 0,
  );

export function toggled(selection: Selection, item: Item): Selection {
  const name = selection.spans.some((span) => isIn(item, span)) ? 'exclude' : 'include';
  const list = selection[name];
  const without = list.filter((other) => !isSame(other, item));
  return { ...selection, [name]: without.length < list.length ? without : [...list, item] };
}

/** The span between two keys, whichever is the newer. */
export const between = (a: SortKey, b: SortKey): Span =>
  compareKeys(a, b) <= 0 ? { newest: keyOf(a), oldest: keyOf(b) } : { newest: keyOf(b), oldest: keyOf(a) };

const keyOf = ({ sentAt, order }: SortKey): SortKey => ({ sentAt, order });

/** Everything sent from `from` on and before `to`. */
export const spanOfTime = (from: number, to: number): Span => ({
  newest: { sentAt: to - 1, order: MOST },
  oldest: { sentAt: from, order: 0 },
});

/** Selects a whole span, or nothing of it; exceptions inside are forgotten. */
export function withSpan(selection: Selection, span: Span, on: boolean): Selection {
  const outside = (items: readonly Item[]): Item[] => items.filter((item) => !isIn(item, span));
  const rest = selection.spans.flatMap((other) => minus(other, span));
  const spans = on ? [...rest, span].sort((a, b) => compareKeys(a.newest, b.newest)) : rest;
  return { spans, include: outside(selection.include), exclude: outside(selection.exclude) };
}

/** The rest of a span without another. */
function minus(span: Span, cut: Span): Span[] {
  if (compareKeys(span.oldest, cut.newest) < 0 || compareKeys(cut.oldest, span.newest) < 0) {
    return [span];
  }
  const left: Span[] = [];
  if (compareKeys(span.newest, cut.newest) < 0) {
    left.push({ newest: span.newest, oldest: stepUp(cut.newest) });
  }
  if (compareKeys(cut.oldest, span.oldest) < 0) {
    left.push({ newest: stepDown(cut.oldest), oldest: span.oldest });
  }
  return left;
}

const stepUp = ({ sentAt, order }: SortKey): SortKey =>
  order < MOST ? { sentAt, order: order + 1 } : { sentAt: sentAt + 1, order: 0 };
const stepDown = ({ sentAt, order }: SortKey): SortKey =>
  order > 0 ? { sentAt, order: order - 1 } : { sentAt: sentAt - 1, order: MOST };

/** How much of a span is selected, as far as that can be said without looking at its items. */
export function stateOf(selection: Selection, span: Span): 'on' | 'some' | 'off' {
  const inside = (item: Item): boolean => isIn(item, span);
  const touching = selection.spans.filter((other) => minus(span, other).length !== 1 || minus(span, other)[0] !== span);
  if (touching.length === 0) {
    return selection.include.some(inside) ? 'some' : 'off';
  }
  const missing = touching.reduce<Span[]>((left, other) => left.flatMap((part) => minus(part, other)), [span]);
  return missing.length === 0 && !selection.exclude.some(inside) ? 'on' : 'some';
}

const refOf = ({ accountId, mediaId }: MediaRef): MediaRef => ({ accountId, mediaId });

/** The selection as the app wants it. */
export const toMediaSelection = (selection: Selection, filter: MediaFilter): MediaSelection => ({
  filter,
  spans: isAll(selection) ? null : selection.spans,
  include: selection.include.map(refOf),
  exclude: selection.exclude.map(refOf),
});

/** Whether all these fields are whole numbers. */
const isWhole = (value: unknown, ...fields: string[]): boolean =>
  typeof value === 'object' && value !== null && fields.every((name) => Number.isSafeInteger(Reflect.get(value, name)));

const isKey = (value: unknown): value is SortKey => isWhole(value, 'sentAt', 'order');
const isItem = (value: unknown): value is Item => isKey(value) && isWhole(value, 'accountId', 'mediaId');
const isSpan = (value: unknown): value is Span =>
  typeof value === 'object' &&
  value !== null &&
  isKey(Reflect.get(value, 'newest')) &&
  isKey(Reflect.get(value, 'oldest'));

const listOf = <Value>(value: unknown, is: (each: unknown) => each is Value): readonly Value[] | null =>
  Array.isArray(value) && value.every(is) ? value : null;

/** Reads what `JSON.stringify` made of a selection; nothing selected when it is damaged. */
export function readSelection(text: string | null): Selection {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (typeof value === 'object' && value !== null && 'spans' in value && 'include' in value && 'exclude' in value) {
      const spans = listOf(value.spans, isSpan);
      const include = listOf(value.include, isItem);
      const exclude = listOf(value.exclude, isItem);
      return spans === null || include === null || exclude === null ? NOTHING : { spans, include, exclude };
    }
  } catch {
    // Not a selection: nothing is selected.
  }
  return NOTHING;
}
