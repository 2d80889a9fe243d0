/** The account book of an export: a row for each message with terms or a price, and sums by month, chat and kind. Pure. */
import { type Zone } from '../../contract/time-zone.ts';
import type { ExportMessageRow } from '../../index/exports/calls.ts';
import { decimalText, millionths, priceText } from '../../lib/money.ts';
import { ACCOUNT_COLUMNS, csvRow, iso, LOCAL_COLUMNS, type Columns } from './paper-rows.ts';

export type BookRow = Pick<
  ExportMessageRow,
  | 'accountId'
  | 'accountName'
  | 'chatId'
  | 'chatName'
  | 'messageId'
  | 'sentAt'
  | 'senderId'
  | 'senderName'
  | 'fromMe'
  | 'goneAt'
  | 'price'
  | 'trades'
> & { readonly media: readonly unknown[] };

/** A message is of one kind, so that the sums count it once. `other`: it has a price or a state, and no more is said. */
type BookKind = 'tip' | 'sale' | 'offer' | 'free' | 'other';

export const isInBook = ({ trades, price }: Pick<BookRow, 'trades' | 'price'>): boolean =>
  trades.length > 0 || price !== null;

const kindOf = ({ trades }: BookRow): BookKind =>
  trades.includes('tip')
    ? 'tip'
    : trades.includes('bought')
      ? 'sale'
      : trades.includes('offered')
        ? 'offer'
        : trades.includes('free')
          ? 'free'
          : 'other';

const stateOf = ({ trades }: BookRow): string | null =>
  trades.includes('bought') ? 'bought when noticed' : trades.includes('unopened') ? 'not opened' : null;

/** Of the message, not of money: a sale is sent, a tip usually received. */
const directionOf = ({ fromMe }: BookRow): string => (fromMe ? 'sent' : 'received');

/** `book.csv`. */
export const BOOK_COLUMNS: Columns<BookRow> = {
  ...ACCOUNT_COLUMNS,
  chat_id: ({ chatId }) => chatId,
  chat: ({ chatName }) => chatName,
  message_id: ({ messageId }) => messageId,
  sent_at: ({ sentAt }) => iso(sentAt),
  sender_id: ({ senderId }) => senderId,
  sender: ({ senderName }) => senderName,
  direction: directionOf,
  kind: kindOf,
  state: stateOf,
  price: ({ price }) => priceText(price),
  media: ({ media }) => media.length,
  gone_since: ({ goneAt }) => iso(goneAt),
  ...LOCAL_COLUMNS,
};

/** `book-sums.csv`. */
export const BOOK_SUM_COLUMNS: Columns<Sum> = {
  month: ({ month }) => new Date(Date.UTC(1970, month, 1)).toISOString().slice(0, -17),
  time_zone: (_sum, zone) => zone.name,
  ...ACCOUNT_COLUMNS,
  chat_id: ({ chatId }) => chatId,
  chat: ({ chatName }) => chatName,
  direction: ({ direction }) => direction,
  kind: ({ kind }) => kind,
  messages: ({ messages }) => messages,
  with_price: ({ priced }) => priced,
  without_price: ({ messages, priced }) => messages - priced,
  sum: ({ priced, total }) => (priced === 0 ? null : decimalText(total)),
};

interface Sum {
  /** Since January 1970, in the zone of the export. */
  readonly month: number;
  readonly accountId: number;
  readonly accountName: string;
  readonly chatId: number;
  readonly chatName: string | null;
  readonly direction: string;
  readonly kind: BookKind;
  messages: number;
  priced: number;
  /** In millionths. */
  total: bigint;
}

/** Sums by month, chat, direction and kind; never over two accounts, since the service names no currency. */
export class BookSums {
  readonly #zone: Zone;
  readonly #sums = new Map<string, Sum>();

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  add(row: BookRow): void {
    const month = this.#zone.monthOf(row.sentAt);
    const { accountId, accountName, chatId, chatName } = row;
    const [direction, kind] = [directionOf(row), kindOf(row)];
    const key = [month, accountId, chatId, direction, kind].join(' ');
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      const group = { month, accountId, accountName, chatId, chatName, direction, kind };
      sum = { ...group, messages: 0, priced: 0, total: 0n };
      this.#sums.set(key, sum);
    }
    sum.messages += 1;
    if (row.price !== null) {
      sum.priced += 1;
      sum.total += millionths(row.price);
    }
  }

  /** The lines of `book-sums.csv`: by account, month, chat, direction and kind. */
  *lines(): Generator<string> {
    const sorted = [...this.#sums.values()].sort(
      (a, b) =>
        a.accountId - b.accountId ||
        a.month - b.month ||
        a.chatId - b.chatId ||
        a.direction.localeCompare(b.direction, 'en') ||
        a.kind.localeCompare(b.kind, 'en'),
    );
    for (const sum of sorted) {
      yield csvRow(BOOK_SUM_COLUMNS, sum, this.#zone);
    }
  }
}
