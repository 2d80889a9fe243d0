/** Favourites, labels, notes and kept searches. */
import type { Labels, MarkChange, MediaSelection } from '../../contract/browse-shapes.ts';

/** A search as it is kept; `query` is JSON of its filter and order, checked by whoever reads it. */
export interface SearchRow {
  readonly id: number;
  readonly name: string;
  readonly query: string;
}

export interface LabelReads {
  labels(input: Record<string, never>): Labels;
  searches(input: Record<string, never>): SearchRow[];
}

export interface LabelWrites {
  /** Makes a label or renames one. A name that exists (in any case) answers that label. Null: there is no label of this id. */
  saveLabel(input: { id: number | null; name: string; at: number }): { id: number } | null;
  /** False: there is none. The heart's label always stays. */
  removeLabel(input: { id: number; at: number }): boolean;
  restoreLabel(input: { id: number }): boolean;
  /** Null: there is no label of this id. */
  applyLabel(input: { selection: MediaSelection; labelId: number; on: boolean; at: number }): MarkChange | null;
  /** False: taken back before, or forgotten. */
  undoLabel(input: { undo: number; at: number }): boolean;
  /** False: the item is not in the library. */
  setNote(input: { accountId: number; mediaId: number; text: string | null; at: number }): boolean;
  /** `id` null makes one. Null: another has the name, or there is none of this id. `query` null keeps what it asks. */
  saveSearch(input: { id: number | null; name: string; query: string | null; at: number }): { id: number } | null;
  /** False: there is none. */
  removeSearch(input: { id: number; at: number }): boolean;
  /** False: there is none, or its name was given to another. */
  restoreSearch(input: { id: number }): boolean;
}
