/** The papers of an export: words, gallery, proof. One walk over what was written feeds them all, so memory does not grow with it. */
import type { ExportOptions, ExportProgress } from '../../contract/export-shapes.ts';
import { dayText, type Zone, zoneOf } from '../../contract/time-zone.ts';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportMessageRow, ExportPaperRow, NotExportedRow, PaperCursor } from '../../index/exports/calls.ts';
import { BOOK_HEAD, BOOK_SUMS_HEAD, bookCells, BookSums, isInBook } from './account-book.ts';
import { CSV_HEAD, csvOf, custodyOf, entryOf, wordsOf, type PaperEntry } from './paper-rows.ts';
import { MESSAGE_CSV_HEAD, messageCells, messageOf, NOT_EXPORTED_HEAD, notExportedCells } from './conversation-rows.ts';
import { messagesOf, notExportedOf } from './conversations.ts';
import { csvLine } from '../../contract/csv.ts';
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
  #json: PaperFile | null = null;
  #csv: PaperFile | null = null;
  #messagesJson: PaperFile | null = null;
  #messagesCsv: PaperFile | null = null;
  #missing: PaperFile | null = null;
  #book: PaperFile | null = null;
  readonly #sums: BookSums;
  #messages = 0;
  #gallery: Gallery | null = null;
  #items: ItemPapers | null = null;
  /** Kept for a zip alone, which has to be told of each. */
  readonly #itemPapers: WrittenPaper[] = [];
  readonly #hooks: PaperHooks;
  readonly #zone: Zone;
  #manifest: PaperFile | null = null;
  #custody: PaperFile | null = null;
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
    const { sidecars, csvBom } = this.#options;
    const { dir, root, temp } = this.#place;
    const bom = csvBom ? '\uFEFF' : '';
    this.#manifest = await this.#file(dir, MANIFEST);
    this.#custody = await this.#file(dir, 'custody.json');
    await this.#custody.write(
      `{"format":"chatkeep-custody","version":1,"export":${JSON.stringify({
        id: job.token,
        layout: job.template,
        timeZone: job.timeZone,
        library: ports.libraryId,
        at: new Date(at).toISOString(),
        by: `chatkeep ${ports.version}`,
      })},"files":[`,
    );
    if (sidecars.includes('json')) {
      this.#json = await this.#file(root, 'media.json');
      await this.#json.write('[');
    }
    if (sidecars.includes('csv')) {
      this.#csv = await this.#file(root, 'media.csv');
      await this.#csv.write(`${bom}${csvLine(CSV_HEAD)}`);
    }
    this.#missing = await this.#file(root, NOT_EXPORTED);
    await this.#missing.write(`${bom}${csvLine(NOT_EXPORTED_HEAD)}`);
    if (this.#options.messages !== 'none') {
      this.#messagesJson = await this.#file(root, MESSAGES_JSON);
      await this.#messagesJson.write('{"format":"chatkeep-messages","version":1,"messages":[');
      this.#messagesCsv = await this.#file(root, MESSAGES_CSV);
      await this.#messagesCsv.write(`${bom}${csvLine(MESSAGE_CSV_HEAD)}`);
    }
    if (sidecars.includes('book')) {
      this.#book = await this.#file(root, BOOK);
      await this.#book.write(`${bom}${csvLine(BOOK_HEAD)}`);
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
    const comma = this.#files === 0 ? '\n' : ',\n';
    await this.list(entry);
    await this.#custody?.write(comma + JSON.stringify(custodyOf(row, entry)));
    await this.#json?.write(comma + JSON.stringify(wordsOf(row, entry)));
    await this.#csv?.write(csvLine(csvOf(row, entry, this.#zone)));
    await this.#items?.add(row, entry);
    if (this.#options.messages === 'none') {
      await this.#gallery?.addFile(row, entry.path);
    }
  }

  async addMessages(rows: readonly ExportMessageRow[]): Promise<void> {
    for (const row of rows) {
      await this.#messagesJson?.write((this.#messages === 0 ? '\n' : ',\n') + JSON.stringify(messageOf(row)));
      await this.#messagesCsv?.write(csvLine(messageCells(row, this.#zone)));
      await this.#gallery?.addMessage(row);
      this.#messages += 1;
    }
  }

  async addToBook(rows: readonly ExportMessageRow[]): Promise<void> {
    for (const row of rows.filter(isInBook)) {
      this.#sums.add(row);
      await this.#book?.write(csvLine(bookCells(row, this.#zone)));
    }
  }

  async addMissing(rows: readonly NotExportedRow[]): Promise<void> {
    for (const row of rows) {
      await this.#missing?.write(csvLine(notExportedCells(row, this.#zone)));
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
    await this.#json?.write('\n]\n');
    await this.#custody?.write('\n]}\n');
    await this.#messagesJson?.write('\n]}\n');
    await this.#items?.end();
    const words = [
      ...(this.#json === null ? [] : [await this.#ended(this.#json)]),
      ...(this.#csv === null ? [] : [await this.#ended(this.#csv)]),
      await this.#ended(this.#missing),
      ...(this.#messagesJson === null ? [] : [await this.#ended(this.#messagesJson)]),
      ...(this.#messagesCsv === null ? [] : [await this.#ended(this.#messagesCsv)]),
      ...(this.#book === null ? [] : [await this.#ended(this.#book), await this.#bookSums()]),
    ];
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

  async #bookSums(): Promise<WrittenPaper> {
    const file = await this.#file(this.#place.root, BOOK_SUMS);
    await file.write(`${this.#options.csvBom ? '\uFEFF' : ''}${csvLine(BOOK_SUMS_HEAD)}`);
    for (const line of this.#sums.lines()) {
      await file.write(line);
    }
    return await this.#ended(file);
  }

  /** The files that make the folder a bag (RFC 8493 §2.1, §2.2). */
  async #bagTags(
    job: PaperJob,
    ports: ExportPorts,
    at: number,
    tags: readonly WrittenPaper[],
  ): Promise<WrittenPaper[]> {
    const declaration = await this.#whole('bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
    const info = await this.#whole(
      'bag-info.txt',
      [
        `Bag-Software-Agent: Chatkeep ${ports.version}`,
        `Bagging-Date: ${dayText(this.#zone.dayOf(at))}`,
        `External-Identifier: ${job.token}`,
        `Payload-Oxum: ${String(this.#bytes)}.${String(this.#files)}`,
        '',
      ].join('\n'),
    );
    const listed = [declaration, info, ...tags];
    const lines = listed.map(({ sha256, path }) => manifestLine(sha256, path, true)).join('');
    return [declaration, info, await this.#whole(TAG_MANIFEST, lines)];
  }

  async #whole(path: string, text: string): Promise<WrittenPaper> {
    const file = await this.#file(this.#place.dir, path);
    await file.write(text);
    return await this.#ended(file);
  }

  async #file(root: string, path: string): Promise<PaperFile> {
    const file = await PaperFile.create(root, path, this.#place.temp);
    this.#open.push(file);
    return file;
  }

  async #ended(file: PaperFile | null): Promise<WrittenPaper> {
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
