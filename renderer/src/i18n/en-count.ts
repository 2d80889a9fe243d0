/** A number with the word it counts. */
export const count = (number: number, shown: string, one: string, many: string): string =>
  `${shown} ${number === 1 ? one : many}`;
