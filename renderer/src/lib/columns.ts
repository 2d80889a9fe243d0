/** Columns of the list: their order, their widths, what they can be ordered by, and which are left out. */
import type { MediaOrder } from '../../../main/contract/browse-shapes.ts';

export const COLUMNS = [
  'picture',
  'sent',
  'chat',
  'words',
  'sender',
  'kind',
  'state',
  'length',
  'size',
  'dimensions',
  'hash',
  'terms',
  'price',
] as const;
export type Column = (typeof COLUMNS)[number];

/** Least width, CSS px; the share of what is left over; and how long it stays where room is short: the lowest goes first. */
const WIDTHS: Readonly<Record<Column, readonly [px: number, share: number, stays: number]>> = {
  picture: [56, 0, 100],
  // The longest date of en-US is whole.
  sent: [176, 0, 70],
  chat: [104, 1, 90],
  words: [156, 2.4, 80],
  sender: [88, 0.7, 50],
  kind: [60, 0, 30],
  state: [92, 0, 60],
  length: [60, 0, 35],
  size: [76, 0, 55],
  dimensions: [112, 0, 20],
  hash: [108, 0, 10],
  // Hidden at first: somebody wants them.
  terms: [112, 0, 58],
  price: [76, 0, 57],
};
const CHECK = 36;

/** The sort key of the heading. */
export const ORDER_OF: Partial<Record<Column, MediaOrder['by']>> = {
  sent: 'date',
  chat: 'chat',
  kind: 'kind',
  state: 'state',
  length: 'length',
  size: 'size',
};

/** Numbers stand at the end of their column. */
export const AT_END: readonly Column[] = ['length', 'size', 'dimensions', 'price'];

export const NEWEST_FIRST: MediaOrder = { by: 'date', descending: true };

/** The order after a press on a heading: the other way if it is ordered by it, else the way people look for first. Null = newest first. */
export function pressed(order: MediaOrder | null, by: MediaOrder['by']): MediaOrder | null {
  const now = order ?? NEWEST_FIRST;
  const descending = now.by === by ? !now.descending : by === 'date' || by === 'size' || by === 'length';
  return by === 'date' && descending ? null : { by, descending };
}

const trackOf = ([px, share]: readonly [number, number, number]): string =>
  share === 0 ? `${String(px)}px` : `minmax(${String(px)}px, ${String(share)}fr)`;

/** The tracks of a row, with the one of its check. */
export const tracksOf = (columns: readonly Column[]): string =>
  [`${String(CHECK)}px`, ...columns.map((column) => trackOf(WIDTHS[column]))].join(' ');

/** Narrower than this the list scrolls sideways. */
export const leastWidth = (columns: readonly Column[]): number =>
  columns.reduce((sum, column) => sum + WIDTHS[column][0], CHECK);

/**
 * The columns that fit into `room` (CSS px) without those that the person hid: chat and words stay before others, and the column that the
 * list is ordered by stays before all. By date it needs no words to be seen.
 */
export function shownColumns(hidden: readonly Column[], room: number, by: MediaOrder['by']): readonly Column[] {
  let shown = COLUMNS.filter((column) => !hidden.includes(column));
  const going = shown
    .filter((column) => column !== 'picture' && (by === 'date' || ORDER_OF[column] !== by))
    .sort((a, b) => WIDTHS[a][2] - WIDTHS[b][2]);
  for (const column of going) {
    if (leastWidth(shown) <= room) {
      break;
    }
    shown = shown.filter((each) => each !== column);
  }
  return shown;
}

/** Where the choice outlives the window: `localStorage`, or nothing in a test. */
export type ColumnMemory = Pick<Storage, 'getItem' | 'setItem'>;
const KEY = 'list columns left out';

/** Left out until somebody wants them: most lists are about pictures, not about sales. */
const AT_FIRST = 'terms price';

/** The columns that were left out; none when what is kept is damaged. The picture always stays. */
export function readHidden(memory: ColumnMemory): readonly Column[] {
  const words = (memory.getItem(KEY) ?? AT_FIRST).split(' ');
  return COLUMNS.filter((column) => column !== 'picture' && words.includes(column));
}

export function writeHidden(memory: ColumnMemory, hidden: readonly Column[]): void {
  memory.setItem(KEY, hidden.join(' '));
}
