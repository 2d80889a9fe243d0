/** The pages of a conversation as a court reads them: cover, numbered messages, exhibits. Knows where things stand on the page, and no files. */
import { zoneOf, type Zone } from '../../contract/time-zone.ts';
import type { Line, Shaper } from './clusters.ts';
import { BLACK, PAGES_BY_SIZE, PdfFile, type Colour, type PdfPicture } from './pdf-file.ts';
import type { PdfItem, PdfMessage, PdfPart } from './pdf-jobs.ts';
import {
  batesOf,
  bothTexts,
  countText,
  EXHIBITS,
  EXPORT,
  KINDS,
  lengthText,
  localText,
  longDay,
  MESSAGE,
  monthText,
  PAGES,
  utcText,
  WHY,
} from './words.ts';

export const LEFT = 48;
const TOP = 72;
const TEXT_LEFT = 176;

export const SOFT: Colour = [0.4, 0.4, 0.44];
export const LINE: Colour = [0.82, 0.82, 0.85];
const BAND: Colour = [0.94, 0.94, 0.96];
const MINE: Colour = [0.2, 0.4, 0.72];
const ALERT: Colour = [0.66, 0.16, 0.12];

const BODY = 9.5;
const SMALL = 7.5;
/** Where the files of exhibits stand, to the right of their number, kind and message. */
const EXHIBIT_LEFT = LEFT + 160;
const GAP = 4;
/** One picture of a message, and several of one, at most. */
const ONE = { width: 260, height: 300 };
const SEVERAL_HEIGHT = 210;

/** What stands in the right column: drawn as a whole, never cut by the end of a page. */
export interface Block {
  readonly height: number;
  draw(y: number): void;
}

interface Exhibit {
  readonly number: number;
  readonly path: string;
  readonly sha256: string | null;
  readonly message: number;
  readonly label: string;
}

export class Transcript {
  readonly file: PdfFile;
  readonly shaper: Shaper;
  readonly zone: Zone;
  /** In points, as all measures. */
  readonly page: { readonly width: number; readonly height: number };
  /** Where lines end. */
  readonly right: number;
  readonly #bottom: number;
  readonly #textWidth: number;
  readonly part: PdfPart;
  /** What it is a record of. */
  readonly name: string;
  y = 0;
  #number: number;
  #exhibit: number;
  readonly #exhibits: Exhibit[] = [];
  readonly #exhibitOf = new Map<string, number>();
  readonly #pictures = new Map<string, PdfPicture>();
  #chat = '';
  /** At the head of each page. */
  #title = '';
  #numbers = new Map<number, number>();
  #day = '';
  #month = '';
  #chapter: PDFKit.PDFOutline | null = null;

  constructor(part: PdfPart, shaper: Shaper) {
    const { facts } = part;
    this.part = part;
    this.shaper = shaper;
    this.zone = zoneOf(facts.timeZone);
    this.page = PAGES_BY_SIZE[facts.pageSize];
    this.right = this.page.width - 48;
    this.#bottom = this.page.height - 64;
    this.#textWidth = this.right - TEXT_LEFT;
    this.#number = part.firstMessage - 1;
    this.#exhibit = part.firstExhibit - 1;
    const [only, ...others] = facts.chats;
    this.name =
      only === undefined || others.length > 0 ? countText(facts.chats.length, 'chat', 'chats') : chatName(only);
    this.file = new PdfFile({
      title: `Conversation record: ${this.name}`,
      author: facts.accounts.map((account) => account.name).join(', '),
      producer: `Chatkeep ${facts.version}`,
      madeAt: facts.madeAt,
      page: this.page,
    });
  }

  /** Width of each of two pictures side by side. */
  get #several(): number {
    return (this.#textWidth - 8) / 2;
  }

  get nextExhibit(): number {
    return this.#exhibit + 1;
  }

  addPage(): void {
    this.file.addPage();
    this.y = TOP;
    if (this.#title !== '') {
      this.#lineAt(this.shaper.line(this.#title, (this.right - LEFT) / SMALL), LEFT, 46, SMALL, SOFT);
      this.file.fill(LEFT, 54, this.right - LEFT, 0.5, LINE);
    }
  }

