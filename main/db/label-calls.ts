/** Selections, favourites, labels and notes: what the index is asked for them. */
import type { Labels, MarkChange, MediaSelection, SelectionSummary } from '../contract/browse-shapes.ts';

export interface LabelReads {
  selectionSummary(input: { selection: MediaSelection }): SelectionSummary;
  labels(input: Record<string, never>): Labels;
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
}
