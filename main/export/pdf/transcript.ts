/** The pages of a conversation as a court reads them: cover, numbered messages, exhibits. Knows where things stand on the page, and no files. */
import type { Shaper } from './clusters.ts';
import { Exhibits, markOf } from './exhibits.ts';
import { BLACK, type Colour, type PdfPicture } from './pdf-file.ts';
import type { PdfItem, PdfMessage, PdfPart } from './pdf-jobs.ts';
import { BODY, heightOf, LEFT, LINE, Sheets, SMALL, SOFT, space, type Block } from './sheets.ts';
import {
  bothTexts,
  countText,
  EXHIBITS,
  KINDS,
  lengthText,
  localText,
  longDay,
  MESSAGE,
  monthText,
  utcText,
  WHY,
} from './words.ts';

/** Where the words of a message begin, to the right of its number and times. */
const TEXT_LEFT = 176;
const BAND: Colour = [0.94, 0.94, 0.96];
const MINE: Colour = [0.2, 0.4, 0.72];
const ALERT: Colour = [0.66, 0.16, 0.12];
const GAP = 4;
/** One picture of a message, and several of one, at most. */
const ONE = { width: 260, height: 300 };
const SEVERAL_HEIGHT = 210;

export class Transcript {
  readonly sheets: Sheets;
  readonly part: PdfPart;
  /** What it is a record of. */
  readonly name: string;
  readonly exhibits: Exhibits;
  readonly #textWidth: number;
  #number: number;
  readonly #pictures = new Map<string, PdfPicture>();
  #chat = '';
  #numbers = new Map<number, number>();
  #day = '';
  #month = '';
  #chapter: PDFKit.PDFOutline | null = null;

  constructor(part: PdfPart, shaper: Shaper) {
    const { facts } = part;
    const [only, ...others] = facts.chats;
    this.part = part;
    this.name =
      only === undefined || others.length > 0 ? countText(facts.chats.length, 'chat', 'chats') : chatName(only);
    this.sheets = new Sheets(facts, this.name, shaper);
    this.exhibits = new Exhibits(part.firstExhibit);
    this.#textWidth = this.sheets.right - TEXT_LEFT;
    this.#number = part.firstMessage - 1;
  }

  /** Width of each of two pictures side by side. */
  get #several(): number {
    return (this.#textWidth - 8) / 2;
  }

  add(message: PdfMessage): void {
    const { sheets } = this;
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
    const metaHeight = heightOf(meta);
    // The head of a message stands with the first of it.
    const first = heightOf(blocks.slice(0, 2));
    sheets.need(Math.max(metaHeight, Math.min(first, sheets.height - 1)) + GAP);
    sheets.y += GAP;
    sheets.file.mark(markOf(number), sheets.y - GAP);
    let metaEnd = sheets.y;
    for (const block of meta) {
      block.draw(metaEnd);
      metaEnd += block.height;
    }
    let barTop = sheets.y;
    const bar = (): void => {
      if (message.fromMe && sheets.y > barTop) {
        sheets.file.fill(TEXT_LEFT - 9, barTop, 2, sheets.y - barTop, MINE);
      }
    };
    for (const block of blocks) {
      if (sheets.y + block.height > sheets.bottom) {
        bar();
        sheets.addPage();
        sheets.lineAt(
          sheets.shaper.line(`${MESSAGE.number(number)}, ${MESSAGE.continued}`, 118 / SMALL),
          LEFT,
          sheets.y + SMALL * 1.08,
          SMALL,
          SOFT,
        );
        barTop = sheets.y;
        metaEnd = sheets.y;
      }
      block.draw(sheets.y);
      sheets.y += block.height;
    }
    bar();
    sheets.y = Math.max(sheets.y, metaEnd) + GAP;
    sheets.rule(sheets.y, 0.4);
  }

  /** A new chat begins a page, a new day a band. */
  #enter(message: PdfMessage): void {
    const { sheets } = this;
    const key = `${String(message.accountId)}-${String(message.chatId)}`;
    if (key !== this.#chat) {
      this.#chat = key;
      this.#numbers = new Map();
      this.#day = '';
      this.#month = '';
      const name = chatName({ name: message.chatName, chatId: message.chatId });
      sheets.title = `${name} · ${MESSAGE.chat(message.chatId)} · ${message.accountName}`;
      sheets.addPage();
      this.#chapter = sheets.file.bookmark(name);
      sheets.flow(sheets.lines(name, LEFT, sheets.width, 15, BLACK, 'bold', 'ltr'));
      sheets.y += 6;
    }
    const day = longDay(message.sentAt, sheets.zone);
    if (day !== this.#day) {
      this.#day = day;
      sheets.need(80);
      const month = monthText(message.sentAt, sheets.zone);
      if (month !== this.#month) {
        this.#month = month;
        sheets.file.bookmark(month, this.#chapter);
      }
      sheets.y += 8;
      sheets.file.fill(LEFT, sheets.y, sheets.width, 17, BAND);
      sheets.lineAt(sheets.shaper.line(day, 480 / 8.5, 'bold'), LEFT + 6, sheets.y + 11.8, 8.5, SOFT);
      sheets.y += 17;
    }
  }

