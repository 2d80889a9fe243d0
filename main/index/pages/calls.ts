/** Listed pages and what they prove: coverage, and which pages are due to be listed again. */
import type { AnyPage } from '../../lib/model.ts';
import type { Pass } from '../kernel/passes.ts';

/**
 * A range of message ids proven listed without a gap, inclusive at both ends; `lo` 0 = the start of the chat was reached.
 * `nextCursor` asks the service for what lies below the range (its own word where it gave one).
 */
export interface CoverageRange {
  readonly hi: number;
  readonly lo: number;
  readonly nextCursor: string | null;
  /** When any page of the range was last listed, epoch ms: the background re-walk takes the oldest first. */
  readonly checkedAt: number;
}

export interface PageDue {
  readonly chatKey: number;
  readonly chatId: number;
  readonly cursor: string | null;
  readonly hi: number;
  readonly lo: number;
  readonly checkedAt: number;
  readonly reason: 'notReady' | 'locked' | 'age';
}

export interface ApplyPageInput {
  readonly accountId: number;
  readonly chatKey: number;
  readonly runId: number | null;
  readonly at: number;
  readonly pass: Pass;
  /** Cursor with which the page was asked for; null = newest. Kept with its files: a dead link is refreshed by asking this one page again. */
  readonly cursor: string | null;
  readonly page: AnyPage;
  /** The message ids this page proves listed, or null when it proves nothing. */
  readonly range: { readonly hi: number; readonly lo: number; readonly nextCursor: string | null } | null;
  /** Messages known here inside `range`, of the same pass, that the page does not carry are marked gone (reversible). */
  readonly detectGone: boolean;
}

export interface ApplyPageResult {
  readonly seen: number;
  readonly new: number;
  readonly changed: number;
  readonly bad: number;
  readonly gone: number;
  readonly newMedia: number;
  /** Files that became wanted by this page. */
  readonly filesWanted: number;
  /** The merged range that now contains the page's range; the listing continues below it. */
  readonly covered: CoverageRange | null;
}
