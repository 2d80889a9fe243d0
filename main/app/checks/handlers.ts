import type { HandlersOf } from '../kernel/call.ts';
import type { checkCalls } from './calls.ts';
import type { CheckService } from './service.ts';

/** Checks of the library against its disk. */
export function checkHandlers({ checks }: { checks(): CheckService }): HandlersOf<typeof checkCalls> {
  return {
    'library.check': (options) => {
      checks().start(options);
      return null;
    },
    'library.cancelCheck': async () => {
      await checks().cancel();
      return null;
    },
    'library.lastCheck': () => checks().report,
  };
}
