import type { Zone } from '../../contract/time-zone.ts';
import type { ExportMessageRow, ExportPaperRow } from '../../index/exports/calls.ts';
import { chatPage, hrefOf, indexPage, type ChatOfPages, type PageItem, type PageMessage } from './html-page.ts';
import { PaperFile, type StagedPaper } from '../target/paper-file.ts';

/** What a browser lays out at once, whatever the size of the export. */
const FILES_A_PAGE = 200;
const MESSAGES_A_PAGE = 500;
const MOST_COVERS = 4;

type Placed = PageMessage & Pick<ExportMessageRow, 'accountId' | 'chatId'>;

/**
 * Pages of an offline gallery, chat by chat; messages must come in that order. A page is written when the message after it shows whether
 * it has a next.
 */
export class Gallery {
  readonly #root: string;
  readonly #temp: string;
  readonly #zone: Zone;
  readonly #pages: StagedPaper[] = [];
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
  #messages: Placed[] = [];
  #files = 0;
  /** The message whose files are being added one by one. */
  #open: (Placed & { readonly items: PageItem[] }) | null = null;

  constructor(root: string, temp: string, zone: Zone) {
    this.#zone = zone;
    this.#root = root;
    this.#temp = temp;
  }

  /** A file of a message; those of one message follow each other. `path`: relative to the folder that holds `index.html`. */
  async addFile(row: ExportPaperRow, path: string): Promise<void> {
    const open = this.#open;
    const item = { ...row, state: row.ledger, href: `../${hrefOf(path)}` };
    if (
      open !== null &&
      open.messageId === row.messageId &&
      open.chatId === row.chatId &&
      open.accountId === row.accountId
    ) {
      open.items.push(item);
      return;
    }
    await this.#close();
    this.#open = { ...row, items: [item] };
  }

  /** A whole message: its items that are not in the folder have their places too. */
  async addMessage(row: ExportMessageRow): Promise<void> {
    await this.#add({
      ...row,
      items: row.media.map((item) => ({ ...item, href: item.path === null ? null : `../${hrefOf(item.path)}` })),
    });
  }

  async #close(): Promise<void> {
    if (this.#open !== null) {
      await this.#add(this.#open);
      this.#open = null;
    }
  }

  async #add(message: Placed): Promise<void> {
    const key = `${String(message.accountId)}-${String(message.chatId)}`;
    const files = message.items.filter(({ href }) => href !== null);
    if (this.#chat?.key !== key) {
      await this.#endChat();
      this.#chat = {
        key,
        name: message.chatName ?? `Chat ${String(message.chatId)}`,
        from: message.sentAt,
        to: message.sentAt,
        files: 0,
        pages: [],
        covers: [],
      };
      this.#number = 1;
      this.#favourites = 0;
    } else if (
      this.#messages.length > 0 &&
      (this.#files + files.length > FILES_A_PAGE || this.#messages.length >= MESSAGES_A_PAGE)
    ) {
      await this.#endPage(true);
      this.#number += 1;
    }
    this.#chat.files += files.length;
    this.#chat.to = message.sentAt;
    this.#messages.push(message);
    this.#files += files.length;
    for (const { href, mime, favourite } of files) {
      if (href !== null && mime?.startsWith('image/') === true) {
        // The newest favourites, else the newest pictures.
        const { covers } = this.#chat;
        covers.splice(favourite ? 0 : this.#favourites, 0, href.slice('../'.length));
        this.#favourites += favourite ? 1 : 0;
        covers.length = Math.min(covers.length, MOST_COVERS);
      }
    }
  }

  async end(at: number, version: string): Promise<StagedPaper[]> {
    await this.#close();
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
      messages: this.#messages,
    });
    const path = `gallery/${nameOf(this.#number)}`;
    this.#chat.pages.push({
      path,
      from: this.#messages[0]?.sentAt ?? 0,
      to: this.#messages.at(-1)?.sentAt ?? 0,
    });
    this.#messages = [];
    this.#files = 0;
    this.#pages.push(await this.#write(path, text));
  }

  async #write(path: string, text: string): Promise<StagedPaper> {
    const file = await PaperFile.create(this.#root, path, this.#temp);
    await file.write(text);
    return await file.end();
  }
}
