import type { Ledger, LedgerState } from '../../../main/contract/model.ts';

/** The order in which the parts of a ledger stand, everywhere. */
export const LEDGER_ORDER: readonly LedgerState[] = [
  'stored',
  'pending',
  'locked',
  'notReady',
  'protected',
  'gone',
  'failed',
];

/** Names of the colours in tokens.css (`--bar-…`). */
export const BAR_COLOURS: Readonly<Record<LedgerState, string>> = {
  stored: 'stored',
  pending: 'pending',
  locked: 'locked',
  notReady: 'not-ready',
  protected: 'protected',
  gone: 'gone',
  failed: 'failed',
};

/** What the person removed of a ledger; it is in none of its columns. */
export interface Removed {
  readonly removed: number;
  readonly inTrash: number;
}

/** Everything that was listed: removing something does not change what the service has. */
export const listedOf = (ledger: Ledger, { removed }: Removed): number => ledger.listed + removed;

export interface LedgerPart {
  readonly state: LedgerState;
  /** 0 to 1 of the bar. */
  readonly share: number;
}

const LEAST = 0.012;

/** Parts of a ledger bar: what exists is always seen, however small, and the parts make one whole. */
export function ledgerParts(ledger: Ledger): LedgerPart[] {
  const parts = LEDGER_ORDER.filter((state) => ledger[state] > 0).map((state) => ({
    state,
    share: Math.max(LEAST, ledger[state] / Math.max(1, ledger.listed)),
  }));
  const whole = parts.reduce((sum, part) => sum + part.share, 0);
  return parts.map((part) => ({ state: part.state, share: part.share / whole }));
}
