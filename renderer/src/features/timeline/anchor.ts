/** Holding what is seen in its place while heights above it change. Pure. */
import { indexAt, keptScrollTop } from '../../media/geometry.ts';
import type { Month } from '../../media/month.ts';
import type { VisibleRow } from './row-window.ts';

export interface Seen {
  /** Place in the timeline of the upper edge of what is seen. */
  readonly top: number;
  readonly months: readonly Month[];
  /** Tops of the months, and the whole height. */
  readonly tops: Float64Array;
}

export interface Anchor {
  readonly top: number;
  /** The first row in view: its month, first item and that item's media id, and how far it is below the upper edge. */
  readonly row: {
    readonly month: string;
    readonly item: number;
    readonly id: number | null;
    readonly distance: number;
  } | null;
  /** The month that the upper edge is in, with its top and height, for when no row is known. */
  readonly month: { readonly name: string; readonly top: number; readonly height: number } | null;
}

export function anchorOf({ top, months, tops }: Seen, visible: readonly VisibleRow[]): Anchor {
  const first = visible.find(({ offset, row }) => offset + row.top + row.height > top);
  const item = first?.row.segments[0]?.first ?? 0;
  const at = Math.max(0, indexAt(tops, top));
  const stood = months[at];
  return {
    top,
    row:
      first === undefined
        ? null
        : {
            month: first.month.bucket.month,
            item,
            id: first.month.entry(item)?.id ?? null,
            distance: first.offset + first.row.top - top,
          },
    month:
      stood === undefined
        ? null
        : { name: stood.bucket.month, top: tops[at] ?? 0, height: (tops[at + 1] ?? 0) - (tops[at] ?? 0) },
  };
}

/** Where the upper edge has to be now, so that what was seen is where it was. */
export function topAfter(anchor: Anchor, { months, tops }: Omit<Seen, 'top'>): number {
  const indexOf = (name: string): number => months.findIndex(({ bucket }) => bucket.month === name);
  if (anchor.row !== null) {
    const index = indexOf(anchor.row.month);
    const month = months[index];
    if (month !== undefined && month.count > 0) {
      const found = anchor.row.id === null ? -1 : month.indexOf(anchor.row.id);
      const row = month.rowOf(found >= 0 ? found : Math.min(anchor.row.item, month.count - 1));
      return (tops[index] ?? 0) + (month.layout.tops[row] ?? 0) - anchor.row.distance;
    }
  }
  if (anchor.month === null) {
    return anchor.top;
  }
  const place = indexOf(anchor.month.name);
  const now = tops[place] ?? 0;
  const moved = place < 0 ? 0 : now - anchor.month.top;
  return (
    moved +
    keptScrollTop(anchor.top, {
      top: anchor.month.top,
      before: anchor.month.height,
      after: (tops[place + 1] ?? 0) - now,
    })
  );
}
