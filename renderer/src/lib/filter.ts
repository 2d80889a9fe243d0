import {
  LEDGER_STATES,
  MEDIA_KINDS,
  TRADES,
  type LedgerState,
  type MediaKind,
  type Trade,
} from '../../../main/contract/model.ts';
import { dayText, readDay } from '../../../main/contract/time-zone.ts';
import { zone } from './zone.ts';
import { EVERYTHING, MEDIA_SHAPES, type MediaFilter, type MediaShape } from '../../../main/contract/shapes.ts';

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

/** The filters that a person sets. The account comes from the place, and so does the chat in a chat's place. */
export interface Filter {
  readonly chatIds: readonly number[];
  readonly kinds: readonly MediaKind[];
  readonly states: readonly LedgerState[];
  readonly sender: 'me' | 'them' | null;
  /** First and last day, `2025-05-01`, both inclusive; null = open. */
  readonly from: string | null;
  readonly to: string | null;
  readonly text: string | null;
  /** Ids of labels, `FAVOURITE` among them: with at least one of these. */
  readonly labels: readonly number[];
  readonly noted: boolean;
  readonly length: LengthRange | null;
  readonly size: SizeRange | null;
  readonly shape: MediaShape | null;
  readonly trades: readonly Trade[];
  /** Ids of chats that lack it. */
  readonly notSentTo: readonly number[];
}

export const NO_FILTER: Filter = {
  chatIds: [],
  kinds: [],
  states: [],
  sender: null,
  from: null,
  to: null,
  text: null,
  labels: [],
  noted: false,
  length: null,
  size: null,
  shape: null,
  trades: [],
  notSentTo: [],
};

/** Everything that carries one label: what the places of the sidebar show. */
export const labelled = (id: number): Filter => ({ ...NO_FILTER, labels: [id] });

export const isFiltered = (filter: Filter): boolean =>
  JSON.stringify({ ...NO_FILTER, ...filter }) !== JSON.stringify(NO_FILTER);

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
  return {
    ...EVERYTHING,
    accountId,
    chatIds: chatId === null ? filter.chatIds : [chatId],
    kinds: filter.kinds,
    states: filter.states,
    sender: filter.sender,
    from: startOfDay(filter.from),
    to: startOfDay(filter.to, 1),
    text: filter.text,
    ...(filter.labels.length > 0 && { labels: filter.labels }),
    ...(filter.noted && { noted: true }),
    ...rangeOf('minMs', 'maxMs', filter.length === null ? null : LENGTHS[filter.length]),
    ...rangeOf('minBytes', 'maxBytes', filter.size === null ? null : SIZES[filter.size]),
    ...(filter.shape !== null && { shape: filter.shape }),
    ...(filter.trades.length > 0 && { trades: filter.trades }),
    ...(filter.notSentTo.length > 0 && { notSentTo: filter.notSentTo }),
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
export const fromMediaFilter = (filter: MediaFilter): Filter => ({
  chatIds: filter.chatIds,
  kinds: filter.kinds,
  states: filter.states,
  sender: filter.sender,
  from: filter.from === null ? null : dayOf(filter.from),
  to: filter.to === null ? null : dayOf(filter.to - 1),
  text: filter.text,
  labels: filter.labels ?? [],
  noted: filter.noted ?? false,
  length: rangeNamed(LENGTHS, LENGTH_RANGES, filter.minMs, filter.maxMs),
  size: rangeNamed(SIZES, SIZE_RANGES, filter.minBytes, filter.maxBytes),
  shape: filter.shape ?? null,
  trades: filter.trades ?? [],
  notSentTo: filter.notSentTo ?? [],
});

function rangeOf<Least extends string, Below extends string>(
  least: Least,
  below: Below,
  range: readonly [number, number | null] | null,
): Partial<Record<Least | Below, number>> {
  const limits: Partial<Record<string, number>> = {};
  if (range !== null) {
    limits[least] = range[0];
    if (range[1] !== null) {
      limits[below] = range[1];
    }
  }
  return limits;
}

const only = <Word extends string>(known: readonly Word[], text: string | null): readonly Word[] => {
  const asked = new Set((text ?? '').split(','));
  return known.filter((word) => asked.has(word));
};

/** Reads an id of the contract; null for anything else. */
export function readId(text: string | null | undefined): number | null {
  const id = /^[1-9]\d{0,15}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : null;
}

const idsOf = (text: string | null): number[] => (text ?? '').split(',').flatMap((part) => readId(part) ?? []);

export function readFilter(query: URLSearchParams): Filter {
  const sender = query.get('from-who');
  const from = query.get('since');
  const to = query.get('until');
  const text = (query.get('words') ?? '').trim().slice(0, 500);
  return {
    chatIds: idsOf(query.get('chats')),
    kinds: only(MEDIA_KINDS, query.get('kind')),
    states: only(LEDGER_STATES, query.get('state')),
    sender: sender === 'me' || sender === 'them' ? sender : null,
    from: startOfDay(from) === null ? null : from,
    to: startOfDay(to) === null ? null : to,
    text: text === '' ? null : text,
    labels: idsOf(query.get('label')),
    noted: query.get('note') === 'yes',
    length: only(LENGTH_RANGES, query.get('length'))[0] ?? null,
    size: only(SIZE_RANGES, query.get('size'))[0] ?? null,
    shape: only(MEDIA_SHAPES, query.get('shape'))[0] ?? null,
    trades: only(TRADES, query.get('terms')),
    notSentTo: idsOf(query.get('not-sent-to')),
  };
}

export function writeFilter(filter: Filter, query: URLSearchParams): void {
  const put = (name: string, value: string | null): void => {
    if (value !== null && value !== '') {
      query.set(name, value);
    }
  };
  put('chats', filter.chatIds.join(','));
  put('kind', filter.kinds.join(','));
  put('state', filter.states.join(','));
  put('from-who', filter.sender);
  put('since', filter.from);
  put('until', filter.to);
  put('words', filter.text);
  put('label', filter.labels.join(','));
  put('note', filter.noted ? 'yes' : null);
  put('length', filter.length);
  put('size', filter.size);
  put('shape', filter.shape);
  put('terms', filter.trades.join(','));
  put('not-sent-to', filter.notSentTo.join(','));
}
