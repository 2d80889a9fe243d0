import { type WritableDatabase } from './kernel/database-types.ts';
import { type IndexWrites } from './calls.ts';
import { removeAccount, saveAccount, setAccountStatus, setWholeConversations } from './accounts/writes.ts';
import { applyPage } from './pages/apply-page.ts';
import { chatWalked, saveChats, saveUsers } from './chats/writes.ts';
import {
  dropExport,
  forgetStale,
  markExport,
  openExport,
  removeExportPreset,
  takeBates,
  saveExportPreset,
  settleExport,
} from './exports/writes.ts';
import { noteColours } from './files/colours.ts';
import { forgetBlobs, noteBlobs, reopenFailed, settleFiles } from './files/writes.ts';
import { applyLabel, removeLabel, restoreLabel, saveLabel, setNote, undoLabel } from './labels/writes.ts';
import { planExport } from './exports/plan-export.ts';
import { endRun, noteRun, startRun } from './runs/writes.ts';
import { removeSearch, restoreSearch, saveSearch } from './labels/searches.ts';
import { beginRemoval, emptyTrash, removeMedia, restoreMedia } from './trash/writes.ts';

/** Every write of the index under its name in the interface. Each is called inside one transaction. */
export const WRITES: {
  readonly [Name in keyof IndexWrites]: (
    db: WritableDatabase,
    input: Parameters<IndexWrites[Name]>[0],
  ) => ReturnType<IndexWrites[Name]>;
} = {
  saveAccount,
  setAccountStatus,
  setWholeConversations,
  removeAccount,
  startRun,
  noteRun,
  endRun,
  saveChats,
  saveUsers,
  applyPage,
  chatWalked,
  reopenFailed,
  settleFiles,
  noteBlobs,
  noteColours,
  forgetBlobs,
  saveLabel,
  removeLabel,
  restoreLabel,
  applyLabel,
  undoLabel,
  setNote,
  saveSearch,
  removeSearch,
  restoreSearch,
  beginRemoval,
  removeMedia,
  restoreMedia,
  emptyTrash,
  openExport,
  planExport,
  settleExport,
  markExport,
  dropExport,
  forgetStale,
  saveExportPreset,
  removeExportPreset,
  takeBates,
};
