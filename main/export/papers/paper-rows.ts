/** One exported file as papers tell of it. Pure. */
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

export type Cell = string | number | boolean | null;

/** Where and when something was said: the first columns of each list. */
export const PLACE_HEAD = ['sent_at', 'chat_id', 'chat', 'sender_id', 'sender', 'from_me', 'message_id'] as const;

export const placeCells = (
  row: Pick<ExportPaperRow, 'sentAt' | 'chatId' | 'chatName' | 'senderId' | 'senderName' | 'fromMe' | 'messageId'>,
): Cell[] => [iso(row.sentAt), row.chatId, row.chatName, row.senderId, row.senderName, row.fromMe, row.messageId];

/** When it was said by the clocks of the export's zone: the last columns of each list. */
export const LOCAL_HEAD = ['sent_local', 'time_zone'] as const;

export const localCells = ({ sentAt }: { readonly sentAt: number }, zone: Zone): Cell[] => [
  localText(sentAt, zone),
  zone.name,
];

export const CSV_HEAD = [
  'path',
  ...PLACE_HEAD,
  'position',
  'media_id',
  'kind',
  'state',
  'width',
  'height',
  'seconds',
  'bytes',
  'mime',
  'sha256',
  'text',
  'reply_to',
  'price',
  'favourite',
  'labels',
  'note',
  'edits',
  ...LOCAL_HEAD,
] as const;

export function csvOf(row: ExportPaperRow, entry: PaperEntry, zone: Zone): Cell[] {
  return [
    entry.path,
    ...placeCells(row),
    row.position,
    row.mediaId,
    row.kind,
    row.ledger,
    row.width,
    row.height,
    row.durationMs === null ? null : row.durationMs / 1000,
    entry.bytes,
    row.mime,
    entry.sha256,
    row.text,
    row.replyId,
    row.price,
    row.favourite,
    row.labels.join('; '),
    row.note,
    row.edits.length,
    ...localCells(row, zone),
  ];
}
