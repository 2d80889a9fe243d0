import { expect, test } from 'vitest';
import { runningSync as running } from '../../state/testing/running-sync.ts';
import { describeSync } from './describe-sync.ts';

test('a sync counts files, never the chats that are left', () => {
  expect(describeSync(running, () => 0).title).toBe('Listing messages');
  expect(describeSync({ ...running, filesDone: 20, filesTotal: 80 }, () => 0)).toEqual({
    title: 'Syncing',
    detail: '20 of 80 files',
    share: 0.25,
  });
});
