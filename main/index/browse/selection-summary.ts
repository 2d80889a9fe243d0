/** How much a selection holds. */
import type { MediaSelection, SelectionSummary, SortKey, Span } from '../../contract/browse-shapes.ts';
import type { LedgerState } from '../../contract/model.ts';
import type { MediaFilter } from '../../contract/shapes.ts';
import { ledgerStates } from '../kernel/codes.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { monthOf } from '../../lib/month.ts';
import { scopesOf } from './media.ts';
import { isCounted, startOf, tallyRows } from './tallies.ts';
import { keysOfRefs, rowsWithin } from './selected.ts';

interface Sum {
  readonly state: number;
  readonly n: number;
  readonly bytes: number;
}

const LAST: SortKey = { sentAt: 8.64e15, order: Number.MAX_SAFE_INTEGER };
const FIRST: SortKey = { sentAt: 0, order: 0 };

/** Whole months come from the tallies where the filter is one they know; the rest is looked at. */
export function selectionSummary(db: ReadableDatabase, input: { selection: MediaSelection }): SelectionSummary {
  const { filter, spans, include, exclude } = input.selection;
  const states: Record<LedgerState, number> = {
    stored: 0,
    pending: 0,
    failed: 0,
    locked: 0,
    notReady: 0,
    protected: 0,
    gone: 0,
  };
  let bytes = 0;
  const add = (sign: 1 | -1, sums: readonly Sum[]): void => {
    for (const sum of sums) {
      states[ledgerStates.name(sum.state)] += sign * sum.n;
      bytes += sign * sum.bytes;
    }
  };
  for (const part of partsOf(filter, spans ?? [{ newest: LAST, oldest: FIRST }])) {
    add(1, part.whole ? tallied(db, filter, part) : looked(db, filter, part.span));
  }
  add(1, named(db, keysOfRefs(db, include)));
  add(-1, named(db, keysOfRefs(db, exclude)));
  return { count: Object.values(states).reduce((sum, n) => sum + n, 0), bytes, states };
}

type Part =
  { readonly whole: true; readonly from: number; readonly to: number } | { readonly whole: false; readonly span: Span };

/** A span as whole months and what is left at its ends. */
function partsOf(filter: MediaFilter, spans: readonly Span[]): Part[] {
  if (!isCounted(filter)) {
    return spans.map((span) => ({ whole: false, span }));
  }
  return spans.flatMap((span): Part[] => {
    const oldest = Math.max(filter.from ?? 0, span.oldest.sentAt);
    const newest = Math.min(filter.to ?? LAST.sentAt, span.newest.sentAt);
    // A span that begins or ends inside a month takes that month row by row.
    const isStart = startOf(monthOf(oldest)) === oldest && (oldest > span.oldest.sentAt || span.oldest.order === 0);
    const from = isStart ? oldest : startOf(monthOf(oldest) + 1);
    const to = newest >= LAST.sentAt ? LAST.sentAt : startOf(monthOf(newest));
    if (from >= to) {
      return [{ whole: false, span }];
    }
    return [
      ...(isStart
        ? []
        : [{ whole: false as const, span: { newest: { sentAt: from - 1, order: LAST.order }, oldest: span.oldest } }]),
      { whole: true, from, to },
      ...(to >= LAST.sentAt
        ? []
        : [{ whole: false as const, span: { newest: span.newest, oldest: { sentAt: to, order: 0 } } }]),
    ];
  });
}

function tallied(db: ReadableDatabase, filter: MediaFilter, part: { from: number; to: number }): Sum[] {
  return tallyRows<Sum>(
    db,
    { ...filter, from: part.from, to: part.to >= LAST.sentAt ? null : part.to },
    scopesOf(db, filter),
    'ledger_state AS state',
  );
}

function looked(db: ReadableDatabase, filter: MediaFilter, span: Span): Sum[] {
  return rowsWithin(db, filter, [span], 'i.ledger_state AS state, i.bytes AS size').flatMap(({ sql, values }) =>
    db.all<Sum>(`SELECT state, count(*) AS n, sum(size) AS bytes FROM (${sql}) GROUP BY state`, ...values),
  );
}

function named(db: ReadableDatabase, keys: readonly number[]): Sum[] {
  return db.all<Sum>(
    `SELECT i.ledger_state AS state, count(*) AS n, sum(i.bytes) AS bytes FROM json_each(?) k
     CROSS JOIN item i ON i.media_key = k.value WHERE i.lead = 1 GROUP BY 1`,
    JSON.stringify(keys),
  );
}