  #meta({ sentAt, messageId }: PdfMessage, number: number): Block[] {
    const local = localText(sentAt, this.sheets.zone);
    const small = (text: string): Block[] => this.sheets.lines(text, LEFT, 120, 7, SOFT);
    return [
      ...this.sheets.lines(MESSAGE.number(number), LEFT, 120, 9, BLACK, 'bold'),
      ...small(utcText(sentAt)),
      ...(local === null ? [] : small(local)),
      ...small(MESSAGE.id(messageId)),
    ];
  }

  #text(text: string, size = BODY, colour = BLACK, weight: 'text' | 'bold' = 'text', indent = 0): Block[] {
    return this.sheets.lines(text, TEXT_LEFT + indent, this.#textWidth - indent, size, colour, weight);
  }

  #sender({ fromMe, senderName, senderId, chatName: chat, chatId, accountName }: PdfMessage): Block[] {
    const name =
      senderName ??
      (fromMe ? accountName : senderId === chatId ? chat : null) ??
      (senderId === null ? MESSAGE.unknown : MESSAGE.chat(senderId));
    const colour = fromMe ? MINE : BLACK;
    return this.sheets.lines(fromMe ? MESSAGE.me(name) : name, TEXT_LEFT, this.#textWidth, 9, colour, 'bold', 'ltr');
  }

  /** Behind a bar: words that are not those of the message. */
  #quoted(heading: string, words: string): Block[] {
    const blocks = [...this.#text(heading, SMALL, SOFT, 'text', 10), ...this.#text(words, 8.5, SOFT, 'text', 10)];
    return [
      ...blocks.map(({ height, draw }) => ({
        height,
        draw: (y: number) => {
          this.sheets.file.fill(TEXT_LEFT + 2, y, 1.2, height, LINE);
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
      ...(goneAt === null ? [] : [{ text: MESSAGE.gone(bothTexts(goneAt, this.sheets.zone)), colour: ALERT }]),
      ...(edits.length === 0 || changedAt === null
        ? []
        : [{ text: MESSAGE.edited(bothTexts(changedAt, this.sheets.zone)), colour: SOFT }]),
      ...(price === null ? [] : [{ text: MESSAGE.price(price), colour: SOFT }]),
      ...(flags.isTip === true ? [{ text: MESSAGE.tip, colour: SOFT }] : []),
    ];
    return [
      ...(text === '' ? (items.length === 0 ? this.#text(MESSAGE.noWords, SMALL, SOFT) : []) : this.#text(text)),
      ...edits.flatMap(({ at, text: before }) => [
        space(2),
        ...this.#quoted(MESSAGE.earlier(bothTexts(at, this.sheets.zone)), before === '' ? MESSAGE.replyEmpty : before),
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
    const exhibit = this.exhibits.numberOf(item, this.#number);
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
      const label = this.sheets.shaper.line(
        item.isStill ? `${caption} (${MESSAGE.still})` : caption,
        box.width / SMALL,
      );
      return {
        height: height * scale + 14,
        drawAt: (x, y) => {
          this.sheets.file.picture(picture, x, y, width * scale, height * scale);
          this.sheets.file.frame(x, y, width * scale, height * scale, LINE, 0.4);
          this.sheets.lineAt(label, x, y + height * scale + 9, SMALL, SOFT);
        },
      };
    }
    const words = [
      ...this.sheets.shaper.lines(caption, (box.width - 16) / SMALL, 'bold').map((line) => ({ line, colour: BLACK })),
      ...this.sheets.shaper
        .lines(whyOf(item), (box.width - 16) / SMALL)
        .map((line) => ({ line, colour: item.path === null ? ALERT : SOFT })),
    ];
    const height = words.length * SMALL * 1.45 + 12;
    return {
      height: height + 2,
      drawAt: (x, y) => {
        this.sheets.file.frame(x, y, box.width, height, SOFT, 0.6, item.path === null);
        words.forEach(({ line, colour }, index) =>
          this.sheets.lineAt(line, x + 8, y + 6 + (index + 0.78) * SMALL * 1.45, SMALL, colour),
        );
      },
    };
  }

  /** The same bytes are one picture of the document, however often they were sent. */
  #open(sha256: string | null, jpeg: Uint8Array): { picture: PdfPicture; width: number; height: number } | null {
    const known = sha256 === null ? undefined : this.#pictures.get(sha256);
    const picture = known ?? this.sheets.file.openPicture(jpeg);
    if (picture === null) {
      return null;
    }
    if (sha256 !== null) {
      this.#pictures.set(sha256, picture);
    }
    return { picture, width: picture.width, height: picture.height };
  }

  /** The exhibits of this document, then the numbers of the pages. `next`: the document that continues the record. */
  end(next: string | null): void {
    const { facts } = this.part;
    const { sheets } = this;
    if (facts.messages === 0) {
      sheets.addPage();
      sheets.flow(sheets.lines(MESSAGE.empty, LEFT, sheets.width, BODY, SOFT));
    }
    this.exhibits.write(sheets);
    sheets.y += 12;
    sheets.flow(sheets.lines(next === null ? EXHIBITS.end : EXHIBITS.next(next), LEFT, sheets.width, BODY, SOFT));
    sheets.end(facts);
  }
}

export const chatName = ({ name, chatId }: { readonly name: string | null; readonly chatId: number }): string =>
  name ?? MESSAGE.chat(chatId);

function whyOf({ path, state, problem }: PdfItem): string {
  if (path === null) {
    return WHY[state];
  }
  return problem === 'missing' ? MESSAGE.fileMissing : MESSAGE.notShown;
}
