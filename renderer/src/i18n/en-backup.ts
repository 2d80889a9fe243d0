/** Words of copies of the library as a whole, in English. */
import type { CopyKind } from '../../../main/contract/backup-shapes.ts';
import { count, n } from './en-count.ts';

interface OrderWords {
  readonly title: string;
  readonly text: string;
  readonly start: string;
  readonly running: string;
  /** Said when it has ended. */
  readonly ended: string;
  /** The same where files could not be copied. */
  readonly lacking: string;
  /** Said when it did not come to its end. */
  readonly stopped: string;
}

const orders: Readonly<Record<CopyKind, OrderWords>> = {
  backup: {
    title: 'Back up the library',
    text: 'The folder becomes a whole library of its own, and the next backup brings it up to date. Best on another drive.',
    start: 'Back up',
    running: 'Backing up',
    ended: 'The backup is whole.',
    lacking: 'The backup lacks some files.',
    stopped: 'The backup was stopped. The next one goes on.',
  },
  move: {
    title: 'Move the library',
    text: 'Everything is copied and compared, then opened in the new folder. Nothing is deleted: the old folder can be removed afterwards. Syncs wait meanwhile.',
    start: 'Move',
    running: 'Moving the library',
    ended: 'The library was moved.',
    lacking: 'The library was moved without some files.',
    stopped: 'Moving was stopped. The library is where it was.',
  },
  restore: {
    title: 'Restore a backup',
    text: 'The backup is copied to a new folder, which is opened in place of the present library. Neither of the two is changed.',
    start: 'Restore',
    running: 'Restoring',
    ended: 'The backup was restored and is open.',
    lacking: 'The backup was restored without some files, and is open.',
    stopped: 'Restoring was stopped. The same library is open.',
  },
};

export const backup = {
  title: 'Backup',
  orders,
  none: 'No backup yet. A backup is a second folder that opens like this one.',
  last: (ago: string): string => `Last backup ${ago}`,
  newer: (number: number): string => `${count(number, 'newer file', 'newer files')}`,
  upToDate: 'Up to date',
  lost: (number: number): string => `${count(number, 'file', 'files')} damaged or missing in the library, not copied`,
  lostHint: 'Repair the library, then run it again.',
  now: 'Back up',
  first: 'Back up…',
  other: 'Other folder…',
  move: 'Move the library…',
  restore: 'Restore a backup…',
  stop: 'Stop',
  from: 'Folder of the backup',
  to: { backup: 'Folder', move: 'New folder', restore: 'New folder' } satisfies Record<CopyKind, string>,
  phases: {
    index: 'Copying the index',
    looking: 'Comparing files',
    copying: 'Copying files',
    ending: 'Putting the index in its place',
    opening: 'Opening the new folder',
  },
  files: (done: number, total: number): string => `${n(done)} of ${n(total)} files`,
  bytes: (done: string, total: string): string => `${done} of ${total}`,
  perSecond: (bytes: string): string => `${bytes}/s`,
  left: (time: string): string => `${time} left`,
  copied: (number: number, bytes: string): string =>
    number === 0 ? 'Nothing new to copy' : `${count(number, 'file', 'files')} copied, ${bytes}`,
  oldFolder: 'The old folder can be deleted:',
  oldFolderLost: 'Keep the old folder until the library is repaired:',
};
