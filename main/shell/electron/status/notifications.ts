import type { SyncStatus } from '../../../contract/shapes.ts';
import type { ElectronModules } from '../electron-modules.ts';
import type { ShellApp } from '../shell-app.ts';
import { endWords, needsPerson } from './sync-signs.ts';
import { WORDS } from '../words.ts';

export interface NotificationPorts {
  readonly Notification: ElectronModules['Notification'];
  readonly app: Pick<ShellApp, 'subscribe'>;
  /** The person's setting. */
  readonly wanted: () => boolean;
  /** A person who looks at the window needs no notification. */
  readonly focused: () => boolean;
  readonly show: () => void;
}

/**
 * Says that a run needs the person, or that one they began has ended, without any content. A need is told once, however many scheduled
 * runs meet it, until a run has ended without one. A press brings the window to the front.
 */
export function enableNotifications({ Notification, app, wanted, focused, show }: NotificationPorts): () => void {
  let before: SyncStatus | null = null;
  let needed = false;
  /** Held while it may be pressed: one that nobody holds is collected, and its press is heard by nobody. */
  let last: InstanceType<typeof Notification> | null = null;
  const tell = (body: string): void => {
    if (!wanted() || focused() || !Notification.isSupported()) {
      return;
    }
    last?.close();
    last = new Notification({ title: WORDS.name, body, silent: true });
    last.on('click', show);
    last.show();
  };
  return app.subscribe('sync.progress', (status) => {
    const needs = needsPerson(status);
    const ended = endWords(before, status);
    before = status;
    if (needs) {
      if (!needed) {
        tell(WORDS.notify.needsPerson);
      }
      needed = true;
    } else if (ended !== null) {
      needed = needed && status.problem !== null;
      if (!status.scheduled) {
        tell(ended);
      }
    }
  });
}
