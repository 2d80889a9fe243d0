/** What stands in a row of the grid. Pure. */
import type { MediaEntry } from '../../../../main/contract/shapes.ts';
import { GAP, type Segment } from './geometry.ts';
import type { Month } from './month.ts';
import type { VisibleRow } from './timeline-model.svelte.ts';

export interface PlacedTile {
  readonly entry: MediaEntry;
  readonly x: number;
  readonly width: number;
  /** 1-based place in its row. */
  readonly column: number;
}

/** The tiles of a segment with their places. */
export function tilesOf(visible: VisibleRow, segment: Segment): PlacedTile[] {
  let x = segment.x;
  const before = visible.row.segments
    .filter((each) => each.first < segment.first)
    .reduce((sum, each) => sum + each.widths.length, 0);
  return segment.widths.flatMap((width, index) => {
    const entry = visible.month.entries[segment.first + index];
    const at = x;
    x += width + GAP;
    return entry === undefined ? [] : [{ entry, x: at, width, column: before + index + 1 }];
  });
}

const MOST_NAMES = 3;

/** The first chats of a day, by name, for its heading. */
export function whoOf(month: Month, segment: Segment, nameOf: (entry: MediaEntry) => string): string {
  const day = month.day(segment.first);
  const names = new Set<string>();
  for (let index = segment.first; month.day(index) === day && names.size < MOST_NAMES; index += 1) {
    const entry = month.entries[index];
    if (entry === undefined) {
      break;
    }
    names.add(nameOf(entry));
  }
  return [...names].join(', ');
}
