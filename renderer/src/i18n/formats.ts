import { zone } from '../lib/zone.ts';
import { makeFormat, type Format } from './format.ts';

/** The formats in use, a live binding; words show their numbers by them. */
export let format: Format = makeFormat('en-GB', zone);

/** Takes the formats of a locale, in the zone of the moment. */
export function chooseFormat(locale: string): void {
  format = makeFormat(locale, zone);
}
