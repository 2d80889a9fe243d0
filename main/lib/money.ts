/** Amounts without the errors of binary fractions. Pure. */

/** Six decimals, as many as the service may give. */
const DECIMALS = 6;
const SCALE = 10n ** BigInt(DECIMALS);

/** From here on numbers are whole, and `toFixed` writes an exponent. */
const WHOLE = 1e21;

/** A finite amount in millionths. */
export const millionths = (amount: number): bigint =>
  Math.abs(amount) < WHOLE ? BigInt(amount.toFixed(DECIMALS).replace('.', '')) : BigInt(amount) * SCALE;

/** `12.50`, `0.125`: decimal text of millionths, with two decimals at least. */
export function decimalText(value: bigint): string {
  const size = value < 0n ? -value : value;
  const decimals = String(size % SCALE)
    .padStart(DECIMALS, '0')
    .replace(/0{1,4}$/, '');
  return `${value < 0n ? '-' : ''}${String(size / SCALE)}.${decimals}`;
}

/** The price of a message as text; null = the service gave none. */
export const priceText = (price: number | null): string | null =>
  price === null ? null : decimalText(millionths(price));
