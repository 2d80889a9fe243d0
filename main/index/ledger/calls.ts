/** The ledger: what is here, what is not and why. */
import type { Ledger } from '../../contract/model.ts';
import type { LedgerRow } from '../../contract/shapes.ts';
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

export interface LedgerReads {
  ledger(input: { accountId: number | null; chatId: number | null }): {
    chats: ChatLedger[];
    total: Ledger;
    /** Removed by the person: in no column. `inTrash` of them can come back. */
    removed: number;
    inTrash: number;
  };
  /** By chat: the newest 500, or all in the order in which they came; `total` counts all. */
  ledgerRows(input: { accountId: number | null; chatId: number | null; order?: 'added' }): {
    chats: (LedgerRow & Pick<ChatLedger, 'coverage'>)[];
    total: Ledger;
    removed: number;
    inTrash: number;
  };
}
