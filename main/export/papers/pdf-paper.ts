/** The conversations of an export as a PDF, in parts where they are many. Written last: its cover names the hashes of the other papers. */
import type { ExportOptions, ExportProgress } from '../../contract/export-shapes.ts';
import { lstat, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { blobPath, storePaths, type StorePaths } from '../../files/library/store-paths.ts';
import type { ExportMessageMedia, ExportMessageRow } from '../../index/exports/calls.ts';
import { AppError } from '../../lib/app-error.ts';
import { createPictureEngine, type PictureEngine } from '../../pictures/picture-engine.ts';
import { messagesOf, notExportedOf } from './conversations.ts';
import type { ExportPorts } from '../plan/export-types.ts';
import { MANIFEST, parseManifestLine } from '../proof/manifest.ts';
import { placePaper, type StagedPaper, type WrittenPaper } from '../target/paper-file.ts';
import { PDF_PART, pdfMessages, pdfPath } from './paper-paths.ts';
import { Thread } from '../../lib/thread.ts';
import { workerEntry } from '../../lib/worker-entry.ts';
import type { PdfChat, PdfFacts, PdfItem, PdfMessage, PdfWork } from '../pdf/pdf-jobs.ts';
import { readBates } from '../pdf/words.ts';

export interface PdfJob {
  readonly id: number;
  readonly token: string;
  readonly timeZone: string;
  /** When it is made: a document has no clock of its own. */
  readonly at: number;
}

interface Place {
  readonly dir: string;
  readonly root: string;
  readonly temp: string;
}

type Options = Pick<ExportOptions, 'selection' | 'messages' | 'conflict' | 'bag' | 'bates' | 'pageSize'>;

export interface PdfHooks {
  onPdf(progress: ExportProgress['pdf']): void;
  whenGoing(): Promise<void>;
}

/** Larger documents are slow to open, and courts refuse them. */
const PART = { messages: 10_000, bytes: 240 * 1024 * 1024 };
/** Pictures that are drawn while the thread lays out those before. */
const AT_ONCE = 24;
/** Of a printed picture: 200 dots an inch at its largest. */
const PIXELS = { width: 760, height: 880 };

/** Writes every part beside its place and answers them in order. */
export async function writePdf(
  job: PdfJob,
  options: Options,
  place: Place,
  ports: ExportPorts,
  signal: AbortSignal,
  papers: readonly WrittenPaper[],
  hooks: PdfHooks,
): Promise<StagedPaper[]> {
  const scope = { selection: options.selection, messages: pdfMessages(options.messages) };
  const counted = await factsOf(job, scope, ports, signal, papers);
  const asked = readBates(options.bates);
  const bates =
    asked === null
      ? null
      : { prefix: asked.prefix, first: Math.max(asked.least, await ports.index.read.batesNext(asked)) };
  const facts = { ...counted, bates, pageSize: options.pageSize ?? ports.pageSize };
  // A second thread would take 256 MB for little: the other core lays out the pages.
  const engine = createPictureEngine({ threads: 1 });
  const thread = new Thread<PdfWork>(workerEntry(import.meta.url, '../pdf/pdf-worker'), 'the PDF thread', {
    // What a page was made of is garbage at once: little room for it keeps the whole program small.
    resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 },
  });
  const stop = (): void => {
    void thread.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  hooks.onPdf({ done: 0, total: facts.messages });
  const parts = new Parts(thread, facts, place, ports.pdfPart ?? PART);
  try {
    for await (const messages of drawn(messagesOf(job.id, scope, ports), ports, engine)) {
      await hooks.whenGoing();
      signal.throwIfAborted();
      await parts.add(messages);
      hooks.onPdf({ done: parts.messages, total: facts.messages });
    }
    // Fonts are cut at the end, which takes memory too.
    await engine.close();
    const written = await parts.end();
    if (bates !== null) {
      await ports.takeBates?.({ ...bates, pages: parts.pages });
    }
    await refuseForeign(written, await earlierParts(place.dir, options.bag), options, place);
    return written.map((paper) => ({
      paper,
      place: () => placePaper(join(place.temp, paper.path), place.root, paper.path),
    }));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    hooks.onPdf(null);
    await Promise.all([thread.close(), engine.close()]);
  }
}

/** The documents of a record, one after the other. */
class Parts {
  readonly #thread: Thread<PdfWork>;
  readonly #facts: PdfFacts;
  readonly #place: Place;
  readonly #most: { readonly messages: number; readonly bytes: number };
  readonly #written: WrittenPaper[] = [];
  #open = false;
  #number = 0;
  #messages = 0;
  #inPart = 0;
  #bytes = 0;
  #exhibit = 1;
  #pages = 0;

  constructor(
    thread: Thread<PdfWork>,
    facts: PdfFacts,
    place: Place,
    most: { readonly messages: number; readonly bytes: number },
  ) {
    this.#thread = thread;
    this.#facts = facts;
    this.#place = place;
    this.#most = most;
  }

  get messages(): number {
    return this.#messages;
  }

  get pages(): number {
    return this.#pages;
  }

  async add(messages: readonly PdfMessage[]): Promise<void> {
    if (this.#open && (this.#inPart + messages.length > this.#most.messages || this.#bytes > this.#most.bytes)) {
      await this.#close(pdfPath(this.#number + 1));
    }
    await this.#begin();
    // Pictures are handed over, not copied.
    const pictures = messages.flatMap(({ items }) => items.flatMap(({ picture }) => picture?.buffer ?? []));
    this.#bytes = await this.#thread.ask(
      'add',
      messages,
      [...new Set(pictures)].filter((buffer) => buffer instanceof ArrayBuffer),
    );
    this.#inPart += messages.length;
    this.#messages += messages.length;
  }

  async end(): Promise<readonly WrittenPaper[]> {
    await this.#begin();
    await this.#close(null);
    return this.#written;
  }

  async #begin(): Promise<void> {
    if (this.#open) {
      return;
    }
    this.#open = true;
    this.#number += 1;
    this.#inPart = 0;
    this.#bytes = 0;
    const path = pdfPath(this.#number);
    const { bates, papers } = this.#facts;
    await this.#thread.ask('begin', {
      path,
      number: this.#number,
      firstMessage: this.#messages + 1,
      firstExhibit: this.#exhibit,
      temp: join(this.#place.temp, path),
      facts: {
        ...this.#facts,
        // Each part vouches for the one before.
        papers: [...papers, ...this.#written.slice(-1)],
        bates: bates === null ? null : { ...bates, first: bates.first + this.#pages },
      },
    });
  }

  async #close(next: string | null): Promise<void> {
    const { sha256, bytes, pages, nextExhibit } = await this.#thread.ask('end', next);
    this.#open = false;
    this.#exhibit = nextExhibit;
    this.#pages += pages;
    this.#written.push({ path: pdfPath(this.#number), sha256, bytes });
  }
}

