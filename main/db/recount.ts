/** The slow truth: counts and rows worked out from messages, links and files alone. Tests hold the maintained ones against it. */
import { fileStates, ledgerStates, mediaStates, sides } from './codes.ts';
import { type ReadableDatabase } from './database-types.ts';
import { bestState, ledgerState } from './ledger-state.ts';
import { monthOf } from './month.ts';

interface Carrier {
  readonly mediaKey: number;
  readonly accountId: number;
  readonly kind: number;
  readonly chatKey: number;
  readonly messageKey: number;
  readonly messageId: number;
  readonly sentAt: number;
  readonly live: number;
  readonly linkState: number;
  readonly fullState: number | null;
  readonly bytes: number;
  readonly side: number;
}

export interface TallyRow {
  readonly scope: number;
  readonly month: number;
  readonly kind: number;
  readonly ledger: number;
  readonly n: number;
  readonly bytes: number;
}

const byNewest = (a: Carrier, b: Carrier): number =>
  b.live - a.live || b.sentAt - a.sentAt || b.messageId - a.messageId;

/** What `item` should hold, as comparable lines. */
export function expectedItems(db: ReadableDatabase): { lines: string[]; tally: TallyRow[] } {
  const carriers = db.all<Carrier>(
    `SELECT l.media_key AS mediaKey, x.account_id AS accountId, x.kind, m.chat_key AS chatKey, m.key AS messageKey, m.id AS messageId,
       m.sent_at AS sentAt, (m.gone_since IS NULL AND l.state <> ${String(mediaStates.code('gone'))}) AS live, l.state AS linkState,
       f.state AS fullState, coalesce(CASE f.state WHEN 1 THEN b.bytes END, 0) AS bytes,
       CASE WHEN m.sender_id IS NULL THEN ${String(sides.code('unknown'))} WHEN m.sender_id = a.user_id
         THEN ${String(sides.code('me'))} ELSE ${String(sides.code('them'))} END AS side
     FROM message_media l JOIN message m ON m.key = l.message_key JOIN media x ON x.key = l.media_key
       JOIN account a ON a.id = x.account_id
       LEFT JOIN file f ON f.id = x.key * 4 LEFT JOIN blob b ON b.key = f.blob_key`,
  );
  const lines: string[] = [];
  const tally = new Map<string, TallyRow>();
  for (const list of Map.groupBy(carriers, (carrier) => carrier.mediaKey).values()) {
    const state = bestState(list.filter((row) => row.live === 1).map((row) => mediaStates.name(row.linkState)));
    const full = list[0]?.fullState ?? null;
    const ledger = ledgerStates.code(ledgerState(state, full === null ? null : fileStates.name(full)));
    const chosen = [...Map.groupBy(list, (carrier) => carrier.chatKey).values()].flatMap((rows) =>
      rows.toSorted(byNewest).slice(0, 1),
    );
    const lead = chosen.toSorted((a, b) => b.sentAt - a.sentAt || b.chatKey - a.chatKey)[0];
    for (const row of chosen) {
      const isLead = row === lead;
      lines.push(
        JSON.stringify([
          row.chatKey,
          row.sentAt,
          row.mediaKey,
          row.messageKey,
          row.kind,
          ledger,
          row.side,
          isLead ? 1 : 0,
        ]),
      );
      for (const scope of isLead ? [row.chatKey, -row.accountId] : [row.chatKey]) {
        const key = { scope, month: monthOf(row.sentAt), kind: row.kind, ledger };
        const id = JSON.stringify(key);
        const counted = tally.get(id) ?? { ...key, n: 0, bytes: 0 };
        tally.set(id, { ...counted, n: counted.n + 1, bytes: counted.bytes + row.bytes });
      }
    }
  }
  return { lines: lines.sort(), tally: sortTally([...tally.values()]) };
}

/** What the index maintains, in the same shape. */
export function maintainedItems(db: ReadableDatabase): { lines: string[]; tally: TallyRow[] } {
  const items = db.all<Record<string, number>>(
    'SELECT chat_key, sent_at, media_key, message_key, kind, ledger_state, side, lead FROM item',
  );
  return {
    lines: items.map((row) => JSON.stringify(Object.values(row))).sort(),
    tally: sortTally(
      db.all<TallyRow>(
        'SELECT scope, month, kind, ledger_state AS ledger, n, bytes FROM tally WHERE n <> 0 OR bytes <> 0',
      ),
    ),
  };
}

function sortTally(rows: TallyRow[]): TallyRow[] {
  return rows.sort((a, b) => a.scope - b.scope || a.month - b.month || a.kind - b.kind || a.ledger - b.ledger);
}

/** Rows of the file queue that contradict the files: none, always. */
export function queueContradictions(db: ReadableDatabase): unknown[] {
  return db.all(
    `SELECT f.id, f.state, q.open FROM file f LEFT JOIN fetch q ON q.file_id = f.id
     WHERE (f.state IN (1, 4) AND q.file_id IS NOT NULL) OR (f.state = 0 AND q.open IS NOT 1) OR (f.state IN (2, 3) AND q.open IS NOT 0)`,
  );
}
