import { Refusal, WireFault } from '../kernel/refusal.ts';
import type { AppState } from '../../contract/shapes.ts';
import type { AppContext } from '../core/app-context.ts';
import type { SystemPort } from '../core/app-ports.ts';
import type { HandlersOf } from '../kernel/call.ts';
import type { WireError } from '../../contract/errors.ts';
import type { systemCalls } from './calls.ts';
import type { DragFiles } from './drag-files.ts';
import { readLicences } from './licences.ts';
import { givenPath } from '../../lib/given-path.ts';

interface SystemContext extends AppContext {
  drags(): DragFiles;
  /** Opens the library of this start again, which could not be opened. Never rejects. */
  tryAgain(): Promise<void>;
  /** The zone of all days that a person sees, as an IANA name. */
  timeZone(): string;
  /** Notices for the person since the start. */
  notices(): readonly WireError[];
}

/** `app.*`, `system.*`: only what the shell can do; paths are the library's own, never the page's. */
export function systemHandlers(context: SystemContext): HandlersOf<typeof systemCalls> {
  const { ports, events } = context;
  const { system, log } = ports;
  const able = <Name extends keyof SystemPort>(name: Name): SystemPort[Name] => {
    const work = system[name];
    if (work === undefined) {
      throw new Refusal('unsupported', 'This is not possible here.');
    }
    return work;
  };
  return {
    'app.info': async () => {
      if (events.lastFatal !== null) {
        // A page asks when it is loaded: what kept the library shut may have ended since.
        await context.tryAgain();
      }
      const fatal = events.lastFatal;
      if (fatal !== null) {
        throw new WireFault(fatal);
      }
      return {
        version: ports.core.version,
        state: await stateOf(context),
        platform: ports.platform,
        shell: ports.shell,
        locale: ports.locale,
        timeZone: context.timeZone(),
        can: {
          pickFolder: system.pickFolder !== undefined,
          showInFolder: system.showInFolder !== undefined,
          dragOut: system.dragOut !== undefined,
          openExternal: system.openExternal !== undefined,
          startAtLogin: ports.canStartAtLogin,
          stayInTray: ports.canStayInTray,
          notify: ports.canNotify,
        },
        keystore: (await ports.core.secrets.place()).kind,
        versions: ports.versions,
        notices: context.notices(),
      };
    },
    'app.licences': async () => ({ parts: await readLicences() }),
    'system.openExternal': async ({ url }) => {
      await able('openExternal')(url);
      return null;
    },
    'system.showInFolder': async ({ accountId, mediaId }) => {
      const show = able('showInFolder');
      const core = context.core();
      const { full } = await core.index.read.mediaFiles({ accountId, mediaId });
      if (full === null) {
        throw new Refusal('not_found', 'The file of this item is not stored.');
      }
      show(core.pathOf(full.sha256, full.ext));
      return null;
    },
    'system.dragOut': async ({ refs }) => {
      const drag = able('dragOut');
      await context.drags().drag(refs, drag);
      return null;
    },
    'system.openFolder': async ({ folder }) => {
      const problem = await able('openFolder')(folder === 'log' ? log.dir : context.core().library.root);
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

async function stateOf(context: AppContext): Promise<AppState> {
  const core = context.coreOrNull();
  if (core === null) {
    return 'needsLibrary';
  }
  const accounts = await core.index.read.accounts({});
  return accounts.length === 0 && context.ports.core.environment === null ? 'needsAccount' : 'ready';
}
