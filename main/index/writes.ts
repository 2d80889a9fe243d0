import { type Answers, type CallsOf } from './kernel/calls-of.ts';
import { type WritableDatabase } from './kernel/database-types.ts';
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

const writes = {
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

/** As others ask them: without the database, which their thread gives. */
export type IndexWrites = CallsOf<typeof writes>;

/** Every write of the index by its name. Each is called inside one transaction. */
export const WRITES: Answers<IndexWrites, WritableDatabase> = writes;
