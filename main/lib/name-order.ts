/** Sorts after every name. */
const UNNAMED = '\u{10FFFF}';
/** Of a number in a name; longer ones keep their digits. */
const DIGITS = 12;

/** The text that sorts a chat by its name, by code points: case and accents make no difference, numbers go by value, no name comes last. */
export function nameOrder(name: string | null): string {
  const plain = (name ?? '').normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase('en').trim();
  return plain === '' ? UNNAMED : plain.replace(/\d+/g, (number) => number.padStart(DIGITS, '0'));
}
