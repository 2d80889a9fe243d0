import type { Account, SyncStatus } from '../../../contract/shapes.ts';
import type { ElectronModules } from '../electron-modules.ts';
import type { ShellApp } from '../shell-app.ts';

export interface NetworkPorts {
  readonly net: Pick<ElectronModules['net'], 'isOnline'>;
  readonly app: Pick<ShellApp, 'subscribe' | 'call' | 'hold' | 'release'>;
  /** Calls its second argument in intervals; answers the stop. */
  readonly every: (ms: number, look: () => void) => () => void;
}

const LOOK_MS = 10_000;

const LOOPBACK = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/;

/** A service on this machine (the sample chats, a stand-in) is there without any network. */
export function needsNetwork(account: Pick<Account, 'sample' | 'apiBase'>): boolean {
  const host = URL.parse(account.apiBase)?.hostname ?? '';
  return !account.sample && !LOOPBACK.test(host);
}

/**
 * Holds a sync while the system has no network at all, instead of letting every file use up its tries. Electron announces no change of
 * `online` in the main process, so the state is looked at in intervals, while a run is active that needs a network.
 */
export function enableNetwork({ net, app, every }: NetworkPorts): () => void {
  let stopLooking: (() => void) | null = null;
  let needed = false;
  let held = false;

  async function began(accountId: number | null): Promise<void> {
    const answer = await app.call('accounts.list', {}, new AbortController().signal);
    const accounts = answer.ok ? answer.value.accounts : [];
    needed = accounts.some((account) => (accountId === null || account.id === accountId) && needsNetwork(account));
  }

  const look = (): void => {
    const offline = stopLooking !== null && needed && !net.isOnline();
    if (offline !== held) {
      held = offline;
      if (offline) {
        app.hold('offline');
      } else {
        app.release('offline');
      }
    }
  };
  /** Nothing wakes the machine while no run goes on. */
  const end = (): void => {
    stopLooking?.();
    stopLooking = null;
    look();
  };
  const stopListening = app.subscribe('sync.progress', ({ state, accountId }: SyncStatus) => {
    if (state === 'idle') {
      end();
    } else if (stopLooking === null) {
      stopLooking = every(LOOK_MS, look);
      // Never rejects; until it is answered nothing is held.
      void began(accountId);
    }
  });
  return () => {
    stopListening();
    end();
  };
}
