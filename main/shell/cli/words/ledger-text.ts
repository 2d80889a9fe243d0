/** The ledger in words and numbers. Pure. */
import { LEDGER_STATES, type Ledger, type LedgerState } from '../../../contract/model.ts';
import type { CallOutput } from '../../../app/calls.ts';
import { count, counted, safe } from '../terminal/format.ts';
import { tableLines, type Column } from '../terminal/table.ts';

type ChatLine = Pick<
  CallOutput<'ledger.get'>['chats'][number],
  'accountId' | 'chatId' | 'name' | 'complete' | 'media' | 'coverage'
>;

const WORDS: Readonly<Record<LedgerState, string>> = {
  stored: 'stored',
  locked: 'locked',
  notReady: 'not ready',
  protected: 'protected',
  gone: 'gone',
  failed: 'failed',
  pending: 'pending',
};

/** `1,400 listed = 1,280 stored + 100 locked + 20 not ready`. */
export function ledgerSentence(ledger: Ledger): string {
  const parts = LEDGER_STATES.filter((state) => state === 'stored' || ledger[state] > 0);
  return `${count(ledger.listed)} listed = ${parts.map((state) => `${count(ledger[state])} ${WORDS[state]}`).join(' + ')}`;
}

/**
 * How much of a chat is proven listed, newest first: `listed from message 9400… to the start`, with the gaps counted. Ranges as in the index.
 */
export function coverageWords(ranges: ChatLine['coverage']): string {
  const newest = ranges[0];
  const oldest = ranges.at(-1);
  if (newest === undefined || oldest === undefined) {
    return 'not listed yet';
  }
  const to = oldest.lo === 0 ? 'the start' : String(oldest.lo);
  const gaps = ranges.length - 1;
  const words = `listed from ${newest.hi} to ${to}`;
  const below = oldest.lo === 0 ? '' : ', older messages not yet';
  return gaps === 0
    ? `${words}${below}`
    : `${words}, ${NUMBERS[gaps] ?? count(gaps)} ${gaps === 1 ? 'gap' : 'gaps'}${below}`;
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** A chat, or (no id) the total of all. */
type Row = Pick<ChatLine, 'media' | 'name'> & {
  readonly accountId: number | null;
  readonly chatId: number | null;
  readonly complete?: boolean;
};

const number = (title: string, of: (media: Ledger) => number): Column<Row> => ({
  title,
  align: 'right',
  cell: ({ media }) => count(of(media)),
});

const COLUMNS: readonly Column<Row>[] = [
  { title: 'CHAT', align: 'right', cell: ({ chatId }) => (chatId === null ? 'total' : String(chatId)) },
  { title: 'NAME', max: 28, cell: ({ chatId, name }) => (chatId === null ? '' : safe(name ?? '-')) },
  number('LISTED', ({ listed }) => listed),
  ...LEDGER_STATES.map((state) => number(WORDS[state].toUpperCase(), (media) => media[state])),
  { title: 'COMPLETE', cell: ({ complete }) => (complete === undefined ? '' : complete ? 'yes' : 'no') },
];

/** A table that adds up, a row a chat and the total. `account`: whose chat it is, where that is in question. */
export function ledgerLines(
  ledger: { readonly chats: readonly ChatLine[]; readonly total: Ledger; readonly removed: number },
  paint: { readonly bold: (text: string) => string; readonly dim: (text: string) => string },
  account: readonly Column<Pick<Row, 'accountId'>>[] = [],
): string[] {
  const rows = [...ledger.chats, { accountId: null, chatId: null, name: null, media: ledger.total }];
  const lines = tableLines([...account, ...COLUMNS], rows, paint.dim);
  const total = lines.pop() ?? '';
  const incomplete = ledger.chats.filter((chat) => !chat.complete);
  return [
    ...lines,
    paint.bold(total),
    ...(ledger.removed > 0 ? [`${counted(ledger.removed, 'item')} removed from the library, not counted above.`] : []),
    ...incomplete.map((chat) => `Chat ${chat.chatId}: ${coverageWords(chat.coverage)}.`),
    ledger.chats.length === 0
      ? 'No chats yet.'
      : `${counted(ledger.chats.length - incomplete.length, 'chat')} of ${count(ledger.chats.length)} listed from the newest message to the start. Items in several chats count once in the total.`,
  ];
}
