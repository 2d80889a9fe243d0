/** Messages, and items that are not in the folder, as papers tell of them. Pure. */
import type { Zone } from '../../contract/time-zone.ts';
import type { ExportMessageRow, NotExportedRow } from '../../index/exports/calls.ts';
import { editsOf, iso, LOCAL_HEAD, localCells, PLACE_HEAD, placeCells, type Cell } from './paper-rows.ts';

/** One message of `messages.json`. */
export function messageOf(row: ExportMessageRow): Readonly<Record<string, unknown>> {
  return {
    id: row.messageId,
    account: { id: row.accountId, name: row.accountName },
    chat: { id: row.chatId, name: row.chatName },
    sender: { id: row.senderId, name: row.senderName, me: row.fromMe },
    sentAt: iso(row.sentAt),
    changedAt: iso(row.changedAt),
    goneSince: iso(row.goneAt),
    text: row.text,
    edits: editsOf(row),
    replyTo: row.replyId === null ? null : { id: row.replyId, text: row.replyText },
    price: row.price,
    ...row.flags,
    media: row.media.map(({ durationMs, ...item }) => ({
      ...item,
      duration: durationMs === null ? null : durationMs / 1000,
    })),
  };
}

export const MESSAGE_CSV_HEAD = [
  ...PLACE_HEAD,
  'text',
  'reply_to',
  'reply_text',
  'changed_at',
  'gone_since',
  'edits',
  'price',
  'media',
  'files',
  'not_exported',
  ...LOCAL_HEAD,
] as const;

/** One line of `messages.csv`: `files` are the paths of its exported items, `not_exported` the others with their states. */
export function messageCells(row: ExportMessageRow, zone: Zone): Cell[] {
  return [
    ...placeCells(row),
    row.text,
    row.replyId,
    row.replyText,
    iso(row.changedAt),
    iso(row.goneAt),
    row.edits.length,
    row.price,
    row.media.length,
    row.media.flatMap(({ path }) => path ?? []).join('; '),
    row.media
      .filter(({ path }) => path === null)
      .map(({ mediaId, state }) => `${String(mediaId)} ${state}`)
      .join('; '),
    ...localCells(row, zone),
  ];
}

export const NOT_EXPORTED_HEAD = [
  ...PLACE_HEAD,
  'media_id',
  'kind',
  'state',
  'reason',
  'since',
  ...LOCAL_HEAD,
] as const;

/** One line of `not-exported.csv`. */
export function notExportedCells(row: NotExportedRow, zone: Zone): Cell[] {
  return [...placeCells(row), row.mediaId, row.kind, row.state, row.reason, iso(row.since), ...localCells(row, zone)];
}
