/**
 * The words and formats in use. Chosen once, before the first screen is drawn; another language is another file of the type `Messages`.
 * `t` and `format` are live bindings: components read them when they draw.
 */
import { setZone } from '../lib/zone.ts';
import { en, type Messages } from './en.ts';
import { chooseFormat, format } from './formats.ts';

const languages: Readonly<Record<string, Messages>> = { en };

export let t: Messages = en;
export { format };

/** Takes the first wanted language that exists. Dates and numbers keep the person's region (`en-US`) where the language is the same. */
export function chooseLanguage(wanted: readonly string[]): { readonly language: string; readonly locale: string } {
  const locale = wanted.find((tag) => isTag(tag) && Object.hasOwn(languages, tag.split('-')[0] ?? '')) ?? 'en-GB';
  const language = locale.split('-')[0] ?? 'en';
  t = languages[language] ?? en;
  chooseFormat(locale);
  return { language, locale };
}

/** Takes the zone that the app tells (an IANA name). One that this browser does not know leaves its own. */
export function chooseZone(name: string): void {
  if (setZone(name)) {
    chooseFormat(format.locale);
  }
}

/** Browsers take their language from the system as it is: `en-US@posix` is none that `Intl` accepts. */
function isTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length > 0;
  } catch {
    return false;
  }
}