/** Counts what the record will hold, for its cover. */
async function factsOf(
  job: PdfJob,
  scope: Pick<ExportOptions, 'selection'> & { readonly messages: 'with-media' | 'all' },
  ports: ExportPorts,
  signal: AbortSignal,
  papers: readonly WrittenPaper[],
): Promise<Omit<PdfFacts, 'bates' | 'pageSize'>> {
  const chats = new Map<string, PdfChat>();
  for await (const rows of messagesOf(job.id, scope, ports)) {
    signal.throwIfAborted();
    for (const { accountId, chatId, chatName, sentAt } of rows) {
      const key = `${String(accountId)}-${String(chatId)}`;
      const { messages = 0, from = sentAt, to = sentAt } = chats.get(key) ?? {};
      chats.set(key, {
        accountId,
        chatId,
        name: chatName,
        messages: messages + 1,
        from: Math.min(from, sentAt),
        to: Math.max(to, sentAt),
      });
    }
  }
  const missing: Record<string, number> = {};
  for await (const rows of notExportedOf(job.id, scope, ports)) {
    signal.throwIfAborted();
    for (const { state } of rows) {
      missing[state] = (missing[state] ?? 0) + 1;
    }
  }
  const { states } = await ports.index.read.exportTotals({ jobId: job.id });
  const inChats = new Set([...chats.values()].map(({ accountId }) => accountId));
  const accounts = await ports.index.read.accounts({});
  return {
    madeAt: job.at,
    version: ports.version,
    token: job.token,
    libraryId: ports.libraryId,
    timeZone: job.timeZone,
    accounts: accounts
      .filter(({ id }) => inChats.size === 0 || inChats.has(id))
      .map(({ name, userId, apiBase }) => ({ name, userId, api: apiBase })),
    chats: [...chats.values()],
    messages: [...chats.values()].reduce((sum, { messages }) => sum + messages, 0),
    scope: scope.messages,
    from: scope.selection.filter.from,
    to: scope.selection.filter.to,
    exported: states.done,
    missing,
    papers,
  };
}

