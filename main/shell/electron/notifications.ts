import type { SyncStatus } from '../../contract/shapes.ts';
import type { ElectronModules } from './electron-modules.ts';
import type { ShellApp } from './shell-app.ts';
import { endWords } from './sync-signs.ts';
import { WORDS } from './words.ts';

export interface NotificationPorts {
  readonly Notification: ElectronModules['Notification'];
  readonly app: Pick<ShellApp, 'subscribe'>;
  /** The person's setting. */
  readonly wanted: () => boolean;
  /** A person who looks at the window needs no notification. */
  readonly focused: () => boolean;
  readonly show: () => void;
}

/** Says that a sync ended, without any content. A press brings the window to the front. */
export function enableNotifications({ Notification, app, wanted, focused, show }: NotificationPorts): () => void {
  let before: SyncStatus | null = null;
  /** Held while it may be pressed: one that nobody holds is collected, and its press is heard by nobody. */
  let last: InstanceType<typeof Notification> | null = null;
  return app.subscribe('sync.progress', (status) => {
    const words = endWords(before, status);
    before = status;
    if (words === null || !wanted() || focused() || !Notification.isSupported()) {
      return;
    }
    last?.close();
    last = new Notification({ title: WORDS.name, body: words, silent: true });
    last.on('click', show);
    last.show();
  });
}
