/** The pages of a PDF from top to bottom: lines that break, blocks that flow over pages, the head and foot of each page. */
import { zoneOf, type Zone } from '../../contract/time-zone.ts';
import type { Line, Shaper } from './clusters.ts';
import { BLACK, PAGES_BY_SIZE, PdfFile, type Colour } from './pdf-file.ts';
import type { PdfFacts } from './pdf-jobs.ts';
import { batesOf, EXPORT, PAGES } from './words.ts';

export const LEFT = 48;
const TOP = 72;

export const SOFT: Colour = [0.4, 0.4, 0.44];
export const LINE: Colour = [0.82, 0.82, 0.85];

export const BODY = 9.5;
export const SMALL = 7.5;

/** Drawn as a whole, never cut by the end of a page. */
export interface Block {
  readonly height: number;
  draw(y: number): void;
}

export const space = (height: number): Block => ({ height, draw: () => undefined });
export const heightOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { height }) => sum + height, 0);

export class Sheets {
  readonly file: PdfFile;
  readonly shaper: Shaper;
  readonly zone: Zone;
  /** In points, as all measures. */
  readonly page: { readonly width: number; readonly height: number };
  /** Where lines end. */
  readonly right: number;
  readonly bottom: number;
  /** Where the next block stands. */
  y = 0;
  /** At the head of each page. */
  title = '';

  /** `name`: what the document is a record of. */
  constructor(facts: PdfFacts, name: string, shaper: Shaper) {
    this.shaper = shaper;
    this.zone = zoneOf(facts.timeZone);
    this.page = PAGES_BY_SIZE[facts.pageSize];
    this.right = this.page.width - 48;
    this.bottom = this.page.height - 64;
    this.file = new PdfFile({
      title: `Conversation record: ${name}`,
      author: facts.accounts.map((account) => account.name).join(', '),
      producer: `Chatkeep ${facts.version}`,
      madeAt: facts.madeAt,
      page: this.page,
    });
  }

  /** From the left edge to the right one. */
  get width(): number {
    return this.right - LEFT;
  }

  /** Of what fits on a page. */
  get height(): number {
    return this.bottom - TOP;
  }

  addPage(): void {
    this.file.addPage();
    this.y = TOP;
    if (this.title !== '') {
      this.lineAt(this.shaper.line(this.title, this.width / SMALL), LEFT, 46, SMALL, SOFT);
      this.rule(54, 0.5);
    }
  }

  /** True: a new page was begun for it. */
  need(height: number): boolean {
    if (this.y + height <= this.bottom) {
      return false;
    }
    this.addPage();
    return true;
  }

  /** Lines as blocks. Those that run from right to left end at the right edge. */
  lines(
    text: string,
    x: number,
    width: number,
    size: number,
    colour = BLACK,
    weight: 'text' | 'bold' = 'text',
    base: 'auto' | 'ltr' = 'auto',
  ): Block[] {
    return this.shaper.lines(text, width / size, weight, base).map((line) => ({
      height: size * 1.42,
      draw: (y) => this.lineAt(line, line.rtl ? x + width - line.width * size : x, y + size * 1.08, size, colour),
    }));
  }

  /** Blocks one under the other, over pages where they have to. */
  flow(blocks: readonly Block[], onPage: () => void = () => undefined): void {
    for (const block of blocks) {
      if (this.need(block.height)) {
        onPage();
      }
      block.draw(this.y);
      this.y += block.height;
    }
  }

  /** A line from the left edge to the right one. */
  rule(y: number, thickness: number): void {
    this.file.fill(LEFT, y, this.width, thickness, LINE);
  }

  lineAt(line: Line, x: number, y: number, size: number, colour: Colour): void {
    this.file.text(line, x, y, size, colour);
  }

  /** Numbers the pages. Nothing is written after it. */
  end({ token, bates }: Pick<PdfFacts, 'token' | 'bates'>): void {
    const total = this.file.pages;
    this.file.end((page) => {
      const y = this.page.height - 34;
      const of = this.shaper.line(PAGES(page, total), 30);
      this.rule(y - 14, 0.5);
      this.lineAt(this.shaper.line(EXPORT(token), 32), LEFT, y, 7, SOFT);
      this.lineAt(of, this.page.width / 2 - (of.width * 8) / 2, y, 8, BLACK);
      if (bates !== null) {
        const number = this.shaper.line(batesOf(bates.prefix, bates.first + page - 1), 40, 'bold');
        this.lineAt(number, this.right - number.width * 9, y, 9, BLACK);
      }
    });
  }
}
