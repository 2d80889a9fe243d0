import { type ReadableDatabase } from '../../db/database-types.ts';
import { type ScreenReads } from '../../db/screen-reads.ts';
import { chatList, ledgerRows } from './chat-list.ts';
import { accountFacts, changesOfRun, librarySize, libraryUsage } from './library-facts.ts';
import { mediaCounts } from './media-counts.ts';
import { mediaDetails } from './media-details.ts';
import { fileToName, mediaFiles, mediaItem } from './media-item.ts';
import { mediaLayout } from './media-layout.ts';
import { mediaAround, mediaEntries } from './media-list.ts';
import { messageHits } from './message-hits.ts';
import { messagesPage } from './messages-page.ts';

/** Every read that a screen needs, under its name. */
export const SCREEN_READS: {
  readonly [Name in keyof ScreenReads]: (
    db: ReadableDatabase,
    input: Parameters<ScreenReads[Name]>[0],
  ) => ReturnType<ScreenReads[Name]>;
} = {
  mediaCounts,
  mediaLayout,
  mediaEntries,
  mediaAround,
  mediaDetails,
  mediaItem,
  mediaFiles,
  fileToName,
  messagesPage,
  messageHits,
  chatList,
  ledgerRows,
  libraryUsage,
  librarySize,
  accountFacts,
  changesOfRun,
};
