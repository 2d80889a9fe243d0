/** The papers of an export: words, gallery, proof. One walk over what was written feeds them all, so memory does not grow with it. */
import type { ExportOptions, ExportProgress } from '../../contract/export-shapes.ts';
import { dayText, type Zone, zoneOf } from '../../contract/time-zone.ts';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportMessageRow, ExportPaperRow, NotExportedRow, PaperCursor } from '../../index/exports/calls.ts';
import { BOOK_COLUMNS, BOOK_SUM_COLUMNS, BookSums, isInBook } from './account-book.ts';
import { csvHead, custodyOf, entryOf, MEDIA_COLUMNS, wordsOf, type Columns, type PaperEntry } from './paper-rows.ts';
import { CsvList, JsonList } from './paper-lists.ts';
import { messageOf, MESSAGE_COLUMNS, MISSING_COLUMNS } from './conversation-rows.ts';
import { messagesOf, notExportedOf } from './conversations.ts';
import type { ExportPorts } from '../plan/export-types.ts';
import { Gallery } from './gallery.ts';
import { ItemPapers } from './item-papers.ts';
import { MANIFEST, manifestLine, TAG_MANIFEST } from '../proof/manifest.ts';
import { BOOK, BOOK_SUMS, MESSAGES_CSV, MESSAGES_JSON, NOT_EXPORTED } from './paper-paths.ts';
import { PaperFile, type StagedPaper, type WrittenPaper } from '../target/paper-file.ts';
import { earlierParts, writePdf } from './pdf-paper.ts';
import { staleThatStay } from './stale-files.ts';

export interface PaperJob {
  readonly id: number;
  readonly token: string;
  readonly template: string;
  /** Of its days and of the dates in names: an IANA name. */
  readonly timeZone: string;
}

export interface PaperPlace {
  /** The folder of the export, or where its papers wait to be put into a zip. */
  readonly dir: string;
  /** Where its files are: `dir`, in a bag `dir/data`. */
  readonly root: string;
  readonly temp: string;
  /** Makes the names of all files of the export certain. */
  syncNames(): Promise<void>;
}

type PaperOptions = Pick<
  ExportOptions,
  'sidecars' | 'messages' | 'selection' | 'bates' | 'pageSize' | 'bag' | 'csvBom' | 'conflict' | 'zip'
>;

export interface PaperHooks {
  /** The paper beside one file could not be written: `paper_exists` where somebody else's file has the name. */
  onFailed(row: ExportPaperRow, path: string, reason: string): void;
  /** See `ExportProgress.pdf`. */
  onPdf(progress: ExportProgress['pdf']): void;
  /** See `ExportHooks.whenGoing`. */
  whenGoing(): Promise<void>;
}

const PAGE = 500;
const PAGES = /^(?:\d+-\d+|find)-\d+\.html$/;

/** Writes every paper and answers those that lie beside the files, relative to `dir`. */
export async function writePapers(
  job: PaperJob,
  options: PaperOptions,
  place: PaperPlace,
  ports: ExportPorts,
  signal: AbortSignal,
  hooks: PaperHooks,
): Promise<WrittenPaper[]> {
  const at = ports.now();
  const going = async (): Promise<void> => {
    await hooks.whenGoing();
    signal.throwIfAborted();
  };
  const papers = new Papers(options, place, zoneOf(job.timeZone), hooks);
  try {
    await papers.open(job, ports, at);
    for await (const rows of pagesOf(job.id, ports)) {
      await going();
      for (const row of rows) {
        await papers.add(row);
      }
    }
    for await (const rows of messagesOf(job.id, options, ports)) {
      await going();
      await papers.addMessages(rows);
    }
    if (options.sidecars.includes('book')) {
      for await (const rows of messagesOf(job.id, { ...options, messages: 'all' }, ports)) {
        await going();
        await papers.addToBook(rows);
      }
    }
    for await (const rows of notExportedOf(job.id, options, ports)) {
      await going();
      await papers.addMissing(rows);
    }
    if (!options.zip) {
      for await (const stale of staleThatStay(job.id, place.root, ports)) {
        await papers.list(stale);
      }
    }
    return await papers.end(job, ports, at, signal);
  } catch (error) {
    await papers.discard();
    throw error;
  }
}

/** The next page is read while one is written. */
async function* pagesOf(jobId: number, ports: ExportPorts): AsyncGenerator<readonly ExportPaperRow[]> {
  const read = (
    after: PaperCursor | null,
  ): Promise<{ readonly rows: ExportPaperRow[]; readonly next: PaperCursor | null }> =>
    ports.index.read.exportPapers({ jobId, after, limit: PAGE, history: true });
  let page = read(null);
  for (;;) {
    const { rows, next } = await page;
    if (next === null) {
      yield rows;
      return;
    }
    page = read(next);
    // Heard when it is its turn; where the one before ends the walk, nobody waits for it.
    page.catch(() => undefined);
    yield rows;
  }
}

