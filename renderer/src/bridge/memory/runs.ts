import type { Run } from '../../../../main/contract/shapes.ts';

const GB = 1_000_000_000;

/** Earlier runs of a made-up sync: done, failed in part, paused. */
export function madeRuns(now: number, accountId: number): Run[] {
  const base = {
    accountId,
    kind: 'sync' as const,
    pages: 40,
    messagesNew: 300,
    waitedMs: 12_000,
    requests: 61,
    errors: {},
    failed: 0,
    nextStep: 'none' as const,
  };
  const hour = 3_600_000;
  return [
    {
      ...base,
      id: 14,
      startedAt: now - 5 * hour,
      endedAt: now - 5 * hour + 240_000,
      outcome: 'complete',
      chats: 24,
      files: 412,
      bytes: 3.1 * GB,
    },
    {
      ...base,
      id: 13,
      startedAt: now - 21 * hour,
      endedAt: now - 21 * hour + 400_000,
      outcome: 'partial',
      chats: 1,
      files: 88,
      bytes: 0.6 * GB,
      failed: 12,
      errors: { 403: 12 },
      nextStep: 'listAgain',
    },
    {
      ...base,
      id: 12,
      startedAt: now - 90 * hour,
      endedAt: now - 89 * hour,
      outcome: 'paused',
      chats: 9,
      files: 640,
      bytes: 6.2 * GB,
      errors: { disk: 1 },
      nextStep: 'freeSpace',
    },
    {
      ...base,
      id: 11,
      startedAt: now - 99 * hour,
      endedAt: now - 99 * hour + 1_320_000,
      outcome: 'complete',
      chats: 24,
      files: 1906,
      bytes: 14.8 * GB,
    },
  ];
}
