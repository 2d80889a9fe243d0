import { expect, test } from 'vitest';
import type { SyncStatus } from '../../../../main/contract/shapes.ts';
import { describeSync } from './describe-sync.ts';

const running: SyncStatus = {
  state: 'running',
  pauseReason: null,
  runId: 1,
  accountId: 1,
  startedAt: 0,
  scheduled: false,
  chatsTotal: 3,
  chatsDone: 2,
  pages: 4,
  messagesNew: 40,
  filesDone: 0,
  filesTotal: 0,
  filesFailed: 0,
  bytesDone: 0,
  bytesTotal: null,
  filesPerSecond: 0,
  bytesPerSecond: 0,
  secondsLeft: null,
  waits: [],
  chats: [],
  transfers: [],
  problem: null,
};

test('a sync counts files, never the chats that are left', () => {
  expect(describeSync(running, () => 0).title).toBe('Listing messages');
  expect(describeSync({ ...running, filesDone: 20, filesTotal: 80 }, () => 0)).toEqual({
    title: 'Syncing',
    detail: '20 of 80 files',
    share: 0.25,
  });
});
