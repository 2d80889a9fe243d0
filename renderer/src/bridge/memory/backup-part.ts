/** Copies of the made-up library. A folder named `…slow…` stays under way until it is stopped, `…damaged…` lacks files, `…inside…` does not fit. */
import type { BackupState, CopyOrder, LastBackup, LibraryCopy } from '../../../../main/contract/backup-shapes.ts';
import { err, ok } from '../../../../main/contract/errors.ts';
import { GB, type Emit, type Handlers, type MemoryPorts } from './handlers.ts';

type Names = 'backup.state' | 'backup.start' | 'backup.cancel';

const FILES = 5180;
const BYTES = 31 * GB;
const LOST = ['files/3f/a0/3fa0c1.jpg', 'files/9b/14/9b14d2.mp4', 'files/e2/77/e277aa.mp4'];

export function backupPart({ scenario, now }: MemoryPorts, emit: Emit): Pick<Handlers, Names> {
  let last: LastBackup | null =
    scenario === 'full'
      ? { at: now() - 3 * 86_400_000, to: '/media/robin/Archive/Chatkeep', damaged: 0, missing: 0, newer: 12 }
      : null;
  let copy: LibraryCopy | null = null;
  const tell = (next: LibraryCopy): void => {
    copy = next;
    emit('backup.progress', next);
  };
  const end = (begun: LibraryCopy): void => {
    const damaged = begun.to.includes('damaged') ? 1 : 0;
    const missing = damaged * 2;
    tell({
      ...begun,
      endedAt: now(),
      phase: 'ending',
      files: { done: FILES, total: FILES },
      bytes: { done: BYTES, total: BYTES },
      copied: FILES - damaged - missing,
      damaged,
      missing,
      lost: damaged > 0 ? LOST : [],
      error: begun.to.includes('inside')
        ? err('usage', `That folder lies in the library: ${begun.to}`, 'Name a folder outside of it.').error
        : null,
    });
    if (begun.kind === 'backup' && copy?.error === null) {
      last = { at: now(), to: begun.to, damaged, missing, newer: 0 };
    }
    if (begun.kind !== 'backup' && copy?.error === null) {
      emit('app.changed', {});
    }
  };
  return {
    'backup.state': () => ok({ last, copy } satisfies BackupState),
    'backup.start': (order: CopyOrder) => {
      if (copy !== null && copy.endedAt === null) {
        return err('busy', 'A backup is running.', 'Wait for it or cancel it.');
      }
      const begun: LibraryCopy = {
        kind: order.kind,
        from: order.from ?? '/home/robin/Chatkeep',
        to: order.to,
        startedAt: now(),
        endedAt: null,
        phase: 'copying',
        files: { done: 2130, total: FILES },
        bytes: { done: 12.4 * GB, total: BYTES },
        bytesPerSecond: 142_000_000,
        secondsLeft: 131,
        copied: 0,
        there: 0,
        damaged: 0,
        missing: 0,
        lost: [],
        error: null,
      };
      tell(begun);
      if (!order.to.includes('slow')) {
        end(begun);
      }
      return ok(copy ?? begun);
    },
    'backup.cancel': () => {
      if (copy !== null && copy.endedAt === null) {
        tell({ ...copy, endedAt: now(), error: err('aborted', 'The request was given up.').error });
      }
      return ok(null);
    },
  };
}