class Papers {
  readonly #options: PaperOptions;
  readonly #place: PaperPlace;
  readonly #open: PaperFile[] = [];
  /** Whole, and given their names together: until then those of the last run stand, as their manifest says. */
  readonly #staged: StagedPaper[] = [];
  #json: JsonList | null = null;
  #csv: CsvList<ExportPaperRow & { readonly entry: PaperEntry }> | null = null;
  #messagesJson: JsonList | null = null;
  #messagesCsv: CsvList<ExportMessageRow> | null = null;
  #missing: CsvList<NotExportedRow> | null = null;
  #book: CsvList<ExportMessageRow> | null = null;
  readonly #sums: BookSums;
  #gallery: Gallery | null = null;
  #items: ItemPapers | null = null;
  /** Kept for a zip alone, which has to be told of each. */
  readonly #itemPapers: WrittenPaper[] = [];
  readonly #hooks: PaperHooks;
  readonly #zone: Zone;
  #manifest: PaperFile | null = null;
  #custody: JsonList | null = null;
  #files = 0;
  #bytes = 0;

  constructor(options: PaperOptions, place: PaperPlace, zone: Zone, hooks: PaperHooks) {
    this.#zone = zone;
    this.#sums = new BookSums(zone);
    this.#hooks = hooks;
    this.#options = options;
    this.#place = place;
  }

  async open(job: PaperJob, ports: ExportPorts, at: number): Promise<void> {
    const { sidecars, messages } = this.#options;
    const { dir, root, temp } = this.#place;
    this.#manifest = await this.#file(dir, MANIFEST);
    const custody = {
      id: job.token,
      layout: job.template,
      timeZone: job.timeZone,
      library: ports.libraryId,
      at: new Date(at).toISOString(),
      by: `chatkeep ${ports.version}`,
    };
    const opening = `{"format":"chatkeep-custody","version":1,"export":${JSON.stringify(custody)},"files":[`;
    this.#custody = await this.#jsonList(dir, 'custody.json', opening, ']}');
    if (sidecars.includes('json')) {
      this.#json = await this.#jsonList(root, 'media.json', '[', ']');
    }
    if (sidecars.includes('csv')) {
      this.#csv = await this.#csvList('media.csv', MEDIA_COLUMNS);
    }
    this.#missing = await this.#csvList(NOT_EXPORTED, MISSING_COLUMNS);
    if (messages !== 'none') {
      const head = '{"format":"chatkeep-messages","version":1,"messages":[';
      this.#messagesJson = await this.#jsonList(root, MESSAGES_JSON, head, ']}');
      this.#messagesCsv = await this.#csvList(MESSAGES_CSV, MESSAGE_COLUMNS);
    }
    if (sidecars.includes('book')) {
      this.#book = await this.#csvList(BOOK, BOOK_COLUMNS);
    }
    if (sidecars.includes('html')) {
      this.#gallery = new Gallery(root, temp, this.#zone);
    }
    if (sidecars.includes('item-json')) {
      this.#items = new ItemPapers(
        { root, temp, overwrite: this.#options.conflict === 'overwrite' },
        {
          onWritten: async (paper) => {
            await this.list(paper);
            if (this.#options.zip) {
              this.#itemPapers.push(paper);
            }
          },
          onFailed: (row, path, reason) => this.#hooks.onFailed(row, path, reason),
        },
      );
    }
  }

  async add(row: ExportPaperRow): Promise<void> {
    const entry = entryOf(row);
    if (entry === null) {
      return;
    }
    await this.list(entry);
    await this.#custody?.add(custodyOf(row, entry));
    await this.#json?.add(wordsOf(row, entry));
    await this.#csv?.add({ ...row, entry });
    await this.#items?.add(row, entry);
    if (this.#options.messages === 'none') {
      await this.#gallery?.addFile(row, entry.path);
    }
  }

  async addMessages(rows: readonly ExportMessageRow[]): Promise<void> {
    for (const row of rows) {
      await this.#messagesJson?.add(messageOf(row));
      await this.#messagesCsv?.add(row);
      await this.#gallery?.addMessage(row);
    }
  }

  async addToBook(rows: readonly ExportMessageRow[]): Promise<void> {
    for (const row of rows.filter(isInBook)) {
      this.#sums.add(row);
      await this.#book?.add(row);
    }
  }

  async addMissing(rows: readonly NotExportedRow[]): Promise<void> {
    for (const row of rows) {
      await this.#missing?.add(row);
    }
  }

  /** A file beside the papers: what the manifest names. */
  async list(entry: PaperEntry): Promise<void> {
    const path = this.#options.bag ? `data/${entry.path}` : entry.path;
    await this.#manifest?.write(manifestLine(entry.sha256, path, this.#options.bag));
    this.#files += 1;
    this.#bytes += entry.bytes;
  }

