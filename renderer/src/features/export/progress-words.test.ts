import { describe, expect, test } from 'vitest';
import { madeJobs, sceneOf } from './testing/export-scenes.ts';
import { describeExport, folderName, jobFacts, jobStateOf, shareOf, spokenExport } from './progress-words.ts';

const NOW = Date.UTC(2026, 10, 24, 14, 30);

describe('an export in words', () => {
  test('on its way: how far, and how long it takes', () => {
    expect(describeExport(sceneOf('running', NOW), false)).toEqual({
      title: 'Exporting',
      detail: '1,344 of 3,120 files · 1 min left',
      share: 5_400_000_000 / 12_700_000_000,
    });
    expect(describeExport(sceneOf('paused', NOW), false)).toMatchObject({
      title: 'Export paused',
      detail: '1,344 of 3,120 files',
    });
    expect(describeExport(sceneOf('running', NOW), true).title).toBe('Stopping the export');
  });

  test('ended: what came of it, without what did not happen', () => {
    expect(describeExport(sceneOf('done', NOW), false)).toEqual({
      title: 'Export done',
      detail: '3,108 written · 12 skipped',
      share: null,
    });
    expect(describeExport(sceneOf('failures', NOW), false)).toMatchObject({
      title: 'Export done, 14 files failed',
      detail: '3,094 written · 9 skipped · 14 failed · 6 not stored',
    });
    expect(describeExport(sceneOf('broken', NOW), false)).toMatchObject({
      title: 'Export failed',
      detail: 'The target is full: /home/robin/Exports',
    });
  });

  test('while the PDF is made, its messages are counted', () => {
    const papers = { ...sceneOf('running', NOW), state: 'papers', secondsLeft: null } as const;
    expect(describeExport({ ...papers, pdf: { done: 1200, total: 10_000 } }, false)).toEqual({
      title: 'Finishing the export',
      detail: 'PDF: 1,200 of 10,000 messages',
      share: 0.12,
    });
  });

  test('links are counted by files, copies by bytes, and nothing is no share', () => {
    const running = sceneOf('running', NOW);
    expect(shareOf({ ...running, method: 'hardlink' })).toBe(1344 / 3120);
    expect(shareOf({ ...running, method: 'copy' })).toBe(5_400_000_000 / 12_700_000_000);
    expect(shareOf({ ...running, files: { done: 0, total: 0 }, bytes: { done: 0, total: 0 } })).toBeNull();
  });

  test('is spoken at every tenth, not at every file', () => {
    const running = sceneOf('running', NOW);
    expect(spokenExport(running, false)).toBe('Exporting, 40%');
    expect(spokenExport({ ...running, bytes: { done: 5_900_000_000, total: 12_700_000_000 } }, false)).toBe(
      'Exporting, 40%',
    );
    expect(spokenExport(sceneOf('done', NOW), false)).toBe('Export done. 3,108 written · 12 skipped');
  });
});

describe('past exports', () => {
  test('say how they stand', () => {
    const jobs = madeJobs(NOW);
    expect(jobs.map((job) => jobStateOf(job, null))).toEqual(['done', 'failures', 'stopped', 'done']);
    expect(jobs.map((job) => jobStateOf(job, sceneOf('running', NOW)))[0]).toBe('running');
    expect(jobs.map((job) => jobStateOf(job, sceneOf('done', NOW)))[0]).toBe('done');
    expect(jobs.map(jobFacts)).toEqual([
      '1,280 files · 4.3 GB',
      '402 files · 1.2 GB · 3 failed · 11 not stored',
      '610 files · 2 GB · 1,204 to go',
      '12,904 files · 61.2 GB',
    ]);
  });

  test.each([
    ['/home/robin/Exports/Summer', 'Summer'],
    ['/home/robin/Exports/Summer/', 'Summer'],
    ['D:\\Exports\\Case 24', 'Case 24'],
    ['/', '/'],
  ])('%s is called %s', (dir, name) => {
    expect(folderName(dir)).toBe(name);
  });
});
