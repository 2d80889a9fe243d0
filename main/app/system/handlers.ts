import { Refusal } from '../kernel/refusal.ts';
import type { SystemPort } from '../core/app-ports.ts';
import type { HandlerContext, Handlers } from '../context.ts';
import { givenPath } from '../../lib/given-path.ts';

type Names =
  'system.openExternal' | 'system.showInFolder' | 'system.dragOut' | 'system.openFolder' | 'system.pickFolder';

/** `system.*`: only what the shell can do; paths are the library's own, never the page's. */
export function systemHandlers(context: HandlerContext): Pick<Handlers, Names> {
  const { system, log } = context.ports;
  const able = <Name extends keyof SystemPort>(name: Name): SystemPort[Name] => {
    const work = system[name];
    if (work === undefined) {
      throw new Refusal('unsupported', 'This is not possible here.');
    }
    return work;
  };
  return {
    'system.openExternal': async ({ url }) => {
      await able('openExternal')(url);
      return null;
    },
    'system.showInFolder': async ({ accountId, mediaId }) => {
      const show = able('showInFolder');
      const { core } = context.session();
      const { full } = await core.index.read.mediaFiles({ accountId, mediaId });
      if (full === null) {
        throw new Refusal('not_found', 'The file of this item is not stored.');
      }
      show(core.pathOf(full.sha256, full.ext));
      return null;
    },
    'system.dragOut': async ({ refs }) => {
      const drag = able('dragOut');
      await context.session().drags.drag(refs, drag);
      return null;
    },
    'system.openFolder': async ({ folder }) => {
      const problem = await able('openFolder')(folder === 'log' ? log.dir : context.session().core.library.root);
      if (problem !== '') {
        throw new Refusal('unsupported', 'The folder could not be opened.');
      }
      return null;
    },
    'system.pickFolder': async ({ title, start }) => ({
      path: await able('pickFolder')(title, start === null ? null : givenPath(start)),
    }),
  };
}
