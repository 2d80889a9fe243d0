import { join } from 'node:path';
import type { ExportMessages, ExportOptions, ExportSidecar } from '../../contract/export-shapes.ts';
import { MANIFEST, TAG_MANIFEST } from '../proof/manifest.ts';

export const BOOK = 'book.csv';
export const BOOK_SUMS = 'book-sums.csv';
const PDF = 'conversation.pdf';

/** The files that stand for a sidecar; none: it has a file beside each exported one. */
const SIDECAR_FILES: Readonly<Record<ExportSidecar, readonly string[]>> = {
  json: ['media.json'],
  csv: ['media.csv'],
  html: ['index.html'],
  'item-json': [],
  pdf: [PDF],
  book: [BOOK, BOOK_SUMS],
};

/** Says which listed items are not in the folder: part of every export. */
export const NOT_EXPORTED = 'not-exported.csv';
export const MESSAGES_JSON = 'messages.json';
export const MESSAGES_CSV = 'messages.csv';

/** A PDF of many messages has several parts. */
export const pdfPath = (part: number): string => (part === 1 ? PDF : `conversation-${String(part)}.pdf`);
export const PDF_PART = /^conversation-\d+\.pdf$/;

/** The messages of a PDF, which has no list of files alone. */
export const pdfMessages = (messages: ExportMessages): Exclude<ExportMessages, 'none'> =>
  messages === 'none' ? 'with-media' : messages;

/** The messages of all papers together: the book is about every message of its chats. */
export const paperMessages = ({ sidecars, messages }: Pick<ExportOptions, 'sidecars' | 'messages'>): ExportMessages =>
  sidecars.includes('book') ? 'all' : sidecars.includes('pdf') ? pdfMessages(messages) : messages;

/** The files that hold messages. */
export const messagePaths = (messages: ExportMessages, root: string): string[] =>
  messages === 'none' ? [] : [join(root, MESSAGES_JSON), join(root, MESSAGES_CSV)];

export const sidecarPaths = (sidecar: ExportSidecar, root: string): string[] =>
  SIDECAR_FILES[sidecar].map((name) => join(root, name));

/** The suffix that `item-json` adds to the path of an exported file. */
export const ITEM_SUFFIX = '.json';

/** The papers of an export that is no zip; the pages of a gallery are found by its index. */
export function paperPaths(
  options: Pick<ExportOptions, 'bag' | 'sidecars' | 'messages'>,
  dir: string,
  root: string,
): string[] {
  return [
    join(dir, MANIFEST),
    join(dir, 'custody.json'),
    ...(options.bag ? [join(dir, 'bagit.txt'), join(dir, 'bag-info.txt'), join(dir, TAG_MANIFEST)] : []),
    join(root, NOT_EXPORTED),
    ...options.sidecars.flatMap((sidecar) => sidecarPaths(sidecar, root)),
    ...messagePaths(options.messages, root),
  ];
}
