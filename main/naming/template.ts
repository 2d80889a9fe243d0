/** The language in which people say where exported files go (docs/export.md): text, `/` between folders, and tokens in braces. Pure. */
import { systemZone, UTC, type Zone } from '../contract/time-zone.ts';
import { EXPORT_LAYOUTS, EXPORT_TOKENS, type ExportToken } from '../contract/export-shapes.ts';
import type { MediaKind } from '../contract/model.ts';
import { AppError } from '../lib/app-error.ts';

/** The values that a template can use. */
export interface TemplateValues {
  readonly chat: string;
  readonly chatId: number;
  readonly account: string;
  readonly sender: string;
  /** Epoch ms. */
  readonly sentAt: number;
  /** Of `{date}`. */
  readonly zone: Zone;
  readonly messageId: number;
  readonly mediaId: number;
  /** Place of the media in its message, from 1. */
  readonly position: number;
  readonly kind: MediaKind;
  readonly ext: string;
  /** The first of the media's labels. */
  readonly label: string;
  /** Place of the media in its export, from 1, oldest first; never changes once given. */
  readonly counter: number;
}

/** A piece of a name, and what it is worth where the name is too long: text of people is cut first, then the template's own words. */
export interface RenderedPart {
  readonly text: string;
  readonly worth: 'text' | 'words' | 'fact';
}

interface TokenPart {
  readonly token: ExportToken;
  readonly pattern: string | null;
  readonly filters: readonly ((text: string) => string)[];
}
type Part = string | TokenPart;

/** A template that has been read and found good. The last segment is the file's name without its extension. */
export interface Template {
  readonly source: string;
  readonly segments: readonly (readonly Part[])[];
}

const DATED: ReadonlySet<ExportToken> = new Set(['date', 'localDate', 'utcDate']);
/** Free text of people; everything else is short and tells items apart. */
const CUTTABLE: ReadonlySet<ExportToken> = new Set(['chat', 'account', 'sender', 'label']);
const PATTERN_WORDS: Readonly<Record<string, string>> = {
  year: 'yyyy',
  month: 'MM',
  day: 'dd',
  hour: 'HH',
  minute: 'mm',
  second: 'ss',
};
const MOST_TEMPLATE = 500;

const TOKENS = `Tokens: ${EXPORT_TOKENS.map((name) => `{${name}}`).join(' ')}.`;

function refused(message: string, hint: string): AppError {
  return new AppError('usage', message, hint);
}

/** Throws one AppError `usage` that names everything that is wrong, the nearest token for a misspelt one, and the tokens there are. */
export function parseTemplate(source: string): Template {
  if (source.length > MOST_TEMPLATE) {
    throw refused(`The layout is longer than ${String(MOST_TEMPLATE)} characters.`, 'Use a shorter one.');
  }
  const segments: Part[][] = [[]];
  const problems: AppError[] = [];
  for (const [piece] of source.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|\/|[^{}/]+/gu)) {
    if (piece === '/') {
      segments.push([]);
    } else {
      const part = parsePiece(piece);
      if (part instanceof AppError) {
        problems.push(part);
      }
      segments.at(-1)?.push(part instanceof AppError ? piece : part);
    }
  }
  if (segments.some((segment) => segment.every((part) => typeof part === 'string' && /^[\s.]*$/u.test(part)))) {
    problems.push(
      refused(
        'The layout has a folder or file without a name.',
        'Write something between the slashes; dots alone are no name.',
      ),
    );
  }
  if (problems.length > 0) {
    const once = (texts: readonly (string | null)[]): string => [...new Set(texts)].join(' ');
    throw refused(once(problems.map(({ message }) => message)), once(problems.map(({ hint }) => hint)));
  }
  return { source, segments };
}

function parsePiece(piece: string): Part | AppError {
  if (piece === '{{' || piece === '}}') {
    return piece.charAt(0);
  }
  if (piece === '{' || piece === '}') {
    return refused(
      `The layout has a "${piece}" without its other half.`,
      'Write {{ and }} for braces that are meant as such.',
    );
  }
  return piece.startsWith('{') ? parseToken(piece.slice(1, -1)) : piece;
}

function parseToken(inside: string): TokenPart | AppError {
  const [head = '', ...filters] = inside.split('|').map((text) => text.trim());
  const colon = head.indexOf(':');
  const name = colon < 0 ? head : head.slice(0, colon);
  const argument = colon < 0 ? null : head.slice(colon + 1);
  const token = EXPORT_TOKENS.find((known) => known === name);
  if (token === undefined) {
    const meant = nearest(name);
    return refused(
      `The layout has an unknown token {${name.slice(0, 40)}}.${meant === null ? '' : ` Did you mean {${meant}}?`}`,
      meant === null ? TOKENS : 'Correct the layout.',
    );
  }
  if (argument !== null && !DATED.has(token)) {
    return refused(`{${token}} takes nothing after a colon.`, 'Only {date:…}, {utcDate:…} and {localDate:…} do.');
  }
  const pattern = argument === null ? null : (PATTERN_WORDS[argument] ?? argument);
  const read = filters.map(parseFilter);
  const wrong = read.find((filter) => filter instanceof AppError);
  return (
    (pattern === null ? null : patternProblem(pattern)) ??
    wrong ?? { token, pattern, filters: read.flatMap((filter) => (filter instanceof AppError ? [] : [filter])) }
  );
}

