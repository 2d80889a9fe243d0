import { type WritableDatabase } from '../database-types.ts';
import { type IndexWrites } from '../interface.ts';
import { removeAccount, saveAccount, setAccountStatus, setWholeConversations } from './accounts.ts';
import { applyPage } from './apply-page.ts';
import { chatWalked, saveChats, saveUsers } from './chats.ts';
import {
  dropExport,
  forgetStale,
  markExport,
  openExport,
  removeExportPreset,
  saveExportPreset,
  settleExport,
} from './exports.ts';
import { forgetBlobs, noteBlobs, reopenFailed, settleFiles } from './files.ts';
import { applyLabel, removeLabel, restoreLabel, saveLabel, setNote, undoLabel } from './labels.ts';
import { planExport } from './plan-export.ts';
import { endRun, noteRun, startRun } from './runs.ts';
import { removeSearch, restoreSearch, saveSearch } from './searches.ts';
import { beginRemoval, emptyTrash, removeMedia, restoreMedia } from './trash.ts';

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
};
