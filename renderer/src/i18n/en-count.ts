import { format } from './formats.ts';

/** A number as the person's region writes it. */
export const n = (number: number): string => format.number(number);

/** A number with the word it counts. */
export const count = (number: number, one: string, many: string): string => `${n(number)} ${number === 1 ? one : many}`;
