import { z } from 'zod';
import type { BackupState, LibraryCopy } from '../../contract/backup-shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { nothing, path } from '../kernel/inputs.ts';

/** Copies of the library as a whole, one at a time; progress comes as `backup.progress`. */
export const backupCalls = {
  'backup.state': call(nothing).answers<BackupState>(),
  /** Begins one. `busy` while another runs, while files are repaired or deleted, and, for what ends with another library, while anything uses this one. */
  'backup.start': call(
    z.strictObject({ kind: z.enum(['backup', 'move', 'restore']), from: path.nullable(), to: path }),
  ).answers<LibraryCopy>(),
  /** Stops it; the same one resumes where it stopped. Done, too, when none runs. */
  'backup.cancel': call(nothing).answers<Done>(),
};
