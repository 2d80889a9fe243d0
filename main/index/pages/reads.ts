import { type ReadableDatabase } from '../kernel/database-types.ts';
import { type CoverageRange, type PageDue } from './calls.ts';
import { type Pass } from '../kernel/passes.ts';
import { bounded } from '../kernel/paging.ts';

/** Ranges proven listed, newest first. Their number is that of the gaps plus one; more than 500 are cut off at the old end. */
export function coverage(db: ReadableDatabase, input: { chatKey: number; pass: Pass }): CoverageRange[] {
  return db.all<CoverageRange>(
    `SELECT hi, lo, next_cursor AS nextCursor, checked_at AS checkedAt FROM coverage
     WHERE chat_key = $chatKey AND pass = $pass ORDER BY hi DESC LIMIT 500`,
    input,
  );
}

interface Row {
  readonly chatKey: number;
  readonly chatId: number;
  readonly cursor: string | null;
  readonly hi: number;
  readonly lo: number;
  readonly checkedAt: number;
  readonly not_ready: number;
  readonly locked: number;
}

/**
 * Pages due to be listed again, oldest checked first. A page is due when it was last listed before `notReadyBefore` and carries items that
 * are not ready, before `lockedBefore` and carries locked ones, or before `restBefore`. `cursor` is what to ask with.
 */
export function pagesDue(
  db: ReadableDatabase,
  input: {
    accountId: number;
    pass: Pass;
    notReadyBefore: number;
    lockedBefore: number;
    restBefore: number;
    limit: number;
  },
): PageDue[] {
  const rows = db.all<Row>(
    `SELECT s.chat_key AS chatKey, c.id AS chatId, s.cursor, s.hi, s.lo, s.checked_at AS checkedAt, s.not_ready, s.locked
     FROM segment s JOIN chat c ON c.key = s.chat_key
     WHERE s.pass = $pass AND c.account_id = $accountId AND (s.checked_at < $restBefore OR (s.not_ready = 1 AND s.checked_at < $notReadyBefore) OR (s.locked = 1 AND s.checked_at < $lockedBefore))
     ORDER BY s.checked_at LIMIT $limit`,
    { ...input, limit: bounded(input.limit) },
  );
  return rows.map(({ not_ready, locked, ...page }) => {
    if (not_ready === 1 && page.checkedAt < input.notReadyBefore) {
      return { ...page, reason: 'notReady' };
    }
    return { ...page, reason: locked === 1 && page.checkedAt < input.lockedBefore ? 'locked' : 'age' };
  });
}
