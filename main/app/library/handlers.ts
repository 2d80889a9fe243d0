import { join } from 'node:path';
import type { LibraryState } from '../../contract/shapes.ts';
import { diskOf, folderFacts, thumbBytes } from '../core/folder-facts.ts';
import type { LibrarySession } from '../library-session.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { HandlerContext, Handlers } from '../context.ts';

type Names =
  | 'library.state'
  | 'library.inspect'
  | 'library.recent'
  | 'library.forgetRecent'
  | 'library.choose'
  | 'library.usage'
  | 'library.check'
  | 'library.cancelCheck'
  | 'library.lastCheck';

/** Name of the folder that is made inside a folder with other content. */
const FOLDER = 'Chatkeep';

/** `library.*`. */
export function libraryHandlers(context: HandlerContext): Pick<Handlers, Names> {
  return {
    'library.state': () => libraryState(context.session()),
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
      const { running } = context.backups;
      if (running !== null) {
        throw new Refusal('busy', running, 'Wait for it or cancel it.');
      }
      const { kind, path: folder } = await folderFacts(path);
      const root = kind === 'foreign' ? join(folder, FOLDER) : folder;
      return await libraryState(await context.chooseLibrary(root));
    },
    'library.usage': async () => await context.session().core.index.read.libraryUsage({}),
    'library.check': (options) => {
      context.session().check.start(options);
      return null;
    },
    'library.cancelCheck': async () => {
      await context.session().check.cancel();
      return null;
    },
    'library.lastCheck': () => context.session().check.report,
  };
}

async function libraryState({ core }: LibrarySession): Promise<LibraryState> {
  const { root } = core.library;
  const [size, thumbs, disk] = await Promise.all([core.index.read.librarySize({}), thumbBytes(root), diskOf(root)]);
  return { path: root, ...size, thumbBytes: thumbs, ...disk };
}
