/** Favourites, labels, notes and kept searches. */

/** A search as it is kept; `query` is JSON of its filter and order, checked by whoever reads it. */
export interface SearchRow {
  readonly id: number;
  readonly name: string;
  readonly query: string;
}
