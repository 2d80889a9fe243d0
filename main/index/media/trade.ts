/** The terms of a message as bits. The bits are part of the schema (`item.facts`, `facet.facts`): append only. */
import { TRADES, type Trade } from '../../contract/model.ts';
import type { MessageTerms } from '../../contract/shapes.ts';
import { priceText } from '../../lib/money.ts';
import { unpackFlags, type YesNoFlag } from '../../lib/message-flags.ts';

type Flags = Readonly<Pick<Record<YesNoFlag, boolean | null>, 'isFree' | 'isTip' | 'isOpened' | 'canPurchase'>>;

/** A purchase is never told as such: a message that costs and is open is one. */
function tradesOf({ isFree, isTip, isOpened, canPurchase }: Flags, reason: string | null): Trade[] {
  const bought = isFree !== true && (reason === 'opened' || (isFree === false && isOpened === true));
  const holds: Readonly<Record<Trade, boolean>> = {
    free: isFree === true,
    offered: !bought && (canPurchase === true || isFree === false),
    bought,
    tip: isTip === true,
    unopened: isOpened === false,
  };
  return TRADES.filter((trade) => holds[trade]);
}

export const bitsOf = (trades: readonly Trade[]): number =>
  trades.reduce((bits, trade) => bits | (1 << TRADES.indexOf(trade)), 0);

/** Bits of a message from its columns `flags` and `purchase_reason`. */
export const tradeBits = (flags: number, reason: string | null): number => bitsOf(tradesOf(unpackFlags(flags), reason));

/** Columns of a message that tell its terms. */
export interface TermsRow {
  readonly flags: number;
  readonly reason: string | null;
  readonly price: number | null;
}

/** From the columns `flags`, `purchase_reason` and `price` of a message. */
export const termsOf = (flags: number, reason: string | null, price: number | null): MessageTerms => ({
  trades: tradesOf(unpackFlags(flags), reason),
  price: priceText(price),
});
