import { z } from 'zod';
import type { ChatUsage, FolderFacts, KindUsage, LibraryState } from '../../contract/shapes.ts';
import { call, type Done } from '../kernel/call.ts';
import { nothing, path } from '../kernel/inputs.ts';

/** The library: the one folder with index and files. */
export const libraryCalls = {
  /** Facts of the open library; `not_found` before one is chosen. */
  'library.state': call(nothing).answers<LibraryState>(),
  /** Facts of a folder before it is chosen; null = the platform's default place. */
  'library.inspect': call(z.strictObject({ path: path.nullable() })).answers<FolderFacts>(),
  /** Folders of the libraries opened last, newest first, at most 8: the open one too, and such that are not there now. */
  'library.recent': call(nothing).answers<{ readonly paths: readonly string[] }>(),
  /** Takes one from the recent libraries, or all (`path` null). Nothing on the disk changes. */
  'library.forgetRecent': call(z.strictObject({ path: path.nullable() })).answers<Done>(),
  /** Opens the library there, or makes one. */
  'library.choose': call(z.strictObject({ path })).answers<LibraryState>(),
  /** Bytes by chat and kind, largest first, at most 500 chats; `rest` sums the others. */
  'library.usage': call(nothing).answers<{
    readonly chats: readonly ChatUsage[];
    readonly rest: ChatUsage | null;
    readonly total: KindUsage;
  }>(),
};
