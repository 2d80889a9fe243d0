/** The slow truth: counts and rows worked out from messages, links and files alone. Tests hold the maintained ones against it. */
import { lookOf, NO_COLOUR, ratioByte } from '../../contract/grid-shape.ts';
import {
  ALL_ACCOUNTS,
  EVERY_CHAT,
  fileStates,
  LABEL_SCOPES,
  ledgerStates,
  mediaStates,
  sides,
} from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { bestState, ledgerState } from '../media/ledger-state.ts';
import { factsOf } from '../media/media-facts.ts';
import { tradeBits } from '../media/trade.ts';
import { monthOf } from '../../lib/month.ts';

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
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  readonly removed: number;
  readonly flags: number;
  readonly reason: string | null;
  readonly colour: number | null;
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

export interface ItemTruth {
  readonly lines: string[];
  readonly removed: string[];
  readonly tally: TallyRow[];
  readonly facets: string[];
  readonly totals: string[];
}

/** What `item` should hold, as comparable lines. */
export function expectedItems(db: ReadableDatabase): ItemTruth {
  const carriers = db.all<Carrier>(
    `SELECT l.media_key AS mediaKey, x.account_id AS accountId, x.kind, m.chat_key AS chatKey, m.key AS messageKey, m.id AS messageId,
       m.sent_at AS sentAt, (m.gone_since IS NULL AND l.state <> ${String(mediaStates.code('gone'))}) AS live, l.state AS linkState,
       f.state AS fullState, coalesce(CASE f.state WHEN 1 THEN b.bytes END, 0) AS bytes, x.width, x.height,
       x.duration_ms AS durationMs, x.removal IS NOT NULL AS removed, x.colour, m.flags, m.purchase_reason AS reason,
       CASE WHEN m.sender_id IS NULL THEN ${String(sides.code('unknown'))} WHEN m.sender_id = a.user_id
         THEN ${String(sides.code('me'))} ELSE ${String(sides.code('them'))} END AS side
     FROM message_media l JOIN message m ON m.key = l.message_key JOIN media x ON x.key = l.media_key
       JOIN account a ON a.id = x.account_id
       LEFT JOIN file f ON f.id = x.key * 4 LEFT JOIN blob b ON b.key = f.blob_key`,
  );
  const lines: string[] = [];
  const removed: string[] = [];
  const facets = new Map<string, { n: number; bytes: number }>();
  const marks = Map.groupBy(
    db.all<{ media: number; label: number }>(
      'SELECT media_key AS media, label_id AS label FROM label_media UNION ALL SELECT media_key, 0 FROM note',
    ),
    ({ media }) => media,
  );
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
      const marked = (marks.get(row.mediaKey) ?? []).map(({ label }) => LABEL_SCOPES - label);
      const facts = factsOf(row, tradeBits(row.flags, row.reason));
      (row.removed === 1 ? removed : lines).push(
        JSON.stringify([
          row.chatKey,
          row.sentAt,
          row.mediaKey,
          row.messageKey,
          row.kind,
          ledger,
          row.side,
          isLead ? 1 : 0,
          facts,
          lookOf(ratioByte(row.width, row.height), row.colour ?? NO_COLOUR),
          row.bytes,
          row.durationMs,
        ]),
      );
      if (row.removed === 1) {
        continue;
      }
      for (const account of isLead ? [row.accountId, ALL_ACCOUNTS] : []) {
        const id = JSON.stringify([account, monthOf(row.sentAt), row.kind, ledger, row.side, facts]);
        const facet = facets.get(id) ?? { n: 0, bytes: 0 };
        facets.set(id, { n: facet.n + 1, bytes: facet.bytes + row.bytes });
      }
      for (const scope of isLead ? [row.chatKey, -row.accountId, ALL_ACCOUNTS, ...marked] : [row.chatKey]) {
        const key = { scope, month: monthOf(row.sentAt), kind: row.kind, ledger };
        const id = JSON.stringify(key);
        const counted = tally.get(id) ?? { ...key, n: 0, bytes: 0 };
        tally.set(id, { ...counted, n: counted.n + 1, bytes: counted.bytes + row.bytes });
      }
    }
  }
  return {
    lines: lines.sort(),
    removed: removed.sort(),
    tally: sortTally([...tally.values()]),
    totals: totalsOf([
      ...tally.values(),
      ...[...tally.values()].flatMap((row) => (row.scope > 0 ? [{ ...row, scope: EVERY_CHAT }] : [])),
    ]),
    facets: [...facets].map(([id, { n, bytes }]) => JSON.stringify([id, n, bytes])).sort(),
  };
}

