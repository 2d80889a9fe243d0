/** Two bytes an item: what the grid needs to say where each of a month's items lies. */
import type { LayoutPage, MediaLayout } from '../../contract/browse-shapes.ts';
import type { MediaFilter } from '../../contract/shapes.ts';
import { type ReadableDatabase } from '../../db/database-types.ts';
import { cursorOf, limitOf, pageLength, scopesOf, tokenOf } from '../media.ts';
import { KEY_COLUMNS, mediaSql } from '../media-sql.ts';

const DAY_MS = 86_400_000;
const PAGE = 200;
/** Some ten milliseconds: no other read waits longer for the thread. */
const MOST = 20_000;

interface Row {
  readonly chatKey: number;
  readonly sentAt: number;
  readonly mediaKey: number;
  readonly ratio: number;
}

/** Exactly the rows of `mediaEntries` with these bounds, in their order, cut into the same pages of 200. */
export function mediaLayout(
  db: ReadableDatabase,
  input: { filter: MediaFilter; from: number; to: number; after: string | null },
): MediaLayout {
  const filter = {
    ...input.filter,
    from: Math.max(input.from, input.filter.from ?? 0),
    to: Math.min(input.to, input.filter.to ?? Number.MAX_SAFE_INTEGER),
  };
  const limit = limitOf(db, filter);
  const after = input.after === null ? null : cursorOf(input.after);
  const all =
    limit === 'nothing'
      ? []
      : scopesOf(db, filter).flatMap((scope) => {
          const { sql, values } = mediaSql(filter, scope, limit, after, MOST + 1, 'older', COLUMNS);
          return db.all<Row>(sql, ...values);
        });
  all.sort((a, b) => b.sentAt - a.sentAt || b.mediaKey - a.mediaKey || b.chatKey - a.chatKey);
  const rows = all.slice(0, pageLength(all, 0, MOST));
  const last = rows.at(-1);
  return {
    days: base64(rows, (row) => Math.min(255, Math.floor((row.sentAt - input.from) / DAY_MS))),
    ratios: base64(rows, ({ ratio }) => ratio),
    pages: pagesOf(rows, input.after),
    next: last === undefined || rows.length === all.length ? null : tokenOf(last),
  };
}

const COLUMNS = `${KEY_COLUMNS}, i.ratio AS ratio`;

function base64(rows: readonly Row[], byteOf: (row: Row) => number): string {
  return Buffer.from(Uint8Array.from(rows, byteOf)).toString('base64');
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
