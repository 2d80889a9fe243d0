import { type LedgerState, type MediaState } from '../../contract/model.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { mediaStates } from '../kernel/codes.ts';
import { type FileState } from '../kernel/codes.ts';

/**
 * The one column of the ledger a media item is in. Stored always wins: what the service does later takes nothing from the disk.
 *
 * @param state the best the service says of it (`bestState`)
 * @param full state of its full file; null when none was ever offered
 */
export function ledgerState(state: MediaState, full: FileState | null): LedgerState {
  if (full === 'stored') {
    return 'stored';
  }
  switch (state) {
    case 'gone':
      return 'gone';
    case 'locked':
    case 'preview':
      return 'locked';
    case 'notReady':
      return 'notReady';
    case 'protected':
      return 'protected';
    case 'viewable':
      return full === 'failed' || full === 'gone' ? full : 'pending';
    default:
      return assertNever(state, 'media state');
  }
}

/**
 * The state of a media item that several messages carry: the one nearest to being on disk (viewable, not ready, protected, preview,
 * locked). A copy that is locked in one chat says nothing about the one that was opened in another. No carrier left: gone.
 */
export function bestState(states: readonly MediaState[]): MediaState {
  let best: MediaState = 'gone';
  for (const state of states) {
    if (mediaStates.code(state) < mediaStates.code(best)) {
      best = state;
    }
  }
  return best;
}
