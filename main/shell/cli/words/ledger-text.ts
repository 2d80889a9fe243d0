/** The ledger in words and numbers. Pure. */
import { LEDGER_STATES, type Ledger, type LedgerState } from '../../../contract/model.ts';
import type { CallOutput } from '../../../app/calls.ts';
import { count, counted, safe } from '../terminal/format.ts';
import { tableLines, type Column } from '../terminal/table.ts';

type ChatLine = Pick<CallOutput<'ledger.get'>['chats'][number], 'chatId' | 'name' | 'complete' | 'media' | 'coverage'>;

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

/** A table that adds up, a row a chat and the total. */
export function ledgerLines(
  ledger: { readonly chats: readonly ChatLine[]; readonly total: Ledger; readonly removed: number },
  paint: { readonly bold: (text: string) => string; readonly dim: (text: string) => string },
): string[] {
  const columns: readonly Column[] = [
    { title: 'CHAT', align: 'right' },
    { title: 'NAME', max: 28 },
    { title: 'LISTED', align: 'right' },
    ...LEDGER_STATES.map((state): Column => ({ title: WORDS[state].toUpperCase(), align: 'right' })),
    { title: 'COMPLETE' },
  ];
  const numbers = (media: Ledger): string[] => [media.listed, ...LEDGER_STATES.map((state) => media[state])].map(count);
  const rows = [
    ...ledger.chats.map((chat) => [
      String(chat.chatId),
      safe(chat.name ?? '-'),
      ...numbers(chat.media),
      chat.complete ? 'yes' : 'no',
    ]),
    ['total', '', ...numbers(ledger.total), ''],
  ];
  const lines = tableLines(columns, rows, paint.dim);
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