/** The token that is at most two letters away, whatever the case; null when none is. */
function nearest(name: string): ExportToken | null {
  const typed = name.toLowerCase().slice(0, 20);
  const [best] = EXPORT_TOKENS.map((token) => ({ token, away: lettersApart(typed, token.toLowerCase()) }))
    .filter(({ token, away }) => away <= Math.min(2, token.length - 2))
    .sort((a, b) => a.away - b.away);
  return best?.token ?? null;
}

/** Letters to add, drop or change to get from one word to the other. */
function lettersApart(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function patternProblem(pattern: string): AppError | null {
  if (!/yyyy|yy|MM|dd|HH|mm|ss|SSS/.test(pattern) || /[a-zA-Z]/.test(pattern.replaceAll(DATE_PARTS, ''))) {
    return refused(
      `The layout has a date that cannot be read: "${pattern.slice(0, 40)}".`,
      'Use yyyy, yy, MM, dd, HH, mm, ss, SSS, or one of year, month, day, hour, minute, second.',
    );
  }
  return null;
}

function parseFilter(text: string): ((value: string) => string) | AppError {
  const [, name = '', amount = ''] = /^([a-z]+)(?::(\d{1,3}))?$/.exec(text) ?? [];
  const n = amount === '' ? null : Number(amount);
  if (name === 'lower' && n === null) {
    return (value) => value.toLowerCase();
  }
  if (name === 'upper' && n === null) {
    return (value) => value.toUpperCase();
  }
  if (name === 'pad' && n !== null && n >= 1 && n <= 20) {
    return (value) => value.padStart(n, '0');
  }
  if (name === 'trim' && n !== null && n >= 1 && n <= 255) {
    return (value) => firstGraphemes(value, n);
  }
  return refused(
    `The layout has an unknown filter "|${text.slice(0, 40)}".`,
    'Filters: |lower |upper |pad:1 to |pad:20 |trim:1 to |trim:255',
  );
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function firstGraphemes(text: string, most: number): string {
  let kept = '';
  let count = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (count === most) {
      break;
    }
    kept += segment;
    count += 1;
  }
  return kept;
}

/** Whether a template speaks of something, so that what it does not speak of need not be looked up. */
export function speaksOf(template: Template, token: ExportToken): boolean {
  return template.segments.some((parts) => parts.some((part) => typeof part !== 'string' && part.token === token));
}

/** The pieces of every folder and, last, of the file's name without its extension. Not yet fit for a file system. */
export function renderTemplate(template: Template, values: TemplateValues): RenderedPart[][] {
  return template.segments.map((parts) =>
    parts.map((part) =>
      typeof part === 'string'
        ? { text: part, worth: 'words' }
        : {
            text: part.filters.reduce((text, filter) => filter(text), valueOf(part, values)),
            worth: CUTTABLE.has(part.token) ? 'text' : 'fact',
          },
    ),
  );
}

function valueOf({ token, pattern }: TokenPart, values: TemplateValues): string {
  switch (token) {
    case 'date':
      return formatDate(values.sentAt, pattern, values.zone);
    case 'utcDate':
      return formatDate(values.sentAt, pattern, UTC);
    case 'localDate':
      return formatDate(values.sentAt, pattern, systemZone());
    case 'name':
      // The service tells no file names.
      return `${values.kind}-${String(values.mediaId)}`;
    default:
      return String(values[token]);
  }
}

const DATE_PARTS = /yyyy|SSS|yy|MM|dd|HH|mm|ss/g;

function formatDate(at: number, pattern: string | null, zone: Zone): string {
  const date = new Date(zone.wallOf(at));
  const two = (value: number): string => String(value).padStart(2, '0');
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  return (pattern ?? 'yyyy-MM-dd').replaceAll(DATE_PARTS, (part) => {
    switch (part) {
      case 'yyyy':
        return year;
      case 'yy':
        return year.slice(-2);
      case 'MM':
        return two(date.getUTCMonth() + 1);
      case 'dd':
        return two(date.getUTCDate());
      case 'HH':
        return two(date.getUTCHours());
      case 'mm':
        return two(date.getUTCMinutes());
      case 'ss':
        return two(date.getUTCSeconds());
      default:
        return String(date.getUTCMilliseconds()).padStart(3, '0');
    }
  });
}

/** The template of a layout's name, or of a template itself. Throws AppError `usage`. */
export function layoutOf(text: string): Template {
  const found = Object.entries(EXPORT_LAYOUTS).find(([name]) => name === text);
  return parseTemplate(found?.[1] ?? text);
}
