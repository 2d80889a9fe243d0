/** One exported file as papers tell of it. Pure. */
import { csvLine } from '../../contract/csv.ts';
import { localText, type Zone } from '../../contract/time-zone.ts';
import type { ExportPaperRow } from '../../index/exports/calls.ts';

const ITEM_FORMAT = 'chatkeep-item';

export const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export interface PaperEntry {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Null for a row that was never written (it is in no paper). */
export function entryOf(row: ExportPaperRow): PaperEntry | null {
  return row.path === null || row.written === null
    ? null
    : { path: row.path, sha256: row.written, bytes: row.writtenBytes };
}

const historyOf = (row: ExportPaperRow): object[] => row.history.map(({ at, state }) => ({ at: iso(at), state }));
/** Earlier texts of the message, each with its end. */
export const editsOf = (row: Pick<ExportPaperRow, 'edits'>): object[] =>
  row.edits.map(({ at, text }) => ({ until: iso(at), text }));

/** The words and facts around a file: `media.json`. */
export function wordsOf(row: ExportPaperRow, entry: PaperEntry): Readonly<Record<string, unknown>> {
  return {
    ...entry,
    mime: row.mime,
    kind: row.kind,
    mediaId: row.mediaId,
    width: row.width,
    height: row.height,
    duration: row.durationMs === null ? null : row.durationMs / 1000,
    state: row.ledger,
    history: historyOf(row),
    favourite: row.favourite,
    labels: row.labels,
    note: row.note,
    chat: { id: row.chatId, name: row.chatName },
    message: {
      id: row.messageId,
      position: row.position,
      sentAt: iso(row.sentAt),
      changedAt: iso(row.changedAt),
      goneSince: iso(row.goneAt),
      sender: { id: row.senderId, name: row.senderName, me: row.fromMe },
      text: row.text,
      edits: editsOf(row),
      replyTo: row.replyId === null ? null : { id: row.replyId, text: row.replyText },
      price: row.price,
      ...row.flags,
    },
  };
}

/** The same beside the file itself: `photo.jpg.json`. */
export function itemPaper(row: ExportPaperRow, entry: PaperEntry): string {
  return `${JSON.stringify({ format: ITEM_FORMAT, version: 1, ...wordsOf(row, entry) }, null, 2)}\n`;
}

/** Whether a text is such a paper, whoever wrote it since. */
export function isItemPaper(text: string): boolean {
  return text.startsWith(`{\n  "format": "${ITEM_FORMAT}",`);
}

/** Where a file comes from and who had it when: `custody.json`. */
export function custodyOf(row: ExportPaperRow, entry: PaperEntry): Readonly<Record<string, unknown>> {
  return {
    ...entry,
    mediaId: row.mediaId,
    messageId: row.messageId,
    chatId: row.chatId,
    sentAt: iso(row.sentAt),
    senderId: row.senderId,
    account: { id: row.accountId, name: row.accountName, userId: row.accountUserId, api: row.apiBase },
    listedAt: iso(row.listedAt),
    fetchedAt: iso(row.fetchedAt),
    verifiedAt: iso(row.verifiedAt),
    exportedAt: iso(row.exportedAt),
    exportedBy: row.exportVersion === null ? null : `chatkeep ${row.exportVersion}`,
    method: row.method,
    states: historyOf(row),
    edits: editsOf(row),
  };
}

type Cell = string | number | boolean | null;

/** The columns of a list in their order: the name of each, and what it says of a row. */
export type Columns<Row> = Readonly<Record<string, (row: Row, zone: Zone) => Cell>>;

export const csvHead = (columns: Readonly<Record<string, unknown>>): string => csvLine(Object.keys(columns));

export const csvRow = <Row>(columns: Columns<Row>, row: Row, zone: Zone): string =>
  csvLine(Object.values(columns).map((cell) => cell(row, zone)));

/** Where and when something was said: the first columns of each list. */
export const PLACE_COLUMNS: Columns<
  Pick<ExportPaperRow, 'sentAt' | 'chatId' | 'chatName' | 'senderId' | 'senderName' | 'fromMe' | 'messageId'>
> = {
  sent_at: ({ sentAt }) => iso(sentAt),
  chat_id: ({ chatId }) => chatId,
  chat: ({ chatName }) => chatName,
  sender_id: ({ senderId }) => senderId,
  sender: ({ senderName }) => senderName,
  from_me: ({ fromMe }) => fromMe,
  message_id: ({ messageId }) => messageId,
};

/** When it was said by the clocks of the export's zone: the last columns of each list. */
export const LOCAL_COLUMNS: Columns<{ readonly sentAt: number }> = {
  sent_local: ({ sentAt }, zone) => localText(sentAt, zone),
  time_zone: (_row, zone) => zone.name,
};

/** Whose chat it is: two accounts may have a chat with the same person. */
export const ACCOUNT_COLUMNS: Columns<Pick<ExportPaperRow, 'accountId' | 'accountName'>> = {
  account_id: ({ accountId }) => accountId,
  account: ({ accountName }) => accountName,
};

/** `media.csv`. */
export const MEDIA_COLUMNS: Columns<ExportPaperRow & { readonly entry: PaperEntry }> = {
  path: ({ entry }) => entry.path,
  ...PLACE_COLUMNS,
  position: ({ position }) => position,
  media_id: ({ mediaId }) => mediaId,
  kind: ({ kind }) => kind,
  state: ({ ledger }) => ledger,
  width: ({ width }) => width,
  height: ({ height }) => height,
  seconds: ({ durationMs }) => (durationMs === null ? null : durationMs / 1000),
  bytes: ({ entry }) => entry.bytes,
  mime: ({ mime }) => mime,
  sha256: ({ entry }) => entry.sha256,
  text: ({ text }) => text,
  reply_to: ({ replyId }) => replyId,
  price: ({ price }) => price,
  favourite: ({ favourite }) => favourite,
  labels: ({ labels }) => labels.join('; '),
  note: ({ note }) => note,
  edits: ({ edits }) => edits.length,
  ...ACCOUNT_COLUMNS,
  ...LOCAL_COLUMNS,
};
