import type { Zone } from '../contract/time-zone.ts';
import type { ExportPaperRow } from '../index/exports/calls.ts';
import { chatPage, hrefOf, indexPage, type ChatOfPages } from './html-page.ts';
import { PaperFile, type WrittenPaper } from './paper-file.ts';

/** Files on one page: what a browser lays out at once, whatever the size of the export. */
const FILES_A_PAGE = 200;
const MOST_A_PAGE = 1000;
const MOST_COVERS = 4;

/** Pages of an offline gallery, chat by chat; rows must come in that order. A page is written when the row after it shows whether it has a next. */
export class Gallery {
  readonly #root: string;
  readonly #temp: string;
  readonly #zone: Zone;
  readonly #pages: WrittenPaper[] = [];
  readonly #chats: ChatOfPages[] = [];
  #chat: {
    readonly key: string;
    readonly name: string;
    from: number;
    to: number;
    files: number;
    pages: ChatOfPages['pages'][number][];
    covers: string[];
  } | null = null;
  #number = 1;
  /** At the head of the chat's covers. */
  #favourites = 0;
  #files: { readonly row: ExportPaperRow; readonly href: string }[] = [];

  constructor(root: string, temp: string, zone: Zone) {
    this.#zone = zone;
    this.#root = root;
    this.#temp = temp;
  }

  /** `path`: relative to the folder that holds `index.html`. */
  async add(row: ExportPaperRow, path: string): Promise<void> {
    const key = `${String(row.accountId)}-${String(row.chatId)}`;
    if (this.#chat?.key !== key) {
      await this.#endChat();
      this.#chat = {
        key,
        name: row.chatName ?? `Chat ${String(row.chatId)}`,
        from: row.sentAt,
        to: row.sentAt,
        files: 0,
        pages: [],
        covers: [],
      };
      this.#number = 1;
      this.#favourites = 0;
    } else if (this.#isFull(row)) {
      await this.#endPage(true);
      this.#number += 1;
    }
    this.#chat.files += 1;
    this.#chat.to = row.sentAt;
    this.#files.push({ row, href: `../${hrefOf(path)}` });
    if (row.mime?.startsWith('image/') === true) {
      // The newest favourites, else the newest pictures.
      const { covers } = this.#chat;
      covers.splice(row.favourite ? 0 : this.#favourites, 0, hrefOf(path));
      this.#favourites += row.favourite ? 1 : 0;
      covers.length = Math.min(covers.length, MOST_COVERS);
    }
  }

  /** A message stays on one page unless it alone is far too long. */
  #isFull(next: ExportPaperRow): boolean {
    const sameMessage = this.#files.at(-1)?.row.messageId === next.messageId;
    return this.#files.length >= (sameMessage ? MOST_A_PAGE : FILES_A_PAGE);
  }

  async end(at: number, version: string): Promise<WrittenPaper[]> {
    await this.#endChat();
    return [...this.#pages, await this.#write('index.html', indexPage(this.#chats, at, version, this.#zone))];
  }

  async #endChat(): Promise<void> {
    if (this.#chat === null) {
      return;
    }
    const { key, name, from, to, files, pages, covers } = this.#chat;
    await this.#endPage(false);
    this.#chats.push({ name, firstPage: `gallery/${key}-1.html`, files, from, to, pages, covers });
  }

  async #endPage(hasNext: boolean): Promise<void> {
    if (this.#chat === null) {
      return;
    }
    const { key, name } = this.#chat;
    const nameOf = (number: number): string => `${key}-${String(number)}.html`;
    const text = chatPage({
      chat: name,
      number: this.#number,
      zone: this.#zone,
      before: this.#number > 1 ? nameOf(this.#number - 1) : null,
      next: hasNext ? nameOf(this.#number + 1) : null,
      files: this.#files,
    });
    const path = `gallery/${nameOf(this.#number)}`;
    this.#chat.pages.push({
      path,
      from: this.#files[0]?.row.sentAt ?? 0,
      to: this.#files.at(-1)?.row.sentAt ?? 0,
    });
    this.#files = [];
    this.#pages.push(await this.#write(path, text));
  }

  async #write(path: string, text: string): Promise<WrittenPaper> {
    const file = await PaperFile.create(this.#root, path, this.#temp);
    await file.write(text);
    return await file.end();
  }
}
