/** Messages, and items that are not in the folder, as papers tell of them. Pure. */
import type { ExportMessageRow, NotExportedRow } from '../../index/exports/calls.ts';
import { ACCOUNT_COLUMNS, editsOf, iso, LOCAL_COLUMNS, PLACE_COLUMNS, type Columns } from './paper-rows.ts';

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

/** `messages.csv`: `files` are the paths of its exported items, `not_exported` the others with their states. */
export const MESSAGE_COLUMNS: Columns<ExportMessageRow> = {
  ...PLACE_COLUMNS,
  text: ({ text }) => text,
  reply_to: ({ replyId }) => replyId,
  reply_text: ({ replyText }) => replyText,
  changed_at: ({ changedAt }) => iso(changedAt),
  gone_since: ({ goneAt }) => iso(goneAt),
  edits: ({ edits }) => edits.length,
  price: ({ price }) => price,
  media: ({ media }) => media.length,
  files: ({ media }) => media.flatMap(({ path }) => path ?? []).join('; '),
  not_exported: ({ media }) =>
    media
      .filter(({ path }) => path === null)
      .map(({ mediaId, state }) => `${String(mediaId)} ${state}`)
      .join('; '),
  ...ACCOUNT_COLUMNS,
  ...LOCAL_COLUMNS,
};

/** `not-exported.csv`. */
export const MISSING_COLUMNS: Columns<NotExportedRow> = {
  ...PLACE_COLUMNS,
  media_id: ({ mediaId }) => mediaId,
  kind: ({ kind }) => kind,
  state: ({ state }) => state,
  reason: ({ reason }) => reason,
  since: ({ since }) => iso(since),
  ...ACCOUNT_COLUMNS,
  ...LOCAL_COLUMNS,
};
