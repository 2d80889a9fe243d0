import { type ReadableDatabase } from '../db/database-types.ts';
import { type IndexReads } from '../db/interface.ts';
import { accounts } from './accounts.ts';
import { blob, blobs, blobsSince, knownBlobs, newestBlob } from './blobs.ts';
import { changes } from './changes.ts';
import { chatById, chats, namesDue } from './chats.ts';
import { coverage, pagesDue } from './coverage.ts';
import { exportPapers } from './export-papers.ts';
import {
  exportItems,
  exportJob,
  exportJobById,
  exportJobs,
  exportPresets,
  exportStale,
  exportTotals,
} from './exports.ts';
import { file, fileQueue, filesOfPage, nextFiles } from './files.ts';
import { labels } from './labels.ts';
import { ledger } from './ledger.ts';
import { media } from './media.ts';
import { runs } from './runs.ts';
import { SCREEN_READS } from './screens/index.ts';
import { search } from './search.ts';
import { removedCount, searches, trashPage, trashSummary } from './screens/trash.ts';
import { selectionSummary } from './selection-summary.ts';
import { integrity, stats } from './stats.ts';

/** Every read of the index under its name in the interface. */
export const READS: {
  readonly [Name in keyof IndexReads]: (
    db: ReadableDatabase,
    input: Parameters<IndexReads[Name]>[0],
  ) => ReturnType<IndexReads[Name]>;
} = {
  ...SCREEN_READS,
  accounts,
  chats,
  chatById,
  namesDue,
  coverage,
  pagesDue,
  nextFiles,
  fileQueue,
  filesOfPage,
  file,
  ledger,
  media,
  search,
  blobs,
  blob,
  blobsSince,
  knownBlobs,
  newestBlob,
  runs,
  changes,
  stats,
  integrity,
  selectionSummary,
  labels,
  searches,
  trashSummary,
  trashPage,
  removedCount,
  exportJob,
  exportJobById,
  exportJobs,
  exportItems,
  exportTotals,
  exportPapers,
  exportPresets,
  exportStale,
};
