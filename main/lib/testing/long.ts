/** Values for `npm run test:long`, which tries everything, and for `npm test`, which tries a slice of it. */
const LONG = process.env['CHATKEEP_TEST_LONG'] === '1';

/** The first in `npm run test:long`, the second elsewhere. */
export function inLong<T>(long: T, slice: T): T {
  return LONG ? long : slice;
}
