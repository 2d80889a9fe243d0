/**
 * The words and formats in use. Chosen once, before the first screen is drawn; another language is another file of the type `Messages`.
 * `t` and `format` are live bindings: components read them when they draw.
 */
import { en, type Messages } from './en.ts';
import { makeFormat, type Format } from './format.ts';

const languages: Readonly<Record<string, Messages>> = { en };

export let t: Messages = en;
export let format: Format = makeFormat('en-GB');

/** Takes the first wanted language that exists. Dates and numbers keep the person's region (`en-US`) where the language is the same. */
export function chooseLanguage(wanted: readonly string[]): { readonly language: string; readonly locale: string } {
  const locale = wanted.find((tag) => Object.hasOwn(languages, tag.split('-')[0] ?? '')) ?? 'en-GB';
  const language = locale.split('-')[0] ?? 'en';
  t = languages[language] ?? en;
  format = makeFormat(locale);
  return { language, locale };
}
