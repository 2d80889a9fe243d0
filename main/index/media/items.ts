/** The rows that screens scroll, kept in step with messages, links and files. */
import { lookOf, NO_COLOUR, ratioByte } from '../../contract/grid-shape.ts';
import { fileStates, ledgerStates, mediaStates, sides } from '../kernel/codes.ts';
import { type WritableDatabase } from '../kernel/database-types.ts';
import { bestState, ledgerState } from './ledger-state.ts';
import { factsOf, type Measured, tradeOf } from './media-facts.ts';
import { tradeBits } from './trade.ts';
import { type ItemValues, type WriteContext } from '../kernel/write-context.ts';

/** Whose message it is. Without the account's own id, whoever is not the other party is "me". */
export function sideOf(senderId: number | null, ownId: number | null, chatId: number): number {
  if (senderId === null) {
    return sides.code('unknown');
  }
  const mine = ownId === null ? senderId !== chatId : senderId === ownId;
  return sides.code(mine ? 'me' : 'them');
}

/** The columns that a row of `item` copies from its media item. */
export interface Measures {
  readonly facts: number;
  readonly look: number;
  readonly bytes: number;
  readonly durationMs: number | null;
}

/** `trade`: bits of the message that stands for the item. `colour` left out, or null = not known. */
export function measuresOf(media: Measured & { readonly colour?: number | null }, trade: number): Measures {
  const { width, height, durationMs, bytes, colour } = media;
  return {
    facts: factsOf(media, trade),
    look: lookOf(ratioByte(width, height), colour ?? NO_COLOUR),
    bytes,
    durationMs,
  };
}

/** Removed media have their rows elsewhere, where nothing lists or counts them. */
type Table = 'item' | 'removed_item';

