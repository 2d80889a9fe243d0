import type { ElectronModules } from '../electron-modules.ts';
import type { Log } from '../shell-app.ts';
import { WORDS } from '../words.ts';
import { errorText } from '../../../lib/app-error.ts';

export interface FaultPorts {
  readonly process: Pick<NodeJS.Process, 'on'>;
  readonly dialog: Pick<ElectronModules['dialog'], 'showErrorBox'>;
  readonly app: Pick<ElectronModules['app'], 'exit' | 'on'>;
  readonly log: Log;
}

/**
 * A fault nobody expected ends the process: what is in memory cannot be trusted any more, what is on disk can. It is logged, the person
 * reads what happened, and the app ends with 1. Only the first is shown: the ones that follow come from it.
 */
export function enableProcessFaults({ process, dialog, app, log }: FaultPorts): void {
  let ended = false;
  const end = (error: unknown): void => {
    if (ended) {
      return;
    }
    ended = true;
    log('uncaught fault', { error });
    dialog.showErrorBox(WORDS.fault.title, WORDS.fault.message(firstLine(error)));
    app.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
  app.on('child-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') {
      log('a helper process ended', { type: details.type, reason: details.reason });
    }
  });
}

const firstLine = (error: unknown): string => errorText(error).split('\n', 1)[0]?.slice(0, 300) ?? '';
