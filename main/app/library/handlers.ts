import { join } from 'node:path';
import type { LibraryState } from '../../contract/shapes.ts';
import { diskOf, folderFacts, thumbBytes } from '../core/folder-facts.ts';
import type { AppContext } from '../core/app-context.ts';
import type { Core } from '../core/core.ts';
import type { HandlersOf } from '../kernel/call.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { SettingsFile } from '../settings/settings-file.ts';
import type { libraryCalls } from './calls.ts';

/** Name of the folder that is made inside a folder with other content. */
const FOLDER = 'Chatkeep';

interface LibraryContext extends AppContext {
  readonly settings: SettingsFile;
  /** Closes the library that is open and opens this one, or makes it. Rejects with AppError; `busy` while a sync or check runs. */
  chooseLibrary(path: string): Promise<{ readonly core: Core }>;
  /** A sentence that names the copy of the library that is being made; null = none. */
  copying(): string | null;
}

/** `library.*` but for checks. */
export function libraryHandlers(context: LibraryContext): HandlersOf<typeof libraryCalls> {
  return {
    'library.state': () => libraryState(context.core()),
    'library.inspect': ({ path }) => {
      const wanted = path ?? context.ports.defaultLibraryDir;
      if (wanted === null) {
        throw new Refusal('not_found', 'This system names no folder for data.', 'Name a folder.');
      }
      return folderFacts(wanted);
    },
    'library.recent': () => ({ paths: context.settings.recent }),
    'library.forgetRecent': async ({ path }) => {
      await context.settings.forgetRecent(path);
      context.events.emit('app.changed', {});
      return null;
    },
    'library.choose': async ({ path }) => {
      const running = context.copying();
      if (running !== null) {
        throw new Refusal('busy', running, 'Wait for it or cancel it.');
      }
      const { kind, path: folder } = await folderFacts(path);
      const root = kind === 'foreign' ? join(folder, FOLDER) : folder;
      return await libraryState((await context.chooseLibrary(root)).core);
    },
    'library.usage': async () => await context.core().index.read.libraryUsage({}),
  };
}

async function libraryState(core: Core): Promise<LibraryState> {
  const { root } = core.library;
  const [size, thumbs, disk] = await Promise.all([core.index.read.librarySize({}), thumbBytes(root), diskOf(root)]);
  return { path: root, ...size, thumbBytes: thumbs, ...disk };
}