const insertInto = (table: Table): string =>
  `INSERT INTO ${table} (chat_key, sent_at, media_key, message_key, account_id, kind, ledger_state, side, lead, facts, look, bytes, duration_ms)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
/** Made once: a text that is new each time is looked for letter by letter among the prepared ones. */
const INSERTS = { item: insertInto('item'), removed_item: insertInto('removed_item') } as const;

/** `marks`: as `count` takes them. */
export function insertItem(
  context: WriteContext,
  item: ItemValues,
  table: Table = 'item',
  marks?: readonly number[],
): void {
  context.db.run(
    INSERTS[table],
    item.chatKey,
    item.sentAt,
    item.mediaKey,
    item.messageKey,
    item.accountId,
    item.kind,
    item.ledger,
    item.side,
    item.lead,
    item.facts,
    item.look,
    item.bytes,
    item.durationMs,
  );
  if (table === 'item') {
    context.count(1, item, marks);
  }
}

interface MediaRow {
  readonly id: number;
  readonly accountId: number;
  readonly kind: number;
  readonly state: number;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  readonly removal: number | null;
  readonly colour: number | null;
}

interface CarrierRow {
  readonly message_key: number;
  readonly link_state: number;
  readonly chat_key: number;
  readonly message_id: number;
  readonly sent_at: number;
  readonly sender_id: number | null;
  readonly gone_since: number | null;
  readonly flags: number;
  readonly purchase_reason: string | null;
}

function mediaOf(db: WritableDatabase, mediaKey: number): MediaRow | undefined {
  return db.get<MediaRow>(
    `SELECT id, account_id AS accountId, kind, state, bytes, width, height, duration_ms AS durationMs, removal, colour FROM media WHERE key = ?`,
    mediaKey,
  );
}

function itemsOf(context: WriteContext, mediaKey: number, table: Table): ItemValues[] {
  return context.db.all<ItemValues>(
    `SELECT chat_key AS chatKey, sent_at AS sentAt, media_key AS mediaKey, message_key AS messageKey, account_id AS accountId, kind,
       ledger_state AS ledger, side, lead, facts, look, bytes, duration_ms AS durationMs FROM ${table} WHERE media_key = ?`,
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
 * Recomputes, from every message that carries it, what a media item's state is and which rows stand for it, and writes what differs.
 * Returns the state before and after.
 */
export function resolveMedia(
  context: WriteContext,
  mediaKey: number,
): { before: number; after: number; mediaId: number } {
  const { db } = context;
  const media = mediaOf(db, mediaKey);
  if (media === undefined) {
    throw new Error('a link without its media item');
  }
  const carriers = db.all<CarrierRow>(
    `SELECT l.message_key, l.state AS link_state, m.chat_key, m.id AS message_id, m.sent_at, m.sender_id, m.gone_since, m.flags,
       m.purchase_reason
     FROM message_media l JOIN message m ON m.key = l.message_key WHERE l.media_key = +?`,
    mediaKey,
  );
  const state = mediaStates.code(bestState(carriers.filter(isLive).map((row) => mediaStates.name(row.link_state))));
  if (state !== media.state) {
    db.run('UPDATE media SET state = ? WHERE key = ?', state, mediaKey);
  }
  const same = {
    mediaKey,
    accountId: media.accountId,
    kind: media.kind,
    ledger: ledgerCode(state, fullStateOf(context, mediaKey)),
  };
  const { chosen, lead } = standingFor(carriers);
  const wanted = chosen.map((carrier) => ({
    ...same,
    ...measuresOf(media, tradeBits(carrier.flags, carrier.purchase_reason)),
    chatKey: carrier.chat_key,
    sentAt: carrier.sent_at,
    messageKey: carrier.message_key,
    side: carrierSide(context, media.accountId, carrier),
    lead: carrier === lead ? 1 : 0,
  }));
  const table = media.removal === null ? 'item' : 'removed_item';
  write(context, mediaKey, table, wanted);
  write(context, mediaKey, table === 'item' ? 'removed_item' : 'item', []);
  return { before: media.state, after: state, mediaId: media.id };
}

/** One carrier a chat, and the one that leads over all chats. */
function standingFor(carriers: readonly CarrierRow[]): { chosen: CarrierRow[]; lead: CarrierRow | null } {
  const byChat = new Map<number, CarrierRow>();
  for (const carrier of carriers) {
    const other = byChat.get(carrier.chat_key);
    byChat.set(carrier.chat_key, other === undefined ? carrier : better(carrier, other));
  }
  const chosen = [...byChat.values()];
  let lead: CarrierRow | null = null;
  for (const carrier of chosen) {
    if (
      lead === null ||
      carrier.sent_at > lead.sent_at ||
      (carrier.sent_at === lead.sent_at && carrier.chat_key > lead.chat_key)
    ) {
      lead = carrier;
    }
  }
  return { chosen, lead };
}

/** Makes the rows of a media item in a table these and no others. */
function write(context: WriteContext, mediaKey: number, table: Table, wanted: readonly ItemValues[]): void {
  const existing = new Map(itemsOf(context, mediaKey, table).map((item) => [item.chatKey, item]));
  const marks = table === 'item' && existing.size + wanted.length > 0 ? context.marksOf(mediaKey) : [];
  for (const row of wanted) {
    const item = existing.get(row.chatKey);
    existing.delete(row.chatKey);
    if (item === undefined || !sameItem(item, row)) {
      if (item !== undefined) {
        removeItem(context, item, table, marks);
      }
      insertItem(context, row, table, marks);
    }
  }
  for (const item of existing.values()) {
    removeItem(context, item, table, marks);
  }
}

function carrierSide(context: WriteContext, accountId: number, carrier: CarrierRow): number {
  const row = context.db.get<{ id: number; user_id: number | null }>(
    'SELECT c.id, a.user_id FROM chat c, account a WHERE c.key = +? AND a.id = +?',
    carrier.chat_key,
    accountId,
  );
  return row === undefined ? sides.code('unknown') : sideOf(carrier.sender_id, row.user_id, row.id);
}

function sameItem(item: ItemValues, wanted: ItemValues): boolean {
  return (
    item.sentAt === wanted.sentAt &&
    item.messageKey === wanted.messageKey &&
    item.kind === wanted.kind &&
    item.ledger === wanted.ledger &&
    item.side === wanted.side &&
    item.lead === wanted.lead &&
    item.facts === wanted.facts &&
    item.look === wanted.look &&
    item.bytes === wanted.bytes &&
    item.durationMs === wanted.durationMs
  );
}

function removeItem(context: WriteContext, item: ItemValues, table: Table, marks: readonly number[]): void {
  context.db.run(
    `DELETE FROM ${table} WHERE chat_key = ? AND sent_at = ? AND media_key = ?`,
    item.chatKey,
    item.sentAt,
    item.mediaKey,
  );
  if (table === 'item') {
    context.count(-1, item, marks);
  }
}

/**
 * After a change of a media item's full file: its column of the ledger, its bytes and what was learnt of its size, in every row that stands
 * for it.
 */
export function refreshLedger(context: WriteContext, mediaKey: number, bytes: number): void {
  const { db } = context;
  const media = mediaOf(db, mediaKey);
  if (media === undefined) {
    return;
  }
  const ledger = ledgerCode(media.state, fullStateOf(context, mediaKey));
  if (media.bytes !== bytes) {
    db.run('UPDATE media SET bytes = ? WHERE key = ?', bytes, mediaKey);
  }
  const table = media.removal === null ? 'item' : 'removed_item';
  for (const item of itemsOf(context, mediaKey, table)) {
    const measures = measuresOf({ ...media, bytes }, tradeOf(item.facts));
    const wanted = { ...item, ledger, ...measures };
    if (sameItem(item, wanted)) {
      continue;
    }
    if (table === 'item') {
      const marks = context.marksOf(mediaKey);
      context.count(-1, item, marks);
      context.count(1, wanted, marks);
    }
    db.run(
      `UPDATE ${table} SET ledger_state = ?, facts = ?, look = ?, bytes = ?, duration_ms = ?
       WHERE chat_key = ? AND sent_at = ? AND media_key = ?`,
      ledger,
      measures.facts,
      measures.look,
      measures.bytes,
      measures.durationMs,
      item.chatKey,
      item.sentAt,
      mediaKey,
    );
  }
}
