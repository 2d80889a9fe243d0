/** Four bytes an item: what the grid needs to say where each of a month's items lies. */
import type { LayoutPage, MediaLayout, PageEntries } from '../../contract/browse-shapes.ts';
import type { MediaFilter } from '../../contract/shapes.ts';
import { type Zone, zoneOf } from '../../contract/time-zone.ts';
import { type ReadableDatabase } from '../kernel/database-types.ts';
import { cursorOf, limitOf, pageLength, scopesOf, tokenOf } from './media.ts';
import { KEY_COLUMNS, mediaSql } from './media-sql.ts';
import { entriesAt } from '../media/entries.ts';

const PAGE = 200;
/** Some ten milliseconds: no other read waits longer for the thread. */
const MOST = 50_000;
const MOST_NEAR = 3;

interface Row {
  readonly chatKey: number;
  readonly sentAt: number;
  readonly mediaKey: number;
  readonly look: number;
}

export interface LayoutInput {
  readonly filter: MediaFilter;
  readonly from: number;
  readonly to: number;
  /** Zone in which days are cut: an IANA name. */
  readonly timeZone: string;
  readonly after: string | null;
  readonly near?: { readonly first: number; readonly end: number };
}

/**
 * Exactly the rows of `mediaEntries` with these bounds, in their order, cut into the same pages of 200; the entries of those `near`.
 * Shapes of the items of a span of days, in the order of `mediaEntries`; the entries of the pages that hold the items `near` with them.
 */
export function mediaLayout(db: ReadableDatabase, input: LayoutInput): MediaLayout {
  const all = rowsOf(db, input);
  const length = pageLength(all, 0, MOST);
  const rows = length === all.length ? all : all.slice(0, length);
  const last = rows.at(-1);
  const pages = pagesOf(rows, input.after);
  return {
    ...bytesOf(rows, input.from, zoneOf(input.timeZone)),
    pages,
    near: nearOf(db, rows, pages, input.near),
    next: last === undefined || rows.length === all.length ? null : tokenOf(last),
  };
}

const COLUMNS = `${KEY_COLUMNS}, i.look AS look`;

function rowsOf(db: ReadableDatabase, input: LayoutInput): Row[] {
  const filter = {
    ...input.filter,
    from: Math.max(input.from, input.filter.from ?? 0),
    to: Math.min(input.to, input.filter.to ?? Number.MAX_SAFE_INTEGER),
  };
  const limit = limitOf(db, filter);
  if (limit === 'nothing') {
    return [];
  }
  const after = input.after === null ? null : cursorOf(input.after);
  const lists = scopesOf(db, filter).map((scope) => {
    const { sql, values } = mediaSql(filter, scope, limit, after, MOST + 1, 'older', COLUMNS);
    return db.all<Row>(sql, ...values);
  });
  const [only] = lists;
  // Each list is in order by itself.
  return lists.length === 1 && only !== undefined
    ? only
    : lists.flat().sort((a, b) => b.sentAt - a.sentAt || b.mediaKey - a.mediaKey || b.chatKey - a.chatKey);
}

/** Rows are newest first, so that days are gone through once, from the last to the first. */
function bytesOf(rows: readonly Row[], from: number, zone: Zone): Pick<MediaLayout, 'days' | 'ratios' | 'colours'> {
  const days = Buffer.alloc(rows.length);
  const ratios = Buffer.alloc(rows.length);
  const colours = Buffer.alloc(rows.length * 2);
  const first = zone.dayOf(from);
  let day = zone.dayOf(rows[0]?.sentAt ?? from);
  let start = zone.startOfDay(day);
  for (const [at, { sentAt, look }] of rows.entries()) {
    while (sentAt < start) {
      day -= 1;
      start = zone.startOfDay(day);
    }
    days[at] = Math.max(0, Math.min(255, day - first));
    ratios[at] = look & 255;
    colours.writeUInt16LE(look >> 8, at * 2);
  }
  return { days: days.toString('base64'), ratios: ratios.toString('base64'), colours: colours.toString('base64') };
}

function pagesOf(rows: readonly Row[], after: string | null): LayoutPage[] {
  const pages: LayoutPage[] = [];
  let first = 0;
  while (first < rows.length) {
    const before = rows[first - 1];
    pages.push({ first, after: before === undefined ? after : tokenOf(before) });
    first += pageLength(rows, first, PAGE);
  }
  return pages;
}

function nearOf(
  db: ReadableDatabase,
  rows: readonly Row[],
  pages: readonly LayoutPage[],
  near: LayoutInput['near'],
): PageEntries[] {
  if (near === undefined) {
    return [];
  }
  const endOf = (number: number): number => pages[number + 1]?.first ?? rows.length;
  return pages
    .map(({ first }, number) => ({ first, end: endOf(number) }))
    .filter(({ first, end }) => first < near.end && end > near.first)
    .slice(0, MOST_NEAR)
    .map(({ first, end }) => ({ first, rows: entriesAt(db, rows.slice(first, end)) }));
}