/** What the index maintains, in the same shape. */
export function maintainedItems(db: ReadableDatabase): ItemTruth {
  const linesOf = (table: string): string[] =>
    db
      .all<Record<string, number>>(
        `SELECT chat_key, sent_at, media_key, message_key, kind, ledger_state, side, lead, facts, look, bytes, duration_ms FROM ${table}`,
      )
      .map((row) => JSON.stringify(Object.values(row)))
      .sort();
  return {
    lines: linesOf('item'),
    removed: linesOf('removed_item'),
    totals: totalsOf(
      db.all<TallyRow>('SELECT scope, kind, ledger_state AS ledger, n, bytes FROM total WHERE n <> 0 OR bytes <> 0'),
    ),
    facets: db
      .all<{ n: number; bytes: number } & Record<string, number>>(
        'SELECT account_id, month, kind, ledger_state, side, facts, n, bytes FROM facet WHERE n <> 0 OR bytes <> 0',
      )
      .map(({ n, bytes, ...key }) => JSON.stringify([JSON.stringify(Object.values(key)), n, bytes]))
      .sort(),
    tally: sortTally(
      db.all<TallyRow>(
        'SELECT scope, month, kind, ledger_state AS ledger, n, bytes FROM tally WHERE n <> 0 OR bytes <> 0',
      ),
    ),
  };
}

function totalsOf(rows: readonly TallyRow[]): string[] {
  const groups = Map.groupBy(rows, ({ scope, kind, ledger }) => JSON.stringify([scope, kind, ledger]));
  return [...groups]
    .map(([key, group]) => {
      const sum = (of: (row: TallyRow) => number): number => group.reduce((total, row) => total + of(row), 0);
      return JSON.stringify([key, sum(({ n }) => n), sum(({ bytes }) => bytes)]);
    })
    .sort();
}

function sortTally(rows: TallyRow[]): TallyRow[] {
  return rows.sort((a, b) => a.scope - b.scope || a.month - b.month || a.kind - b.kind || a.ledger - b.ledger);
}

/** Sums of stored and of removed files, kept and counted: the two are equal. */
export function storedSums(db: ReadableDatabase): { readonly kept: unknown; readonly counted: unknown } {
  const sizes = `SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes,
    (SELECT coalesce(sum(b.bytes), 0) FROM file f JOIN blob b ON b.key = f.blob_key WHERE f.state = 1) AS offered
    FROM blob WHERE lost_at IS NULL`;
  const removed = `count(*) AS removed, sum(m.purged_at IS NULL) AS in_trash, sum(iif(m.purged_at IS NULL, m.bytes, 0)) AS bytes
    FROM removed_item r JOIN media m ON m.key = r.media_key`;
  const chats = 'SELECT chat_key AS key, sum(bytes) AS bytes FROM item GROUP BY 1 HAVING sum(bytes) > 0 ORDER BY 1';
  return {
    kept: [
      db.get('SELECT files, bytes, offered FROM library_size'),
      db.all('SELECT key, stored_bytes AS bytes FROM chat WHERE stored_bytes <> 0 ORDER BY 1'),
      db.all('SELECT scope, removed, in_trash, bytes FROM removed_total WHERE removed <> 0 ORDER BY scope'),
      db.get('SELECT count(*) AS n FROM removed_total WHERE removed = 0 AND (in_trash <> 0 OR bytes <> 0)'),
    ],
    counted: [
      db.get(sizes),
      db.all(chats),
      db.all(`SELECT * FROM (
        SELECT r.chat_key AS scope, ${removed} GROUP BY 1 UNION ALL SELECT -r.account_id, ${removed} WHERE r.lead = 1 GROUP BY 1
        UNION ALL SELECT 0, ${removed} WHERE r.lead = 1 GROUP BY 1) ORDER BY scope`),
      { n: 0 },
    ],
  };
}

/** Rows of the file queue that contradict the files: none, always. */
export function queueContradictions(db: ReadableDatabase): unknown[] {
  return db.all(
    `SELECT f.id, f.state, q.open FROM file f LEFT JOIN fetch q ON q.file_id = f.id
     WHERE (f.state IN (1, 4) AND q.file_id IS NOT NULL) OR (f.state = 0 AND q.open IS NOT 1) OR (f.state IN (2, 3) AND q.open IS NOT 0)`,
  );
}

/** Removed media that are listed, fetched or, once deleted, still have a file; and blobs that nothing names. None, always. */
export function removedThatAct(db: ReadableDatabase): unknown[] {
  return [
    ...db.all('SELECT i.media_key FROM item i JOIN media m ON m.key = i.media_key WHERE m.removal IS NOT NULL'),
    ...db.all('SELECT q.file_id FROM fetch q JOIN media m ON m.key = q.file_id / 4 WHERE m.removal IS NOT NULL'),
    ...db.all(
      'SELECT f.id FROM file f JOIN media m ON m.key = f.media_key WHERE m.purged_at IS NOT NULL AND (f.state <> 4 OR f.blob_key IS NOT NULL)',
    ),
    // Lost bytes whose file was fetched anew with others are remembered.
    ...db.all(
      'SELECT b.key FROM blob b WHERE b.lost_at IS NULL AND NOT EXISTS (SELECT 1 FROM file f WHERE f.blob_key = b.key)',
    ),
  ];
}

/** Blocks of JSON whose count of users is wrong, or that messages name and nobody has. */
export function blocksThatLie(db: ReadableDatabase): unknown[] {
  return db.all(
    `SELECT coalesce(b.key, m.raw_block) AS block, b.live, m.n
     FROM (SELECT raw_block, count(*) AS n FROM message WHERE raw_block IS NOT NULL GROUP BY 1) m
     FULL JOIN raw_block b ON b.key = m.raw_block WHERE b.live IS NOT m.n`,
  );
}
