/** Walks over the conversations of an export, a page at a time, so that memory does not grow with them. */
import type { ExportOptions } from '../../contract/export-shapes.ts';
import { createHash } from 'node:crypto';
import type { ExportMessageRow, NotExportedRow, PaperCursor, TrashedCursor } from '../../index/exports/calls.ts';
import type { ExportPorts } from '../plan/export-types.ts';
import { paperMessages } from './paper-paths.ts';

const PAGE = 500;

type Scope = Pick<ExportOptions, 'selection' | 'messages'>;

async function* chatsOf(jobId: number, { selection }: Scope, ports: ExportPorts): AsyncGenerator<number> {
  for (let after = 0; ;) {
    const keys = await ports.index.read.exportChats({ jobId, selection, after, limit: PAGE });
    yield* keys;
    const last = keys.at(-1);
    if (last === undefined || keys.length < PAGE) {
      return;
    }
    after = last;
  }
}

/** The messages that `messages` asks for, chat by chat, each chat in the order of its messages. */
export async function* messagesOf(
  jobId: number,
  scope: Scope,
  ports: ExportPorts,
): AsyncGenerator<readonly ExportMessageRow[]> {
  const { from, to } = scope.selection.filter;
  if (scope.messages === 'none') {
    return;
  }
  for await (const chatKey of chatsOf(jobId, scope, ports)) {
    for (let after: number | null = 0; after !== null;) {
      const page: { readonly rows: readonly ExportMessageRow[]; readonly next: number | null } =
        await ports.index.read.exportMessages({
          jobId,
          chatKey,
          after,
          from,
          to,
          withMedia: scope.messages === 'with-media',
          limit: PAGE,
        });
      yield page.rows;
      after = page.next;
    }
  }
}

/** Each listed item of the selection that is not in the folder, then what its chats and dates have in the trash. */
export async function* notExportedOf(
  jobId: number,
  scope: Scope,
  ports: ExportPorts,
): AsyncGenerator<readonly NotExportedRow[]> {
  const { from, to } = scope.selection.filter;
  let cursor: PaperCursor | null = null;
  do {
    const page: { readonly rows: readonly NotExportedRow[]; readonly next: PaperCursor | null } =
      await ports.index.read.exportMissing({ jobId, after: cursor, limit: PAGE });
    yield page.rows;
    cursor = page.next;
  } while (cursor !== null);
  for await (const chatKey of chatsOf(jobId, scope, ports)) {
    let after: TrashedCursor | null = null;
    do {
      const page: { readonly rows: readonly NotExportedRow[]; readonly next: TrashedCursor | null } =
        await ports.index.read.exportTrashed({ jobId, chatKey, after, from, to, limit: PAGE });
      yield page.rows;
      after = page.next;
    } while (after !== null);
  }
}

/** A hash over the messages and missing items that the papers would tell now. */
export async function wordsDigest(
  jobId: number,
  options: Scope & Pick<ExportOptions, 'sidecars'>,
  ports: ExportPorts,
  signal: AbortSignal,
): Promise<string> {
  const scope = { ...options, messages: paperMessages(options) };
  const hash = createHash('sha256');
  for (const pages of [messagesOf(jobId, scope, ports), notExportedOf(jobId, scope, ports)]) {
    for await (const rows of pages) {
      signal.throwIfAborted();
      for (const row of rows) {
        hash.update(`${JSON.stringify(row)}\n`);
      }
    }
    hash.update('\n');
  }
  return hash.digest('hex');
}