  async end(job: PaperJob, ports: ExportPorts, at: number, signal: AbortSignal): Promise<WrittenPaper[]> {
    await this.#items?.end();
    const words: WrittenPaper[] = [];
    for (const list of [this.#json, this.#csv, this.#missing, this.#messagesJson, this.#messagesCsv, this.#book]) {
      words.push(...(list === null ? [] : [await this.#ended(list)]));
    }
    if (this.#book !== null) {
      const lines = [this.#headOf(BOOK_SUM_COLUMNS), ...this.#sums.lines()];
      words.push(await this.#whole(this.#place.root, BOOK_SUMS, lines));
    }
    const gallery = this.#gallery === null ? [] : await this.#gallery.end(at, ports.version);
    const custody = await this.#ended(this.#custody);
    const pdf = this.#options.sidecars.includes('pdf')
      ? await writePdf({ ...job, at }, this.#options, this.#place, ports, signal, [...words, custody], this.#hooks)
      : [];
    this.#staged.push(...gallery, ...pdf);
    const beside = [...words, ...[...gallery, ...pdf].map(({ paper }) => paper)];
    // In a bag the custody is about the payload, not of it.
    for (const paper of this.#options.bag ? beside : [...beside, custody]) {
      await this.list(paper);
    }
    const manifest = await this.#ended(this.#manifest);
    const payload = [...this.#itemPapers, ...beside].map((paper) => ({
      ...paper,
      path: this.#options.bag ? `data/${paper.path}` : paper.path,
    }));
    const tags = this.#options.bag ? await this.#bagTags(job, ports, at, [custody, manifest]) : [];
    const before = await earlierParts(this.#place.dir, this.#options.bag);
    for (const each of this.#staged) {
      if (each.paper === manifest) {
        // It may name only what a power cut leaves.
        await this.#place.syncNames();
      }
      await each.place();
    }
    const kept = new Set(beside.map(({ path }) => path));
    await this.#dropOldPages(kept);
    for (const path of before) {
      if (!kept.has(path)) {
        await rm(join(this.#place.root, path), { force: true });
      }
    }
    return [...payload, custody, manifest, ...tags];
  }

  /** The files that make the folder a bag (RFC 8493 §2.1, §2.2). */
  async #bagTags(
    job: PaperJob,
    ports: ExportPorts,
    at: number,
    tags: readonly WrittenPaper[],
  ): Promise<WrittenPaper[]> {
    const { dir } = this.#place;
    const declaration = await this.#whole(dir, 'bagit.txt', [
      'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n',
    ]);
    const info = await this.#whole(dir, 'bag-info.txt', [
      `Bag-Software-Agent: Chatkeep ${ports.version}\n`,
      `Bagging-Date: ${dayText(this.#zone.dayOf(at))}\n`,
      `External-Identifier: ${job.token}\n`,
      `Payload-Oxum: ${String(this.#bytes)}.${String(this.#files)}\n`,
    ]);
    const listed = [declaration, info, ...tags];
    const lines = listed.map(({ sha256, path }) => manifestLine(sha256, path, true));
    return [declaration, info, await this.#whole(dir, TAG_MANIFEST, lines)];
  }

  async #whole(root: string, path: string, texts: readonly string[]): Promise<WrittenPaper> {
    const file = await this.#file(root, path);
    for (const text of texts) {
      await file.write(text);
    }
    return await this.#ended(file);
  }

  async #file(root: string, path: string): Promise<PaperFile> {
    const file = await PaperFile.create(root, path, this.#place.temp);
    this.#open.push(file);
    return file;
  }

  async #jsonList(root: string, path: string, opening: string, close: string): Promise<JsonList> {
    const file = await this.#file(root, path);
    await file.write(opening);
    return new JsonList(file, close);
  }

  async #csvList<Row>(path: string, columns: Columns<Row>): Promise<CsvList<Row>> {
    const file = await this.#file(this.#place.root, path);
    await file.write(this.#headOf(columns));
    return new CsvList(file, columns, this.#zone);
  }

  #headOf(columns: Readonly<Record<string, unknown>>): string {
    return `${this.#options.csvBom ? '\uFEFF' : ''}${csvHead(columns)}`;
  }

  async #ended(file: Pick<PaperFile, 'end'> | null): Promise<WrittenPaper> {
    if (file === null) {
      throw new Error('a paper that was not opened');
    }
    const staged = await file.end();
    this.#staged.push(staged);
    return staged.paper;
  }

  /** Pages of an earlier, longer gallery. */
  async #dropOldPages(kept: ReadonlySet<string>): Promise<void> {
    const folder = join(this.#place.root, 'gallery');
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      if (PAGES.test(name) && !kept.has(`gallery/${name}`)) {
        await rm(join(folder, name), { force: true });
      }
    }
  }

  async discard(): Promise<void> {
    await Promise.all(this.#open.map((file) => file.discard()));
  }
}
