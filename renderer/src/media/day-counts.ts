import type { Bridge } from '../../../main/app/bridge.ts';
import type { CallResult } from '../../../main/app/calls.ts';
import type { MediaFilter, MonthBucket } from '../../../main/contract/shapes.ts';

/** Items of each day of a month (index 0 = its first), from its layout; null when it could not be had. */
export async function dayCounts(
  bridge: Bridge,
  filter: MediaFilter,
  { from, to }: Pick<MonthBucket, 'from' | 'to'>,
  signal: AbortSignal,
): Promise<readonly number[] | null> {
  const counts = Array.from({ length: 31 }, () => 0);
  let after: string | null = null;
  do {
    const answer: CallResult<'media.layout'> = await bridge.call(
      'media.layout',
      { filter, from, to, after },
      { signal },
    );
    if (!answer.ok || signal.aborted) {
      return null;
    }
    for (const letter of atob(answer.value.days)) {
      const day = letter.charCodeAt(0);
      counts[day] = (counts[day] ?? 0) + 1;
    }
    after = answer.value.next;
  } while (after !== null);
  return counts;
}
