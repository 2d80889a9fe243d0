import type { Zone } from '../../contract/time-zone.ts';
import type { ExportMessageRow, ExportPaperRow } from '../../index/exports/calls.ts';
import type { FindChunk, FoundRow } from './html-find.ts';
import {
  chatPage,
  foundRowOf,
  hrefOf,
  indexPage,
  textsPage,
  type ChatOfPages,
  type PageItem,
  type PageMessage,
} from './html-page.ts';
import { PaperFile, type StagedPaper } from '../target/paper-file.ts';

/** What a browser lays out at once, whatever the size of the export. */
const FILES_A_PAGE = 200;
const MESSAGES_A_PAGE = 500;
const TEXT_A_PAGE = 300_000;
/** What the search opens at once. */
const MESSAGES_A_CHUNK = 5000;
const TEXT_A_CHUNK = 2_000_000;
/** Offered while a name is typed. */
const MOST_SENDERS = 300;
const MOST_COVERS = 4;

type Placed = PageMessage & Pick<ExportMessageRow, 'accountId' | 'accountName' | 'chatId'>;

/**
 * Pages of an offline gallery, chat by chat; messages must come in that order. A page is written when the message after it shows whether
 * it has a next.
 */
export class Gallery {
  readonly #root: string;
  readonly #temp: string;
  readonly #zone: Zone;
  readonly #pages: StagedPaper[] = [];
  readonly #chats: (ChatOfPages & { readonly account: string })[] = [];
  #chat: {
    readonly key: string;
    readonly name: string;
    readonly account: string;
    from: number;
    to: number;
    items: number;
    pages: ChatOfPages['pages'][number][];
    covers: string[];
  } | null = null;
  #number = 1;
  /** At the head of the chat's covers. */
  #favourites = 0;
  #messages: Placed[] = [];
  #files = 0;
  #text = 0;
  #rows: FoundRow[] = [];
  #rowsText = 0;
  readonly #chunks: FindChunk[] = [];
  readonly #senders = new Set<string>();
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
        account: message.accountName,
        from: message.sentAt,
        to: message.sentAt,
        items: 0,
        pages: [],
        covers: [],
      };
      this.#number = 1;
      this.#favourites = 0;
    } else if (
      this.#messages.length > 0 &&
      (this.#files + files.length > FILES_A_PAGE ||
        this.#messages.length >= MESSAGES_A_PAGE ||
        this.#text + textOf(message) > TEXT_A_PAGE)
    ) {
      await this.#endPage(true);
      this.#number += 1;
    }
    this.#chat.items += files.length;
    this.#chat.to = message.sentAt;
    this.#messages.push(message);
    this.#files += files.length;
    this.#text += textOf(message);
    await this.#addRow(message);
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
    await this.#endChunk();
    // Two accounts may have a chat with the same person.
    const several = new Set(this.#chats.map(({ account }) => account)).size > 1;
    const chats = this.#chats.map((chat) => (several ? { ...chat, name: `${chat.name} · ${chat.account}` } : chat));
    const find = { chunks: this.#chunks, senders: [...this.#senders] };
    return [...this.#pages, await this.#write('index.html', indexPage(chats, find, at, version, this.#zone))];
  }

  /** For the search; the pages of texts are filled one after the other, whatever chat a message is of. */
  async #addRow(message: Placed): Promise<void> {
    const row = foundRowOf(message, this.#chats.length, this.#number, this.#zone);
    const length = row[6].length + row[7].length;
    if (this.#rows.length >= MESSAGES_A_CHUNK || (this.#rows.length > 0 && this.#rowsText + length > TEXT_A_CHUNK)) {
      await this.#endChunk();
    }
    this.#rows.push(row);
    this.#rowsText += length;
    if (this.#senders.size < MOST_SENDERS) {
      this.#senders.add(row[5]);
    }
  }

  async #endChunk(): Promise<void> {
    const [first] = this.#rows;
    const last = this.#rows.at(-1);
    if (first === undefined || last === undefined) {
      return;
    }
    const days = this.#rows.map(([, , , day]) => day).sort();
    this.#chunks.push({
      chats: [first[0], last[0]],
      days: [days[0] ?? first[3], days.at(-1) ?? last[3]],
      messages: this.#rows.length,
    });
    this.#pages.push(await this.#write(`gallery/find-${String(this.#chunks.length)}.html`, textsPage(this.#rows)));
    this.#rows = [];
    this.#rowsText = 0;
  }

  async #endChat(): Promise<void> {
    if (this.#chat === null) {
      return;
    }
    const { key, name, account, from, to, items, pages, covers } = this.#chat;
    await this.#endPage(false);
    this.#chats.push({ key, name, account, firstPage: `gallery/${key}-1.html`, items, from, to, pages, covers });
  }

  async #endPage(hasNext: boolean): Promise<void> {
    if (this.#chat === null) {
      return;
    }
    const { key, name } = this.#chat;
    const nameOf = (number: number): string => `${key}-${String(number)}.html`;
    const text = chatPage({
      chat: name,
      index: this.#chats.length,
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
    this.#text = 0;
    this.#pages.push(await this.#write(path, text));
  }

  async #write(path: string, text: string): Promise<StagedPaper> {
    const file = await PaperFile.create(this.#root, path, this.#temp);
    await file.write(text);
    return await file.end();
  }
}

const textOf = ({ text, edits }: PageMessage): number =>
  edits.reduce((sum, edit) => sum + edit.text.length, text.length);
