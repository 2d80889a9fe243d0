/** The rows that screens scroll, kept in step with messages, links and files. */
import { fileStates, ledgerStates, mediaStates, sides } from '../codes.ts';
import { bestState, ledgerState } from '../ledger-state.ts';
import { type WriteContext } from './write-context.ts';

/** Whose message it is. Without the account's own id, whoever is not the other party is "me". */
export function sideOf(senderId: number | null, ownId: number | null, chatId: number): number {
  if (senderId === null) {
    return sides.code('unknown');
  }
  const mine = ownId === null ? senderId !== chatId : senderId === ownId;
  return sides.code(mine ? 'me' : 'them');
}

export interface NewItem {
  readonly chatKey: number;
  readonly sentAt: number;
  readonly mediaKey: number;
  readonly messageKey: number;
  readonly accountId: number;
  readonly kind: number;
  readonly ledger: number;
  readonly side: number;
  readonly lead: number;
  readonly bytes: number;
}

export function insertItem(context: WriteContext, item: NewItem): void {
  context.db.run(
    `INSERT INTO item (chat_key, sent_at, media_key, message_key, account_id, kind, ledger_state, side, lead)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    item.chatKey,
    item.sentAt,
    item.mediaKey,
    item.messageKey,
    item.accountId,
    item.kind,
    item.ledger,
    item.side,
    item.lead,
  );
  context.count(1, item);
}

interface MediaRow {
  readonly id: number;
  readonly account_id: number;
  readonly kind: number;
  readonly state: number;
  readonly bytes: number;
}

interface CarrierRow {
  readonly message_key: number;
  readonly link_state: number;
  readonly chat_key: number;
  readonly message_id: number;
  readonly sent_at: number;
  readonly sender_id: number | null;
  readonly gone_since: number | null;
}

interface ItemRow {
  readonly chat_key: number;
  readonly sent_at: number;
  readonly message_key: number;
  readonly kind: number;
  readonly ledger_state: number;
  readonly side: number;
  readonly lead: number;
}

function itemsOf(context: WriteContext, mediaKey: number): ItemRow[] {
  return context.db.all<ItemRow>(
    'SELECT chat_key, sent_at, message_key, kind, ledger_state, side, lead FROM item WHERE media_key = ?',
    mediaKey,
  );
}

function fullStateOf(context: WriteContext, mediaKey: number): number | null {
  return context.db.get<{ state: number }>('SELECT state FROM file WHERE id = ?', mediaKey * 4)?.state ?? null;
}

function ledgerCode(mediaState: number, full: number | null): number {
  return ledgerStates.code(ledgerState(mediaStates.name(mediaState), full === null ? null : fileStates.name(full)));
}

const GONE = mediaStates.code('gone');
const isLive = (carrier: CarrierRow): boolean => carrier.gone_since === null && carrier.link_state !== GONE;

/** The message that stands for a media item in a chat: one the service still shows before one it does not, then the newest. */
function better(a: CarrierRow, b: CarrierRow): CarrierRow {
  if (isLive(a) !== isLive(b)) {
    return isLive(a) ? a : b;
  }
  if (a.sent_at !== b.sent_at) {
    return a.sent_at > b.sent_at ? a : b;
  }
  return a.message_id >= b.message_id ? a : b;
}

/**
 * Works out anew, from every message that carries it, what a media item's state is and which rows stand for it, and writes what differs.
 * Returns the state before and after.
 */
export function resolveMedia(
  context: WriteContext,
  mediaKey: number,
): { before: number; after: number; mediaId: number } {
  const { db } = context;
  const media = db.get<MediaRow>('SELECT id, account_id, kind, state, bytes FROM media WHERE key = ?', mediaKey);
  if (media === undefined) {
    throw new Error('a link without its media item');
  }
  const carriers = db.all<CarrierRow>(
    `SELECT l.message_key, l.state AS link_state, m.chat_key, m.id AS message_id, m.sent_at, m.sender_id, m.gone_since
     FROM message_media l JOIN message m ON m.key = l.message_key WHERE l.media_key = +?`,
    mediaKey,
  );
  const state = mediaStates.code(bestState(carriers.filter(isLive).map((row) => mediaStates.name(row.link_state))));
  if (state !== media.state) {
    db.run('UPDATE media SET state = ? WHERE key = ?', state, mediaKey);
  }
  const ledger = ledgerCode(state, fullStateOf(context, mediaKey));

  const chosen = new Map<number, CarrierRow>();
  for (const carrier of carriers) {
    const other = chosen.get(carrier.chat_key);
    chosen.set(carrier.chat_key, other === undefined ? carrier : better(carrier, other));
  }
  let lead: CarrierRow | null = null;
  for (const carrier of chosen.values()) {
    if (
      lead === null ||
      carrier.sent_at > lead.sent_at ||
      (carrier.sent_at === lead.sent_at && carrier.chat_key > lead.chat_key)
    ) {
      lead = carrier;
    }
  }
  const existing = new Map(itemsOf(context, mediaKey).map((item) => [item.chat_key, item]));
  for (const carrier of chosen.values()) {
    const item = existing.get(carrier.chat_key);
    existing.delete(carrier.chat_key);
    const wanted: NewItem = {
      chatKey: carrier.chat_key,
      sentAt: carrier.sent_at,
      mediaKey,
      messageKey: carrier.message_key,
      accountId: media.account_id,
      kind: media.kind,
      ledger,
      side: carrierSide(context, media.account_id, carrier),
      lead: carrier === lead ? 1 : 0,
      bytes: media.bytes,
    };
    if (item === undefined || !sameItem(item, wanted)) {
      if (item !== undefined) {
        removeItem(context, item, mediaKey, media);
      }
      insertItem(context, wanted);
    }
  }
  for (const item of existing.values()) {
    removeItem(context, item, mediaKey, media);
  }
  return { before: media.state, after: state, mediaId: media.id };
}

function carrierSide(context: WriteContext, accountId: number, carrier: CarrierRow): number {
  const row = context.db.get<{ id: number; user_id: number | null }>(
    'SELECT c.id, a.user_id FROM chat c, account a WHERE c.key = +? AND a.id = +?',
    carrier.chat_key,
    accountId,
  );
  return row === undefined ? sides.code('unknown') : sideOf(carrier.sender_id, row.user_id, row.id);
}

function sameItem(item: ItemRow, wanted: NewItem): boolean {
  return (
    item.sent_at === wanted.sentAt &&
    item.message_key === wanted.messageKey &&
    item.kind === wanted.kind &&
    item.ledger_state === wanted.ledger &&
    item.side === wanted.side &&
    item.lead === wanted.lead
  );
}

function removeItem(context: WriteContext, item: ItemRow, mediaKey: number, media: MediaRow): void {
  context.db.run(
    'DELETE FROM item WHERE chat_key = ? AND sent_at = ? AND media_key = ?',
    item.chat_key,
    item.sent_at,
    mediaKey,
  );
  context.count(-1, countedOf(item, media));
}

function countedOf(item: ItemRow, media: MediaRow) {
  return {
    chatKey: item.chat_key,
    accountId: media.account_id,
    sentAt: item.sent_at,
    kind: item.kind,
    ledger: item.ledger_state,
    lead: item.lead,
    bytes: media.bytes,
  };
}

/** After a change of a media item's full file: its column of the ledger and its bytes, in every row that stands for it. */
export function refreshLedger(context: WriteContext, mediaKey: number, bytes: number): void {
  const { db } = context;
  const media = db.get<MediaRow>('SELECT id, account_id, kind, state, bytes FROM media WHERE key = ?', mediaKey);
  if (media === undefined) {
    return;
  }
  const ledger = ledgerCode(media.state, fullStateOf(context, mediaKey));
  if (media.bytes !== bytes) {
    db.run('UPDATE media SET bytes = ? WHERE key = ?', bytes, mediaKey);
  }
  for (const item of itemsOf(context, mediaKey)) {
    if (item.ledger_state === ledger && media.bytes === bytes) {
      continue;
    }
    context.count(-1, countedOf(item, media));
    context.count(1, { ...countedOf(item, media), ledger, bytes });
    if (item.ledger_state !== ledger) {
      db.run(
        'UPDATE item SET ledger_state = ? WHERE chat_key = ? AND sent_at = ? AND media_key = ?',
        ledger,
        item.chat_key,
        item.sent_at,
        mediaKey,
      );
    }
  }
}
