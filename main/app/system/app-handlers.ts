import type { AppState } from '../../contract/shapes.ts';
import { systemZone } from '../../contract/time-zone.ts';
import { readLicences } from './licences.ts';
import { WireFault } from '../kernel/refusal.ts';
import type { HandlerContext, Handlers } from '../context.ts';

/** `app.*` and `settings.*`. */
export function appHandlers(
  context: HandlerContext,
): Pick<Handlers, 'app.info' | 'app.licences' | 'settings.get' | 'settings.set'> {
  const { ports, settings, events } = context;
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
      const { system, shell } = ports;
      return {
        version: ports.core.version,
        state: await stateOf(context),
        platform: ports.platform,
        shell,
        locale: ports.locale,
        timeZone: ports.core.timeZone?.() ?? systemZone().name,
        can: {
          pickFolder: system.pickFolder !== undefined,
          showInFolder: system.showInFolder !== undefined,
          dragOut: system.dragOut !== undefined,
          openExternal: system.openExternal !== undefined,
          startAtLogin: ports.canStartAtLogin,
          stayInTray: ports.canStayInTray,
          notify: ports.canNotify,
        },
        keystore: await ports.keystore(),
        versions: ports.versions,
        notices: context.notices(),
      };
    },
    'app.licences': async () => ({ parts: await readLicences() }),
    'settings.get': () => settings.value,
    'settings.set': async (change) => {
      const before = settings.value;
      const after = await settings.change(change);
      events.emit('settings.changed', after);
      if (after.syncEveryMinutes !== before.syncEveryMinutes) {
        await context.sessionOrNull()?.reschedule();
      }
      return after;
    },
  };
}

async function stateOf(context: HandlerContext): Promise<AppState> {
  const session = context.sessionOrNull();
  if (session === null) {
    return 'needsLibrary';
  }
  const accounts = await session.core.index.read.accounts({});
  return accounts.length === 0 && context.ports.core.environment === null ? 'needsAccount' : 'ready';
}
