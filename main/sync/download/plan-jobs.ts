import type { FileJob } from '../../index/files/calls.ts';

export interface PlanContext {
  readonly now: number;
  /** When a job's link is expected to end, epoch ms; null = not known. */
  readonly expiryOf: (job: FileJob) => number | null;
  /** A link that ends within this many ms goes before newer items. */
  readonly horizonMs: number;
}

const VARIANT_ORDER = { thumb: 0, full: 1, preview: 2 } as const;

/**
 * The order in which files are fetched: links about to end, soonest first; then newest first. Within a media item the
 * small rendition comes first.
 */
export function planJobs(jobs: readonly FileJob[], context: PlanContext): FileJob[] {
  const ranked = jobs.map((job) => {
    const expiry = context.expiryOf(job);
    return { job, expiry, rank: rankOf(expiry, context) };
  });
  ranked.sort((a, b) => {
    if (a.rank !== b.rank) {
      return a.rank - b.rank;
    }
    if (a.rank === 0 && a.expiry !== b.expiry) {
      return (a.expiry ?? 0) - (b.expiry ?? 0);
    }
    return (
      b.job.sentAt - a.job.sentAt ||
      b.job.mediaId - a.job.mediaId ||
      VARIANT_ORDER[a.job.variant] - VARIANT_ORDER[b.job.variant]
    );
  });
  return ranked.map((entry) => entry.job);
}

/** Files with the same key came from one listed page. */
export function pageOf(job: Pick<FileJob, 'chatKey' | 'pass' | 'pageCursor'>): string {
  return `${job.chatKey}\n${job.pass}\n${job.pageCursor ?? ''}`;
}

function rankOf(expiry: number | null, context: PlanContext): number {
  return expiry !== null && expiry <= context.now + context.horizonMs ? 0 : 1;
}
