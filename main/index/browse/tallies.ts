/**
 * Sums over the maintained counts: by chat, month, kind and state (`tally`; `total` without the month), and for all chats of an account or of
 * all by side and facts too (`facet`).
 */
import type { MediaFilter } from '../../contract/shapes.ts';
import { ALL_ACCOUNTS, kinds, LABEL_SCOPES, ledgerStates, NOTED, sides } from '../kernel/codes.ts';
import { type ReadableDatabase, type SqlValue } from '../kernel/database-types.ts';
import {
  classesOf,
  LENGTH_EDGES,
  lengthIn,
  shapeCode,
  shapeIs,
  SIZE_EDGES,
  sizeIn,
  tradeIn,
} from '../media/media-facts.ts';
import { bitsOf } from '../media/trade.ts';
import { monthOf } from '../../lib/month.ts';
import { type MediaScope } from './media-sql.ts';

/** Start of a month counted from January 1970, UTC. */
export const startOf = (month: number): number => Date.UTC(1970, month, 1);

/** Limited by nothing that the counts do not know, days aside. */
export function isCounted(filter: MediaFilter): boolean {
  if (markScope(filter) === null ? isMarked(filter) : isMarked(withoutMarks(filter)) || !isPlain(filter)) {
    return false;
  }
  const cut = [lengthOf(filter), sizeOf(filter)].some(
    (classes) => classes !== null && (classes.cutsLeast || classes.cutsBelow),
  );
  return filter.chatIds.length === 0 ? !cut : isPlain(filter);
}

/** The scope of the one label or of the notes asked for, over all chats and accounts; null = none, or more than that. */
function markScope({ accountId, chatIds, labels = [], noted = false }: MediaFilter): number | null {
  const [label] = labels;
  if (accountId !== null || chatIds.length > 0 || labels.length + Number(noted) !== 1) {
    return null;
  }
  return label === undefined ? NOTED : LABEL_SCOPES - label;
}

const withoutMarks = (filter: MediaFilter): MediaFilter => ({ ...filter, labels: [], noted: false });

/** What the counts know. By anything else that a filter has (words, labels, notes, chats that lack it) nothing is counted. */
const KNOWN: ReadonlySet<string> = new Set<keyof MediaFilter>([
  ...(['accountId', 'chatIds', 'kinds', 'states', 'from', 'to', 'sender', 'shape', 'trades'] as const),
  ...(['minMs', 'maxMs', 'minBytes', 'maxBytes'] as const),
]);

function isMarked(filter: MediaFilter): boolean {
  const parts: [string, unknown][] = Object.entries(filter);
  return parts.some(([name, value]) => !KNOWN.has(name) && limits(value));
}

const limits = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : typeof value === 'string' ? value.trim() !== '' : value === true;

/** Looks for what some chats do not have. */
export const isUnsent = ({ notSentTo }: MediaFilter): boolean => (notSentTo ?? []).length > 0;

function isPlain(filter: MediaFilter): boolean {
  return (
    filter.sender === null &&
    lengthOf(filter) === null &&
    sizeOf(filter) === null &&
    filter.shape === undefined &&
    (filter.trades ?? []).length === 0
  );
}

const lengthOf = ({ minMs, maxMs }: MediaFilter): ReturnType<typeof classesOf> => classesOf(LENGTH_EDGES, minMs, maxMs);
const sizeOf = ({ minBytes, maxBytes }: MediaFilter): ReturnType<typeof classesOf> =>
  classesOf(SIZE_EDGES, minBytes, maxBytes);

/** The filter widened to whole months. */
export function wholeMonths(filter: MediaFilter): MediaFilter {
  return {
    ...filter,
    from: filter.from === null ? null : startOf(monthOf(filter.from)),
    to: filter.to === null ? null : startOf(monthOf(Math.max(0, filter.to - 1)) + 1),
  };
}

type Column = 'month' | 'kind' | 'ledger_state AS state';

/**
 * Sums by `column`, for a filter over whole months; what the counts do not know is taken to limit nothing, and a class that a limit cuts
 * through counts whole.
 */
export function tallyRows<Row>(
  db: ReadableDatabase,
  filter: MediaFilter,
  scopes: readonly MediaScope[],
  column: Column,
): Row[] {
  const where: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...bound: SqlValue[]): void => {
    where.push(condition);
    values.push(...bound);
  };
  const oneOf = (name: string, codes: readonly number[]): void => {
    if (codes.length > 0) {
      add(`${name} IN (SELECT value FROM json_each(?))`, JSON.stringify(codes));
    }
  };
  const byMonth = column === 'month' || filter.from !== null || filter.to !== null;
  const byFacets = scopes.every(({ by }) => by === 'lead') && !isPlain(filter);
  if (byFacets) {
    add('account_id = ?', filter.accountId ?? ALL_ACCOUNTS);
    addFacets(filter, add);
  } else {
    add(
      'scope IN (SELECT value FROM json_each(?))',
      JSON.stringify(
        scopes.map((scope) =>
          scope.by === 'chat' ? scope.chatKey : (markScope(filter) ?? -(filter.accountId ?? ALL_ACCOUNTS)),
        ),
      ),
    );
  }
  oneOf(
    'kind',
    filter.kinds.map((kind) => kinds.code(kind)),
  );
  oneOf(
    'ledger_state',
    filter.states.map((state) => ledgerStates.code(state)),
  );
  if (filter.from !== null) {
    add('month >= ?', monthOf(filter.from));
  }
  if (filter.to !== null) {
    add('month < ?', monthOf(filter.to));
  }
  return db.all<Row>(
    `SELECT ${column}, sum(n) AS n, sum(bytes) AS bytes FROM ${byFacets ? 'facet' : byMonth ? 'tally' : 'total'} WHERE ${where.join(' AND ') || 'true'} GROUP BY 1`,
    ...values,
  );
}

function addFacets(filter: MediaFilter, add: (condition: string, ...bound: SqlValue[]) => void): void {
  if (filter.sender !== null) {
    add('side = ?', sides.code(filter.sender));
  }
  for (const [classes, condition] of [
    [lengthOf(filter), lengthIn('facts')],
    [sizeOf(filter), sizeIn('facts')],
  ] as const) {
    if (classes !== null) {
      add(condition, Math.max(1, classes.from), classes.to);
    }
  }
  if (filter.shape !== undefined) {
    add(shapeIs('facts'), shapeCode(filter.shape));
  }
  if (filter.trades !== undefined && filter.trades.length > 0) {
    add(tradeIn('facts'), bitsOf(filter.trades));
  }
}

/** How many items are listed in a scope. */
export const listedIn = (db: ReadableDatabase, scope: number): number =>
  db.get<{ n: number }>('SELECT coalesce(sum(n), 0) AS n FROM total WHERE scope = ?', scope)?.n ?? 0;

/** Whether everything in the library is of this account. */
export const isOnlyAccount = (db: ReadableDatabase, accountId: number): boolean =>
  db.get('SELECT 1 FROM account WHERE id <> ? LIMIT 1', accountId) === undefined;
