import type { SyncStatus } from '../../../../main/contract/shapes.ts';

/** For tests: a sync that lists and has found no files yet. */
export const runningSync: SyncStatus = {
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