  /** True: a new page was begun for it. */
  need(height: number): boolean {
    if (this.y + height <= this.#bottom) {
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
      draw: (y) => this.#lineAt(line, line.rtl ? x + width - line.width * size : x, y + size * 1.08, size, colour),
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

  add(message: PdfMessage): void {
    this.#number += 1;
    this.#enter(message);
    const number = this.#number;
    this.#numbers.set(message.messageId, number);
    const blocks = [
      ...this.#sender(message),
      ...this.#reply(message),
      ...this.#words(message),
      ...this.#items(message),
    ];
    const meta = this.#meta(message, number);
    const metaHeight = meta.reduce((sum, { height }) => sum + height, 0);
    // The head of a message stands with the first of it.
    const first = blocks.slice(0, 2).reduce((sum, { height }) => sum + height, 0);
    this.need(Math.max(metaHeight, Math.min(first, this.#bottom - TOP - 1)) + GAP);
    this.y += GAP;
    this.file.mark(markOf(number), this.y - GAP);
    let metaEnd = this.y;
    for (const block of meta) {
      block.draw(metaEnd);
      metaEnd += block.height;
    }
    let barTop = this.y;
    const bar = (): void => {
      if (message.fromMe && this.y > barTop) {
        this.file.fill(TEXT_LEFT - 9, barTop, 2, this.y - barTop, MINE);
      }
    };
    for (const block of blocks) {
      if (this.y + block.height > this.#bottom) {
        bar();
        this.addPage();
        this.#lineAt(
          this.shaper.line(`${MESSAGE.number(number)}, ${MESSAGE.continued}`, 118 / SMALL),
          LEFT,
          this.y + SMALL * 1.08,
          SMALL,
          SOFT,
        );
        barTop = this.y;
        metaEnd = this.y;
      }
      block.draw(this.y);
      this.y += block.height;
    }
    bar();
    this.y = Math.max(this.y, metaEnd) + GAP;
    this.file.fill(LEFT, this.y, this.right - LEFT, 0.4, LINE);
  }

  /** A new chat begins a page, a new day a band. */
  #enter(message: PdfMessage): void {
    const key = `${String(message.accountId)}-${String(message.chatId)}`;
    if (key !== this.#chat) {
      this.#chat = key;
      this.#numbers = new Map();
      this.#day = '';
      this.#month = '';
      const name = chatName({ name: message.chatName, chatId: message.chatId });
      this.#title = `${name} · ${MESSAGE.chat(message.chatId)} · ${message.accountName}`;
      this.addPage();
      this.#chapter = this.file.bookmark(name);
      this.flow(this.lines(name, LEFT, this.right - LEFT, 15, BLACK, 'bold', 'ltr'));
      this.y += 6;
    }
    const day = longDay(message.sentAt, this.zone);
    if (day !== this.#day) {
      this.#day = day;
      this.need(80);
      const month = monthText(message.sentAt, this.zone);
      if (month !== this.#month) {
        this.#month = month;
        this.file.bookmark(month, this.#chapter);
      }
      this.y += 8;
      this.file.fill(LEFT, this.y, this.right - LEFT, 17, BAND);
      this.#lineAt(this.shaper.line(day, 480 / 8.5, 'bold'), LEFT + 6, this.y + 11.8, 8.5, SOFT);
      this.y += 17;
    }
  }

  #meta({ sentAt, messageId }: PdfMessage, number: number): Block[] {
    const local = localText(sentAt, this.zone);
    const small = (text: string): Block[] => this.lines(text, LEFT, 120, 7, SOFT);
    return [
      ...this.lines(MESSAGE.number(number), LEFT, 120, 9, BLACK, 'bold'),
      ...small(utcText(sentAt)),
      ...(local === null ? [] : small(local)),
      ...small(MESSAGE.id(messageId)),
    ];
  }

  #text(text: string, size = BODY, colour = BLACK, weight: 'text' | 'bold' = 'text', indent = 0): Block[] {
    return this.lines(text, TEXT_LEFT + indent, this.#textWidth - indent, size, colour, weight);
  }

  #sender({ fromMe, senderName, senderId, chatName: chat, chatId, accountName }: PdfMessage): Block[] {
    const name =
      senderName ??
      (fromMe ? accountName : senderId === chatId ? chat : null) ??
      (senderId === null ? MESSAGE.unknown : MESSAGE.chat(senderId));
    const colour = fromMe ? MINE : BLACK;
    return this.lines(fromMe ? MESSAGE.me(name) : name, TEXT_LEFT, this.#textWidth, 9, colour, 'bold', 'ltr');
  }

  /** Behind a bar: words that are not those of the message. */
  #quoted(heading: string, words: string): Block[] {
    const blocks = [...this.#text(heading, SMALL, SOFT, 'text', 10), ...this.#text(words, 8.5, SOFT, 'text', 10)];
    return [
      ...blocks.map(({ height, draw }) => ({
        height,
        draw: (y: number) => {
          this.file.fill(TEXT_LEFT + 2, y, 1.2, height, LINE);
          draw(y);
        },
      })),
      space(3),
    ];
  }

  #reply({ replyId, replyText }: PdfMessage): Block[] {
    if (replyId === null) {
      return [];
    }
    const number = this.#numbers.get(replyId);
    return this.#quoted(
      number === undefined ? MESSAGE.replyOutside(replyId) : MESSAGE.replyTo(number),
      replyText === null || replyText === '' ? MESSAGE.replyEmpty : replyText,
    );
  }

  #words({ text, edits, changedAt, goneAt, price, flags, items }: PdfMessage): Block[] {
    const remarks = [
      ...(goneAt === null ? [] : [{ text: MESSAGE.gone(bothTexts(goneAt, this.zone)), colour: ALERT }]),
      ...(edits.length === 0 || changedAt === null
        ? []
        : [{ text: MESSAGE.edited(bothTexts(changedAt, this.zone)), colour: SOFT }]),
      ...(price === null ? [] : [{ text: MESSAGE.price(price), colour: SOFT }]),
      ...(flags.isTip === true ? [{ text: MESSAGE.tip, colour: SOFT }] : []),
    ];
    return [
      ...(text === '' ? (items.length === 0 ? this.#text(MESSAGE.noWords, SMALL, SOFT) : []) : this.#text(text)),
      ...edits.flatMap(({ at, text: before }) => [
        space(2),
        ...this.#quoted(MESSAGE.earlier(bothTexts(at, this.zone)), before === '' ? MESSAGE.replyEmpty : before),
      ]),
      ...remarks.flatMap((remark) => this.#text(remark.text, SMALL, remark.colour)),
    ];
  }

  /** Pictures side by side, each over its exhibit number; then what the person has noted of them. */
  #items({ items }: PdfMessage): Block[] {
    const several = items.length > 1;
    const tiles = items.map((item) => this.#tile(item, several));
    const rows: Block[] = [];
    for (let at = 0; at < tiles.length; at += 2) {
      const pair = tiles.slice(at, at + 2);
      rows.push(space(4), {
        height: Math.max(...pair.map(({ height }) => height)),
        draw: (y) => pair.forEach((tile, index) => tile.drawAt(TEXT_LEFT + index * (this.#several + 8), y)),
      });
    }
    return [...rows, ...items.flatMap((item) => this.#remarks(item))];
  }

  #remarks({ favourite, labels, note, mediaId }: PdfItem): Block[] {
    const words = [
      ...(favourite ? [MESSAGE.favourite] : []),
      ...(labels.length > 0 ? [MESSAGE.labels(labels.join(', '))] : []),
      ...(note === null ? [] : [MESSAGE.note(note)]),
    ];
    return words.length === 0 ? [] : this.#text(`${String(mediaId)}: ${words.join('; ')}`, SMALL, SOFT);
  }

  #tile(item: PdfItem, several: boolean): { readonly height: number; drawAt(x: number, y: number): void } {
    const box = several ? { width: this.#several, height: SEVERAL_HEIGHT } : ONE;
    const exhibit = this.#exhibitFor(item);
    const facts = [
      KINDS[item.kind],
      ...(item.durationMs === null ? [] : [lengthText(item.durationMs)]),
      ...(item.width === null || item.height === null ? [] : [`${String(item.width)} × ${String(item.height)}`]),
    ].join(', ');
    const caption = exhibit === null ? `${facts}, ID ${String(item.mediaId)}` : `${EXHIBITS.name(exhibit)} · ${facts}`;
    const opened = item.picture === null ? null : this.#open(item.sha256, item.picture);
    if (opened !== null) {
      const { picture, width, height } = opened;
      const scale = Math.min(box.width / width, box.height / height, 0.75);
      const label = this.shaper.line(item.isStill ? `${caption} (${MESSAGE.still})` : caption, box.width / SMALL);
      return {
        height: height * scale + 14,
        drawAt: (x, y) => {
          this.file.picture(picture, x, y, width * scale, height * scale);
          this.file.frame(x, y, width * scale, height * scale, LINE, 0.4);
          this.#lineAt(label, x, y + height * scale + 9, SMALL, SOFT);
        },
      };
    }
    const words = [
      ...this.shaper.lines(caption, (box.width - 16) / SMALL, 'bold').map((line) => ({ line, colour: BLACK })),
      ...this.shaper
        .lines(whyOf(item), (box.width - 16) / SMALL)
        .map((line) => ({ line, colour: item.path === null ? ALERT : SOFT })),
    ];
    const height = words.length * SMALL * 1.45 + 12;
    return {
      height: height + 2,
      drawAt: (x, y) => {
        this.file.frame(x, y, box.width, height, SOFT, 0.6, item.path === null);
        words.forEach(({ line, colour }, index) =>
          this.#lineAt(line, x + 8, y + 6 + (index + 0.78) * SMALL * 1.45, SMALL, colour),
        );
      },
    };
  }

  /** The same bytes are one picture of the document, however often they were sent. */
  #open(sha256: string | null, jpeg: Uint8Array): { picture: PdfPicture; width: number; height: number } | null {
    const known = sha256 === null ? undefined : this.#pictures.get(sha256);
    const picture = known ?? this.file.openPicture(jpeg);
    if (picture === null) {
      return null;
    }
    if (sha256 !== null) {
      this.#pictures.set(sha256, picture);
    }
    return { picture, width: picture.width, height: picture.height };
  }

  #exhibitFor({ path, sha256, kind }: PdfItem): number | null {
    if (path === null) {
      return null;
    }
    const known = this.#exhibitOf.get(path);
    if (known !== undefined) {
      return known;
    }
    this.#exhibit += 1;
    this.#exhibitOf.set(path, this.#exhibit);
    this.#exhibits.push({ number: this.#exhibit, path, sha256, message: this.#number, label: KINDS[kind] });
    return this.#exhibit;
  }

  /** The exhibits of this document, then the numbers of the pages. `next`: the document that continues the record. */
  end(next: string | null): void {
    const { facts } = this.part;
    if (facts.messages === 0) {
      this.addPage();
      this.flow(this.lines(MESSAGE.empty, LEFT, this.right - LEFT, BODY, SOFT));
    }
    this.#title = EXHIBITS.title;
    this.addPage();
    this.file.bookmark(EXHIBITS.title);
    this.flow(this.lines(EXHIBITS.title, LEFT, this.right - LEFT, 15, BLACK, 'bold'));
    this.y += 8;
    if (this.#exhibits.length === 0) {
      this.flow(this.lines(EXHIBITS.none, LEFT, this.right - LEFT, BODY, SOFT));
    }
    for (const exhibit of this.#exhibits) {
      this.#exhibitRow(exhibit);
    }
    this.y += 12;
    this.flow(this.lines(next === null ? EXHIBITS.end : EXHIBITS.next(next), LEFT, this.right - LEFT, BODY, SOFT));
    const total = this.file.pages;
    this.file.end((page) => this.#footer(page, total));
  }

  #exhibitRow({ number, path, sha256, message, label }: Exhibit): void {
    const blocks = [
      ...this.lines(path, EXHIBIT_LEFT, this.right - EXHIBIT_LEFT, 8.5, BLACK, 'text', 'ltr'),
      ...this.lines(EXHIBITS.sha256(sha256 ?? ''), EXHIBIT_LEFT, this.right - EXHIBIT_LEFT, 7, SOFT),
    ];
    this.need(Math.min(blocks.reduce((sum, { height }) => sum + height, 0) + 6, this.#bottom - TOP));
    this.#lineAt(this.shaper.line(EXHIBITS.name(number), 5, 'bold'), LEFT, this.y + 9.2, 8.5, BLACK);
    this.#lineAt(this.shaper.line(label, 5), LEFT + 44, this.y + 9.2, SMALL, SOFT);
    this.#lineAt(this.shaper.line(EXHIBITS.message(message), 10), LEFT + 80, this.y + 9.2, SMALL, MINE);
    this.file.link(markOf(message), LEFT + 80, this.y, 76, 12);
    this.flow(blocks);
    this.y += 3;
    this.file.fill(LEFT, this.y, this.right - LEFT, 0.3, LINE);
    this.y += 3;
  }

  #footer(page: number, total: number): void {
    const { facts } = this.part;
    const y = this.page.height - 34;
    const of = this.shaper.line(PAGES(page, total), 30);
    this.file.fill(LEFT, y - 14, this.right - LEFT, 0.5, LINE);
    this.#lineAt(this.shaper.line(EXPORT(facts.token), 32), LEFT, y, 7, SOFT);
    this.#lineAt(of, this.page.width / 2 - (of.width * 8) / 2, y, 8, BLACK);
    if (facts.bates !== null) {
      const bates = this.shaper.line(batesOf(facts.bates.prefix, facts.bates.first + page - 1), 40, 'bold');
      this.#lineAt(bates, this.right - bates.width * 9, y, 9, BLACK);
    }
  }

  #lineAt(line: Line, x: number, y: number, size: number, colour: Colour): void {
    this.file.text(line, x, y, size, colour);
  }
}

const space = (height: number): Block => ({ height, draw: () => undefined });
const markOf = (message: number): string => `m${String(message).padStart(9, '0')}`;

export const chatName = ({ name, chatId }: { readonly name: string | null; readonly chatId: number }): string =>
  name ?? MESSAGE.chat(chatId);

function whyOf({ path, state, problem }: PdfItem): string {
  if (path === null) {
    return WHY[state];
  }
  return problem === 'missing' ? MESSAGE.fileMissing : MESSAGE.notShown;
}
