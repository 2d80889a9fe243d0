/** The ledger: what is here, what is not and why. */
import type { Ledger } from '../../contract/model.ts';
import type { CoverageRange } from '../pages/calls.ts';

export interface ChatLedger {
  readonly id: number;
  readonly name: string | null;
  readonly complete: boolean;
  readonly media: Ledger;
  /** Removed by the person: in no column, and not listed. `inTrash` of them can come back. */
  readonly removed: number;
  readonly inTrash: number;
  /** Ranges of the unfiltered media pass, newest first. */
  readonly coverage: readonly CoverageRange[];
}
