import { accountFacts, accounts } from './accounts/reads.ts';
import { mediaCovers } from './browse/covers.ts';
import { mediaCounts } from './browse/media-counts.ts';
import { mediaDetails } from './browse/media-details.ts';
import { mediaLayout } from './browse/media-layout.ts';
import { mediaAround, mediaEntries } from './browse/media-list.ts';
import { media } from './browse/media.ts';
import { selectionSummary } from './browse/selection-summary.ts';
import { chatList } from './chats/chat-list.ts';
import { chatById, chats, namesDue } from './chats/reads.ts';
import { exportChats, exportMessages, exportMissing, exportTrashed } from './exports/export-messages.ts';
import { exportPapers } from './exports/export-papers.ts';
import {
  exportItems,
  exportJob,
  exportJobById,
  exportJobs,
  batesNext,
  exportPresets,
  exportStale,
  exportTotals,
} from './exports/reads.ts';
import { blob, blobs, blobsSince, knownBlobs, newestBlob } from './files/blobs.ts';
import { file, fileQueue, nextFiles } from './files/reads.ts';
import { uncoloured } from './files/colours.ts';
import { fileToName, mediaFiles } from './files/stored.ts';
import { type Answers, type CallsOf } from './kernel/calls-of.ts';
import { type ReadableDatabase } from './kernel/database-types.ts';
import { labels, searches } from './labels/reads.ts';
import { ledgerRows, ledgerTotal } from './ledger/reads.ts';
import { integrity, librarySize, libraryUsage, stats } from './library/reads.ts';
import { mediaItem } from './media/media-item.ts';
import { chatHits } from './messages/chat-hits.ts';
import { messageHits } from './messages/message-hits.ts';
import { messageList } from './messages/message-list.ts';
import { messagesPage } from './messages/messages-page.ts';
import { coverage, pagesDue } from './pages/reads.ts';
import { changes, changesPage, runNews } from './runs/changes.ts';
import { runs } from './runs/reads.ts';
import { trashPage, trashSummary } from './trash/reads.ts';

const reads = {
  mediaCounts,
  mediaCovers,
  mediaLayout,
  mediaEntries,
  mediaAround,
  mediaDetails,
  mediaItem,
  mediaFiles,
  fileToName,
  uncoloured,
  messageList,
  messagesPage,
  chatHits,
  messageHits,
  chatList,
  ledgerRows,
  libraryUsage,
  librarySize,
  accountFacts,
  accounts,
  chats,
  chatById,
  namesDue,
  coverage,
  pagesDue,
  nextFiles,
  fileQueue,
  file,
  ledgerTotal,
  media,
  blobs,
  blob,
  blobsSince,
  knownBlobs,
  newestBlob,
  runs,
  changes,
  changesPage,
  runNews,
  stats,
  integrity,
  selectionSummary,
  labels,
  searches,
  trashSummary,
  trashPage,
  exportJob,
  exportJobById,
  exportJobs,
  exportItems,
  exportTotals,
  exportChats,
  exportMessages,
  exportMissing,
  exportTrashed,
  exportPapers,
  batesNext,
  exportPresets,
  exportStale,
};

/** As others ask them: without the database, which their thread gives. */
export type IndexReads = CallsOf<typeof reads>;

/** Every read of the index by its name. */
export const READS: Answers<IndexReads, ReadableDatabase> = reads;
