/** For tests: exports that lie behind or go on. Each scene is always the same. */
import type {
  ExportJob,
  ExportManner,
  ExportPreset,
  ExportStatus,
} from '../../../../../main/contract/export-shapes.ts';

/** How an export stands when the page opens. */
export type ExportScene = 'running' | 'paused' | 'failures' | 'done' | 'broken';

const HOUR = 3_600_000;
const MANNER: ExportManner = {
  layout: 'by-month',
  conflict: 'skip',
  link: 'auto',
  sidecars: ['csv', 'html'],
  messages: 'none',
  bates: null,
  pageSize: null,
  bag: false,
  zip: false,
  zipBytes: null,
  csvBom: true,
};

export const madePresets = (): ExportPreset[] => [
  { ...MANNER, name: 'Court, as a bag', layout: 'by-message', sidecars: ['json', 'csv'], bag: true },
  { ...MANNER, name: 'For the editor', layout: 'by-kind', sidecars: [] },
];

/** Past exports, the latest first. */
export function madeJobs(now: number): ExportJob[] {
  const job = (id: number, name: string, ago: number, more: Partial<ExportJob>): ExportJob => ({
    id,
    dir: `/home/robin/Exports/${name}`,
    finished: true,
    startedAt: now - ago,
    endedAt: now - ago + 94_000,
    manner: MANNER,
    files: 1280,
    bytes: 4_310_000_000,
    waiting: 0,
    failed: 0,
    unavailable: 0,
    ...more,
  });
  return [
    job(4, 'Northshore, for the editor', 3 * HOUR, {}),
    job(3, 'Case 24-118', 27 * HOUR, { files: 402, bytes: 1_180_000_000, failed: 3, unavailable: 11 }),
    job(2, 'Summer', 200 * HOUR, { finished: false, endedAt: null, files: 610, bytes: 2_000_000_000, waiting: 1204 }),
    job(1, 'Chatkeep export', 9000 * HOUR, { manner: null, files: 12_904, bytes: 61_200_000_000 }),
  ];
}

/** The export of a scene. */
export function sceneOf(scene: ExportScene, now: number): ExportStatus {
  const running: ExportStatus = {
    gallery: true,
    state: 'writing',
    dir: '/home/robin/Exports/Northshore, for the editor',
    startedAt: now - 61_000,
    endedAt: null,
    files: { done: 1344, total: 3120 },
    bytes: { done: 5_400_000_000, total: 12_700_000_000 },
    pdf: null,
    filesPerSecond: 22,
    bytesPerSecond: 89_000_000,
    secondsLeft: 82,
    method: 'copy',
    written: 0,
    skipped: 0,
    renamed: 0,
    failed: 0,
    unavailable: 0,
    failures: [],
    problem: null,
  };
  const ended = { endedAt: now - 2000, secondsLeft: null };
  switch (scene) {
    case 'running':
      return running;
    case 'paused':
      return { ...running, state: 'paused', secondsLeft: null };
    case 'done':
      return {
        ...running,
        ...ended,
        state: 'done',
        files: { done: 3120, total: 3120 },
        bytes: { done: 12_700_000_000, total: 12_700_000_000 },
        method: 'reflink',
        written: 3108,
        skipped: 12,
      };
    case 'failures':
      return {
        ...running,
        ...ended,
        state: 'done',
        files: { done: 3120, total: 3120 },
        bytes: { done: 12_700_000_000, total: 12_700_000_000 },
        written: 3094,
        skipped: 9,
        renamed: 3,
        failed: 14,
        unavailable: 6,
        failures: [
          {
            accountId: 1,
            mediaId: 3_500_000_118,
            chatId: 410_000_000,
            path: '2025/2025-06/a.jpg',
            reason: 'damaged',
          },
          {
            accountId: 1,
            mediaId: 3_500_000_121,
            chatId: 410_000_000,
            path: '2025/2025-06/b.jpg',
            reason: 'exists',
          },
          {
            accountId: 1,
            mediaId: 3_500_000_140,
            chatId: 410_000_001,
            path: '2025/2025-07/c.mp4',
            reason: 'too_large',
          },
          { accountId: 1, mediaId: 3_500_000_141, chatId: 410_000_001, path: null, reason: 'too_long' },
        ],
      };
    case 'broken':
      return {
        ...running,
        ...ended,
        state: 'failed',
        problem: {
          code: 'disk_full',
          message: 'The target is full: /home/robin/Exports',
          hint: 'Free some space there, then export again: it goes on where it stopped.',
        },
      };
  }
}
