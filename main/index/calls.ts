/**
 * Everything that can be asked of the index, by name. Reads run in a reader thread, writes in the one writer thread; each write is one
 * transaction. Answers are bounded: at most 500 rows, long id lists as typed arrays. Each subject declares its calls in its own folder.
 */
import type { AccountReads, AccountWrites } from './accounts/calls.ts';
import type { BrowseReads } from './browse/calls.ts';
import type { ChatReads, ChatWrites } from './chats/calls.ts';
import type { ExportReads, ExportWrites } from './exports/calls.ts';
import type { FileReads, FileWrites } from './files/calls.ts';
import type { LabelReads, LabelWrites } from './labels/calls.ts';
import type { LedgerReads } from './ledger/calls.ts';
import type { LibraryReads } from './library/calls.ts';
import type { MessageReads } from './messages/calls.ts';
import type { PageReads, PageWrites } from './pages/calls.ts';
import type { RunReads, RunWrites } from './runs/calls.ts';
import type { TrashReads, TrashWrites } from './trash/calls.ts';

export interface IndexReads
  extends
    AccountReads,
    BrowseReads,
    ChatReads,
    ExportReads,
    FileReads,
    LabelReads,
    LedgerReads,
    LibraryReads,
    MessageReads,
    PageReads,
    RunReads,
    TrashReads {}

export interface IndexWrites
  extends AccountWrites, ChatWrites, ExportWrites, FileWrites, LabelWrites, PageWrites, RunWrites, TrashWrites {}
