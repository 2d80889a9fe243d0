/** The HTML fragment of a message as plain text. The service's HTML is never shown; this is what people read, search and export. */
import { compile, type FormatCallback } from 'html-to-text';

/**
 * Most characters that are turned into text. A message of the service holds a few thousand; the parser needs time that grows with the square of
 * the nesting, so that a megabyte of opening tags would stop the process for seconds. The HTML as received is kept whole elsewhere.
 */
export const LONGEST_TEXT = 50_000;
const CUT_MARK = ' […]';

/** A link keeps its words and, when they differ, its address; only web and mail addresses are worth repeating. */
const link: FormatCallback = (element, walk, builder) => {
  const attributes: unknown = Reflect.get(element, 'attribs');
  const href: unknown =
    typeof attributes === 'object' && attributes !== null ? Reflect.get(attributes, 'href') : undefined;
  let words = '';
  builder.pushWordTransform((text) => {
    words += text;
    return text;
  });
  walk(element.children, builder);
  builder.popWordTransform();
  if (typeof href === 'string' && /^(https?:\/\/|mailto:)/i.test(href) && !isSame(words, href)) {
    builder.addInline(words === '' ? href : ` (${href})`, { noWordTransform: true });
  }
};

function isSame(words: string, href: string): boolean {
  const bare = (text: string): string => text.replace(/^(https?:\/\/|mailto:)/i, '').replace(/\/$/, '');
  return bare(words) === bare(href);
}

const lines = { leadingLineBreaks: 1, trailingLineBreaks: 1 };
const toPlain = compile({
  wordwrap: false,
  preserveNewlines: false,
  limits: { maxDepth: 60 },
  formatters: { link },
  selectors: [
    { selector: 'a', format: 'link' },
    { selector: 'img', format: 'skip' },
    { selector: 'script', format: 'skip' },
    { selector: 'style', format: 'skip' },
    { selector: 'p', options: lines },
    { selector: 'pre', options: lines },
    { selector: 'ul', options: { ...lines, itemPrefix: '- ' } },
    { selector: 'ol', options: lines },
    { selector: 'blockquote', options: { ...lines, trimEmptyLines: false } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { ...lines, uppercase: false } })),
    { selector: 'table', format: 'block', options: lines },
    { selector: 'tr', format: 'block', options: lines },
  ],
});
const toPlainKeepingLines = compile({ wordwrap: false, preserveNewlines: true });

/** Plain text of a message: paragraphs and breaks become line ends, entities characters, scripts and styles nothing. Takes anything; bounded in time and length. */
export function toPlainText(html: unknown): string {
  if (typeof html !== 'string' || html === '') {
    return '';
  }
  const isCut = html.length > LONGEST_TEXT;
  const input = (isCut ? html.slice(0, LONGEST_TEXT) : html).toWellFormed().replaceAll('\0', '');
  const text = convert(input).trim();
  return isCut ? text + CUT_MARK : text;
}

function convert(input: string): string {
  if (!input.includes('<')) {
    // Not HTML at all, or nothing of it but entities: line ends are meant as such.
    return input.includes('&') ? toPlainKeepingLines(input) : input;
  }
  return toPlain(input);
}
