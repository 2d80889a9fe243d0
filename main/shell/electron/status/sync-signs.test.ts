/** What a run shows outside the window: who is needed, what is told, what keeps the machine awake. */
import { expect, test } from 'vitest';
import type { WireErrorCode } from '../../../contract/errors.ts';
import type { SyncStatus } from '../../../contract/shapes.ts';
import { IDLE } from '../../../app/sync/sync-status.ts';
import { keepAwake } from './awake.ts';
import { enableNotifications } from './notifications.ts';
import { needsPerson, trayCommand } from './sync-signs.ts';
import { enableTaskbar } from './taskbar.ts';

type Listener = (payload: never) => void;
/** Events alone. */
function source(): {
  subscribe: (name: string, listener: Listener) => () => void;
  emit: (name: string, payload: unknown) => void;
} {
  const listeners = new Map<string, Listener>();
  return {
    subscribe: (name, listener) => {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
    emit: (name, payload) => {
      listeners.get(name)?.(payload as never);
    },
  };
}

const ended = (code: WireErrorCode | null, change: Partial<SyncStatus> = {}): SyncStatus => ({
  ...IDLE,
  scheduled: true,
  problem: code === null ? null : { code, message: 'The key of A very private name was refused.', hint: '' },
  ...change,
});
const running: SyncStatus = { ...IDLE, state: 'running', scheduled: true };
const waiting = (kind: SyncStatus['waits'][number]['kind']): SyncStatus => ({
  ...running,
  waits: [{ kind, until: null, perMinute: null }],
});

test.each([
  ['a refused key', ended('key_refused'), true],
  ['a full disk', ended('disk_full'), true],
  ['a disk that fills', waiting('diskSpace'), true],
  ['a drive that is away', waiting('libraryAway'), true],
  ['a service that does not answer', ended('service_unreachable'), false],
  ['a limit of requests', waiting('rateLimit'), false],
  ['nothing', ended(null), false],
])('%s needs the person: %#', (_name, status, needed) => {
  expect(needsPerson(status)).toBe(needed);
});

function notified(statuses: readonly SyncStatus[], focused = false): string[] {
  const bodies: string[] = [];
  class Notification {
    constructor({ body }: { readonly body: string }) {
      bodies.push(body);
    }
    static isSupported(): boolean {
      return true;
    }
    on(): void {
      // Nobody presses it here.
    }
    show(): void {
      // Counted when it was made.
    }
    close(): void {
      // The next one takes its place.
    }
  }
  const app = source();
  enableNotifications({
    Notification: Notification as never,
    app: app as never,
    wanted: () => true,
    focused: () => focused,
    show: () => undefined,
  });
  for (const status of statuses) {
    app.emit('sync.progress', status);
  }
  return bodies;
}

test('scheduled runs that meet the same need tell it once, until one has ended without it', () => {
  const bodies = notified([
    running,
    ended('key_refused'),
    running,
    ended('key_refused'),
    running,
    ended('service_unreachable'),
    running,
    ended('key_refused'),
    running,
    ended(null),
    running,
    waiting('diskSpace'),
    waiting('diskSpace'),
    running,
    ended('disk_full'),
  ]);
  expect(bodies).toEqual(Array.from({ length: 2 }, () => 'A sync needs your help. Open Chatkeep to see what to do.'));
});

test('a scheduled run that ends well, or will be tried again, tells nothing; one that a person began does', () => {
  expect(notified([running, ended(null), running, ended('service_unreachable')])).toEqual([]);
  const own = { scheduled: false };
  expect(
    notified([{ ...running, ...own }, ended(null, own), { ...running, ...own }, ended('service_unreachable', own)]),
  ).toEqual(['The sync is done.', 'The sync stopped before its end.']);
  expect(notified([running, ended('key_refused')], true)).toEqual([]);
});

test('the tray has the one command that fits', () => {
  expect([trayCommand('idle').call, trayCommand('running').call, trayCommand('paused').call]).toEqual([
    'sync.start',
    'sync.pause',
    'sync.resume',
  ]);
});

test('the icon shows the sync first, then an export, then a copy', () => {
  const app = source();
  const shown: unknown[] = [];
  enableTaskbar(app as never, () => ({ setProgressBar: (value, options) => shown.push([value, options?.mode]) }));
  app.emit('backup.progress', { endedAt: null, bytes: { done: 0, total: 0 } });
  app.emit('export.progress', { endedAt: null, bytes: { done: 1, total: 2 } });
  app.emit('sync.progress', { ...running, filesDone: 1, filesTotal: 4 });
  app.emit('sync.progress', IDLE);
  app.emit('export.progress', { endedAt: 1, bytes: { done: 2, total: 2 } });
  app.emit('backup.progress', { endedAt: 1, bytes: { done: 2, total: 2 } });
  expect(shown).toEqual([
    [2, 'indeterminate'],
    [0.5, 'normal'],
    [0.25, 'normal'],
    [0.5, 'normal'],
    [2, 'indeterminate'],
    [-1, 'none'],
  ]);
});

test('the machine is kept awake once while any long work goes on, and never by one that waits', () => {
  const app = source();
  const asked: string[] = [];
  const stop = keepAwake(
    {
      start: (type) => asked.push(type),
      stop: (id) => {
        asked.push(`stop ${String(id)}`);
        return true;
      },
    },
    app as never,
  );
  app.emit('sync.progress', IDLE);
  app.emit('sync.progress', running);
  app.emit('export.progress', { endedAt: null });
  app.emit('sync.progress', { ...running, state: 'paused' });
  expect(asked).toEqual(['prevent-app-suspension']);
  app.emit('export.progress', { endedAt: 1 });
  expect(asked).toEqual(['prevent-app-suspension', 'stop 1']);
  app.emit('backup.progress', { endedAt: null });
  app.emit('check.progress', { endedAt: null });
  app.emit('backup.progress', { endedAt: 1 });
  stop();
  expect(asked).toEqual(['prevent-app-suspension', 'stop 1', 'prevent-app-suspension', 'stop 3']);
});
