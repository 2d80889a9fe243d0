/** The input of the export dialog. */
import type { MediaSelection } from '../../../main/contract/browse-shapes.ts';
import type { ExportManner } from '../../../main/contract/export-shapes.ts';
import type { MediaFilter } from '../../../main/contract/shapes.ts';
import { NO_FILTER, toMediaFilter } from '../lib/filter.ts';
import type { ChatRef } from '../lib/route.ts';
import { ALL, toMediaSelection } from '../lib/selection.ts';

export interface ExportSource {
  /** Where the media are from, as the dialog names it: a chat, "All media", "Selection". */
  readonly title: string;
  /** The folder and the manner to begin with, as an earlier export had them; without them those of the last one. */
  readonly dir?: string;
  readonly manner?: ExportManner;
}

export interface ExportRequest extends ExportSource {
  readonly selection: MediaSelection;
}

/** Everything that matches a filter. */
export const allOf = (filter: MediaFilter): MediaSelection => toMediaSelection(ALL, filter);

/** Everything of one chat. */
export const allOfChat = (chat: ChatRef): MediaSelection =>
  allOf(toMediaFilter(NO_FILTER, chat.accountId, chat.chatId));