/** Messages with their pictures, some at a time; the next are drawn while these are laid out. */
async function* drawn(
  pages: AsyncGenerator<readonly ExportMessageRow[]>,
  ports: ExportPorts,
  engine: PictureEngine,
): AsyncGenerator<readonly PdfMessage[]> {
  const paths = storePaths(ports.libraryRoot);
  const draw = (rows: readonly ExportMessageRow[]): Promise<PdfMessage[]> =>
    Promise.all(
      rows.map(async ({ media, ...row }) => ({
        ...row,
        items: await Promise.all(media.map((item) => itemOf(item, row.accountId, paths, ports, engine))),
      })),
    );
  let next: Promise<PdfMessage[]> | null = null;
  for await (const rows of pages) {
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      const before: Promise<PdfMessage[]> | null = next;
      next = draw(rows.slice(from, from + AT_ONCE));
      next.catch(() => undefined);
      if (before !== null) {
        yield await before;
      }
    }
  }
  if (next !== null) {
    yield await next;
  }
}

async function itemOf(
  item: ExportMessageMedia,
  accountId: number,
  paths: StorePaths,
  ports: ExportPorts,
  engine: PictureEngine,
): Promise<PdfItem> {
  const none = { ...item, picture: null, isStill: false, problem: null };
  if (item.path === null || item.sha256 === null) {
    return none;
  }
  if (item.mime?.startsWith('image/') === true) {
    const file = blobPath(paths, item.sha256, extname(item.path).slice(1)).file;
    if ((await lstat(file).catch(() => null)) === null) {
      return { ...none, problem: 'missing' };
    }
    const picture = await draw(file, engine);
    return { ...none, picture, problem: picture === null ? 'undecodable' : null };
  }
  // A film: the still that came with it.
  const { preview, thumb } = await ports.index.read.mediaFiles({ accountId, mediaId: item.mediaId });
  for (const still of [preview, thumb]) {
    const picture =
      still?.mime.startsWith('image/') === true
        ? await draw(blobPath(paths, still.sha256, still.ext).file, engine)
        : null;
    if (picture !== null) {
      return { ...none, picture, isStill: true };
    }
  }
  return { ...none, problem: 'undecodable' };
}

async function draw(file: string, engine: PictureEngine): Promise<Uint8Array | null> {
  const picture = await engine.draw({
    from: { file },
    fit: { ...PIXELS, how: 'inside', coarse: true },
    to: { format: 'jpeg', quality: 78 },
  });
  return picture?.bytes ?? null;
}

/** The parts that the folder's present manifest lists. */
export async function earlierParts(dir: string, bag: boolean): Promise<ReadonlySet<string>> {
  const text = await readFile(join(dir, MANIFEST), 'utf8').catch(() => '');
  const paths = text.split('\n').flatMap((line) => parseManifestLine(line, bag)?.path ?? []);
  return new Set(paths.map((path) => (bag ? path.replace(/^data\//, '') : path)).filter((path) => PDF_PART.test(path)));
}

/** The first has a name that was asked about before anything was written; how many follow is known only now. */
async function refuseForeign(
  written: readonly WrittenPaper[],
  before: ReadonlySet<string>,
  { conflict }: Options,
  { root }: Place,
): Promise<void> {
  for (const { path } of written.slice(1)) {
    const file = join(root, path);
    if (conflict !== 'overwrite' && !before.has(path) && (await lstat(file).catch(() => null)) !== null) {
      throw new AppError(
        'usage',
        `A file with this name exists: ${file}`,
        'Choose another folder, or --on-conflict overwrite.',
      );
    }
  }
}
