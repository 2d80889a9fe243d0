import { LEDGER_STATES, MEDIA_KINDS, type LedgerState, type MediaKind } from '../../../main/contract/model.ts';
import { EVERYTHING, type MediaFilter } from '../../../main/contract/shapes.ts';

/** What a person filters by; the account and, in one chat's place, the chat come from the place itself. */
export interface Filter {
  readonly chatIds: readonly number[];
  readonly kinds: readonly MediaKind[];
  readonly states: readonly LedgerState[];
  readonly sender: 'me' | 'them' | null;
  /** First and last day, `2025-05-01`, both inclusive; null = open. */
  readonly from: string | null;
  readonly to: string | null;
  readonly text: string | null;
}

export const NO_FILTER: Filter = { chatIds: [], kinds: [], states: [], sender: null, from: null, to: null, text: null };

export const isFiltered = (filter: Filter): boolean =>
  filter.chatIds.length > 0 ||
  filter.kinds.length > 0 ||
  filter.states.length > 0 ||
  filter.sender !== null ||
  filter.from !== null ||
  filter.to !== null ||
  filter.text !== null;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Midnight at the start of a day, epoch ms in the zone of this machine; null when it is no day. */
export function startOfDay(day: string | null, daysLater = 0): number | null {
  if (day === null || !DAY.test(day)) {
    return null;
  }
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const time = new Date(year, month - 1, date + daysLater).getTime();
  return Number.isNaN(time) || time < 0 ? null : time;
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
  };
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

export function readFilter(query: URLSearchParams): Filter {
  const sender = query.get('from-who');
  const from = query.get('since');
  const to = query.get('until');
  const text = (query.get('words') ?? '').trim().slice(0, 500);
  return {
    chatIds: (query.get('chats') ?? '').split(',').flatMap((part) => readId(part) ?? []),
    kinds: only(MEDIA_KINDS, query.get('kind')),
    states: only(LEDGER_STATES, query.get('state')),
    sender: sender === 'me' || sender === 'them' ? sender : null,
    from: startOfDay(from) === null ? null : from,
    to: startOfDay(to) === null ? null : to,
    text: text === '' ? null : text,
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
}
