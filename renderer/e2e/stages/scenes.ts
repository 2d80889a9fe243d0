/** States of the app that no spec brings about: a sync under way, runs that ended in different ways, a newer version. */
import type { LicencePart, UpdateStatus } from '../../../main/contract/about-shapes.ts';
import type { Run, SyncStatus } from '../../../main/contract/shapes.ts';
import { NOW } from './seed.ts';

const GB = 1_000_000_000;
const HOUR = 3_600_000;

/** A sync that has listed one chat, downloads files of another, and waits for the service. */
export const runningSync = (idle: SyncStatus): SyncStatus => ({
  ...idle,
  state: 'running',
  runId: 2,
  accountId: 1,
  startedAt: NOW - 22 * 60_000,
  chatsTotal: 2,
  pages: 64,
  messagesNew: 512,
  filesDone: 8412,
  filesTotal: 13_560,
  bytesDone: 21.4 * GB,
  bytesTotal: 34.5 * GB,
  filesPerSecond: 14.2,
  bytesPerSecond: 38_600_000,
  secondsLeft: 362,
  waits: [{ kind: 'rateLimit', until: NOW + 42_000, perMinute: 60 }],
  chats: [
    {
      chatId: 410_000_000,
      name: 'Harbour Studio',
      phase: 'files',
      pages: 31,
      filesDone: 620,
      filesTotal: 1000,
      problem: null,
    },
    {
      chatId: 410_000_005,
      name: 'Tidewater',
      phase: 'listing',
      pages: 31,
      filesDone: 180,
      filesTotal: 1000,
      problem: null,
    },
  ],
});

/** Earlier runs: complete, failed in part, paused. */
export function madeRuns(now: number): Run[] {
  const run = (id: number, ago: number, more: Partial<Run>): Run => ({
    id,
    accountId: 1,
    kind: 'sync',
    startedAt: now - ago,
    endedAt: now - ago + 400_000,
    outcome: 'complete',
    chats: 24,
    pages: 40,
    messagesNew: 300,
    files: 412,
    bytes: 3.1 * GB,
    failed: 0,
    requests: 61,
    waitedMs: 12_000,
    errors: {},
    nextStep: 'none',
    ...more,
  });
  return [
    run(14, 5 * HOUR, {}),
    run(13, 21 * HOUR, { outcome: 'partial', files: 88, failed: 12, errors: { 403: 12 }, nextStep: 'listAgain' }),
    run(12, 90 * HOUR, { outcome: 'paused', files: 640, errors: { disk: 1 }, nextStep: 'freeSpace' }),
  ];
}

export const UPDATES: UpdateStatus = {
  way: 'app',
  state: 'idle',
  version: null,
  notes: null,
  progress: null,
  checkedAt: null,
  problem: null,
};
export const AVAILABLE: UpdateStatus = {
  ...UPDATES,
  state: 'available',
  version: '0.2.0',
  notes:
    'Chats open where you left them.\nLarge videos start sooner.\n\nFixed: <b>markup</b> in notes is shown as it is.',
  checkedAt: NOW,
};
export const LICENCES: readonly LicencePart[] = [
  { name: 'better-sqlite3', version: '13.2.0', licence: 'MIT', text: 'Permission is hereby granted (shortened).' },
  { name: 'lazy-val', version: '1.0.5', licence: 'MIT', text: null },
];
