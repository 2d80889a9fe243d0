/** The contents of a grid row. Pure. */
import type { MediaEntry } from '../../../../main/contract/shapes.ts';
import { GAP, type Segment } from '../../media/geometry.ts';
import type { Month } from '../../media/month.ts';
import type { VisibleRow } from './in-view.ts';

export interface PlacedTile {
  /** Null while its page is not here. */
  readonly entry: MediaEntry | null;
  readonly key: string;
  readonly item: number;
  /** Of its picture, as CSS has it; null = not known. */
  readonly colour: string | null;
  readonly x: number;
  readonly width: number;
  /** 1-based place in its row. */
  readonly column: number;
}

/** The tiles of a row with their places. */
export function tilesOf({ month, row }: VisibleRow): PlacedTile[] {
  const tiles: PlacedTile[] = [];
  for (const segment of row.segments) {
    let x = segment.x;
    segment.widths.forEach((width, index) => {
      const item = segment.first + index;
      const entry = month.entry(item) ?? null;
      const key = entry === null ? `at ${String(item)}` : `${String(entry.id)} ${String(entry.chatId)}`;
      tiles.push({ entry, key, item, colour: month.colourOf(item), x, width, column: tiles.length + 1 });
      x += width + GAP;
    });
  }
  return tiles;
}

const MOST_NAMES = 3;

/** The first chats of a day, by name, for its heading. */
export function whoOf(month: Month, segment: Segment, nameOf: (entry: MediaEntry) => string): string {
  const day = month.dayOf(segment.first);
  const names = new Set<string>();
  for (let index = segment.first; month.dayOf(index) === day && names.size < MOST_NAMES; index += 1) {
    const entry = month.entry(index);
    if (entry === undefined) {
      break;
    }
    names.add(nameOf(entry));
  }
  return [...names].join(', ');
}
