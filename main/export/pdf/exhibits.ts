/** The exhibits of a PDF: each file has one number, however often it was sent, and a list at the end leads to its message. */
import { BLACK, type Colour } from './pdf-file.ts';
import type { PdfItem } from './pdf-jobs.ts';
import { BODY, heightOf, LEFT, SMALL, SOFT, type Sheets } from './sheets.ts';
import { EXHIBITS, KINDS } from './words.ts';

/** Where the files stand, to the right of their number, kind and message. */
const FILE_LEFT = LEFT + 160;
const LINK: Colour = [0.2, 0.4, 0.72];

interface Exhibit {
  readonly number: number;
  readonly path: string;
  readonly sha256: string | null;
  readonly message: number;
  readonly label: string;
}

/** The place of a message that links lead to. */
export const markOf = (message: number): string => `m${String(message).padStart(9, '0')}`;

export class Exhibits {
  /** The number of the next one. */
  next: number;
  readonly #all: Exhibit[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(first: number) {
    this.next = first;
  }

  /** The number of an item's file; null where the export has none. `message`: the number of the message with it. */
  numberOf({ path, sha256, kind }: PdfItem, message: number): number | null {
    if (path === null) {
      return null;
    }
    const known = this.#numbers.get(path);
    if (known !== undefined) {
      return known;
    }
    const number = this.next;
    this.next += 1;
    this.#numbers.set(path, number);
    this.#all.push({ number, path, sha256, message, label: KINDS[kind] });
    return number;
  }

  /** The list, on a page of its own. */
  write(sheets: Sheets): void {
    sheets.title = EXHIBITS.title;
    sheets.addPage();
    sheets.file.bookmark(EXHIBITS.title);
    sheets.flow(sheets.lines(EXHIBITS.title, LEFT, sheets.width, 15, BLACK, 'bold'));
    sheets.y += 8;
    if (this.#all.length === 0) {
      sheets.flow(sheets.lines(EXHIBITS.none, LEFT, sheets.width, BODY, SOFT));
    }
    for (const exhibit of this.#all) {
      writeRow(sheets, exhibit);
    }
  }
}

function writeRow(sheets: Sheets, { number, path, sha256, message, label }: Exhibit): void {
  const blocks = [
    ...sheets.lines(path, FILE_LEFT, sheets.right - FILE_LEFT, 8.5, BLACK, 'text', 'ltr'),
    ...sheets.lines(EXHIBITS.sha256(sha256 ?? ''), FILE_LEFT, sheets.right - FILE_LEFT, 7, SOFT),
  ];
  sheets.need(Math.min(heightOf(blocks) + 6, sheets.height));
  const { shaper, y } = sheets;
  sheets.lineAt(shaper.line(EXHIBITS.name(number), 5, 'bold'), LEFT, y + 9.2, 8.5, BLACK);
  sheets.lineAt(shaper.line(label, 5), LEFT + 44, y + 9.2, SMALL, SOFT);
  sheets.lineAt(shaper.line(EXHIBITS.message(message), 10), LEFT + 80, y + 9.2, SMALL, LINK);
  sheets.file.link(markOf(message), LEFT + 80, y, 76, 12);
  sheets.flow(blocks);
  sheets.y += 3;
  sheets.rule(sheets.y, 0.3);
  sheets.y += 3;
}
