/** The filters that a person sets: each is stated once, in `FIELDS`. */
import { LEDGER_STATES, MEDIA_KINDS, TRADES } from '../../../main/contract/model.ts';
import { dayText, readDay } from '../../../main/contract/time-zone.ts';
import { EVERYTHING, MEDIA_SHAPES, type MediaFilter } from '../../../main/contract/shapes.ts';
import { zone } from './zone.ts';

const SECOND = 1000;
const MB = 1_000_000;

/** Lengths that can be asked for: at least, less than, milliseconds. */
export const LENGTHS = {
  'under-10s': [0, 10 * SECOND],
  '10s-1m': [10 * SECOND, 60 * SECOND],
  '1m-5m': [60 * SECOND, 300 * SECOND],
  'over-5m': [300 * SECOND, null],
} as const;
export type LengthRange = keyof typeof LENGTHS;
export const LENGTH_RANGES = ['under-10s', '10s-1m', '1m-5m', 'over-5m'] as const satisfies readonly LengthRange[];

/** Sizes of files that can be asked for: at least, less than, bytes. */
export const SIZES = {
  'under-1mb': [0, MB],
  '1mb-10mb': [MB, 10 * MB],
  '10mb-100mb': [10 * MB, 100 * MB],
  'over-100mb': [100 * MB, null],
} as const;
export type SizeRange = keyof typeof SIZES;
export const SIZE_RANGES = [
  'under-1mb',
  '1mb-10mb',
  '10mb-100mb',
  'over-100mb',
] as const satisfies readonly SizeRange[];

/** One filter: its name in addresses, how it is read there, and its value where it is not set. */
interface Field<Value> {
  readonly query: string;
  readonly read: (text: string) => Value;
  readonly none: Value;
}

/** Any of a closed list. */
const several = <Word extends string>(query: string, known: readonly Word[]): Field<readonly Word[]> => ({
  query,
  read: (text) => known.filter((word) => text.split(',').includes(word)),
  none: [],
});
/** One of a closed list. */
const single = <Word extends string>(query: string, known: readonly Word[]): Field<Word | null> => ({
  query,
  read: (text) => known.find((word) => word === text) ?? null,
  none: null,
});
const ids = (query: string): Field<readonly number[]> => ({
  query,
  read: (text) => text.split(',').flatMap((part) => readId(part) ?? []),
  none: [],
});
const day = (query: string): Field<string | null> => ({
  query,
  read: (text) => (startOfDay(text) === null ? null : text),
  none: null,
});
const flag = (query: string): Field<boolean> => ({ query, read: (text) => text === 'yes', none: false });
const words = (query: string): Field<string | null> => ({
  query,
  read: (text) => text.trim().slice(0, 500) || null,
  none: null,
});

/** Every filter, in the order of an address. The account comes from the place, and so does the chat in a chat's place. */
const FIELDS = {
  chatIds: ids('chats'),
  kinds: several('kind', MEDIA_KINDS),
  states: several('state', LEDGER_STATES),
  sender: single('from-who', ['me', 'them']),
  /** First and last day, `2025-05-01`, both inclusive; null = open. */
  from: day('since'),
  to: day('until'),
  text: words('words'),
  /** Ids of labels, `FAVOURITE` among them: with at least one of these. */
  labels: ids('label'),
  noted: flag('note'),
  length: single('length', LENGTH_RANGES),
  size: single('size', SIZE_RANGES),
  shape: single('shape', MEDIA_SHAPES),
  trades: several('terms', TRADES),
  /** Ids of chats that lack it. */
  notSentTo: ids('not-sent-to'),
};

export type Filter = { readonly [Name in keyof typeof FIELDS]: (typeof FIELDS)[Name]['none'] };

/** A filter made of each field; the keys are those of the table. */
const made = (value: (field: (typeof FIELDS)[keyof typeof FIELDS]) => unknown): Filter =>
  Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, value(field)])) as Filter;

export const NO_FILTER: Filter = made(({ none }) => none);

export const readFilter = (query: URLSearchParams): Filter =>
  made((field) => {
    const text = query.get(field.query);
    return text === null ? field.none : field.read(text);
  });

export function writeFilter(filter: Filter, query: URLSearchParams): void {
  for (const [name, value] of Object.entries(setOf(filter))) {
    query.set(FIELDS[name as keyof Filter].query, value === true ? 'yes' : String(value));
  }
}

/** Those parts that limit: neither absent, null, false nor an empty list or text. */
function setOf<Some extends object>(filter: Some): { [Name in keyof Some]?: NonNullable<Some[Name]> } {
  const parts: [string, unknown][] = Object.entries(filter);
  return Object.fromEntries(parts.filter(([, value]) => limits(value))) as {
    [Name in keyof Some]?: NonNullable<Some[Name]>;
  };
}

const limits = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false && value !== '';

/** Everything that carries one label: what the places of the sidebar show. */
export const labelled = (id: number): Filter => ({ ...NO_FILTER, labels: [id] });

export const isFiltered = (filter: Filter): boolean => Object.keys(setOf(filter)).length > 0;

/** The start of a day (`2025-05-01`), epoch ms in the zone of the screens; null when it is no day. */
export function startOfDay(day: string | null, daysLater = 0): number | null {
  const number = day === null ? null : readDay(day);
  const time = number === null ? -1 : zone.startOfDay(number + daysLater);
  return time < 0 ? null : time;
}

/** The day of a time, `2025-05-01`. */
export const dayOf = (time: number): string => dayText(zone.dayOf(time));

/** The first moment of the day that holds a time, and of the day after. */
export function dayAround(time: number): { readonly from: number; readonly to: number } {
  const day = zone.dayOf(time);
  return { from: zone.startOfDay(day), to: zone.startOfDay(day + 1) };
}

/** The filter as the app wants it. */
export function toMediaFilter(filter: Filter, accountId: number | null, chatId: number | null): MediaFilter {
  const { from, to, length, size, ...same } = filter;
  const [minMs, maxMs] = length === null ? [] : LENGTHS[length];
  const [minBytes, maxBytes] = size === null ? [] : SIZES[size];
  return {
    ...EVERYTHING,
    ...setOf(same),
    accountId,
    ...(chatId !== null && { chatIds: [chatId] }),
    from: startOfDay(from),
    to: startOfDay(to, 1),
    ...setOf({ minMs, maxMs, minBytes, maxBytes }),
  };
}

const rangeNamed = <Name extends string>(
  ranges: Readonly<Record<Name, readonly [number, number | null]>>,
  names: readonly Name[],
  least: number | undefined,
  below: number | undefined,
): Name | null =>
  least === undefined && below === undefined
    ? null
    : (names.find((name) => ranges[name][0] === (least ?? 0) && ranges[name][1] === (below ?? null)) ?? null);

/** The person's filters from the filter of the app: the inverse of `toMediaFilter` for filters made by it in this time zone. */
export function fromMediaFilter({ accountId: _, minMs, maxMs, minBytes, maxBytes, ...same }: MediaFilter): Filter {
  return {
    ...NO_FILTER,
    ...same,
    from: same.from === null ? null : dayOf(same.from),
    to: same.to === null ? null : dayOf(same.to - 1),
    length: rangeNamed(LENGTHS, LENGTH_RANGES, minMs, maxMs),
    size: rangeNamed(SIZES, SIZE_RANGES, minBytes, maxBytes),
  };
}

/** Reads an id of the contract; null for anything else. */
export function readId(text: string | null | undefined): number | null {
  const id = /^[1-9]\d{0,15}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : null;
}
