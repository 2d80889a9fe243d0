import { expect, test, vi } from 'vitest';
import { err, ok } from '../../../main/contract/errors.ts';
import type { Labels } from '../../../main/contract/shapes.ts';
import { Overtaking, stubBridge } from '../bridge/testing/stub-bridge.ts';
import { AppModel } from './app-model.svelte.ts';
import { madeWindow } from './testing/made-window.ts';
import { runningSync } from './testing/running-sync.ts';

const labels = (favourites: number): Labels => ({ favourites, noted: 0, labels: [] });

test('labels that were read before a change do not take the place of those after it', async () => {
  const answers = new Overtaking(labels);
  const app = new AppModel({ bridge: stubBridge({ 'labels.list': answers.answer }), window: madeWindow('') });
  await answers.until(Promise.all([app.loadLabels(), app.loadLabels(), app.loadLabels()]));
  expect(app.labels.favourites).toBe(1);
});

test('a stream of changes does not keep the chats from being shown', async () => {
  const answers: (() => void)[] = [];
  const bridge = stubBridge({
    'chats.list': async () => {
      await new Promise<void>((give) => answers.push(give));
      return ok({ rows: [], next: null });
    },
  });
  const app = new AppModel({ bridge, window: madeWindow('') });
  const first = app.loadChats();
  // The library changes again before there is an answer.
  const last = app.loadChats();
  await vi.waitUntil(() => answers.length > 0);
  answers[0]?.();
  await first;
  expect(app.chatsLoaded).toBe(true);
  await vi.waitUntil(() => answers.length > 1);
  answers[1]?.();
  await last;
});

test('a sync that ended before its start was answered is not shown as running', async () => {
  const idle = { ...runningSync, state: 'idle' } as const;
  const none = err('unsupported', 'No library.', 'Choose one.');
  const bridge = stubBridge({
    'accounts.list': () => none,
    'app.info': () => none,
    'settings.get': () => none,
    'sync.status': () => ok(idle),
    'export.status': () => ok(null),
    'sync.start': () => {
      bridge.emit('sync.progress', runningSync);
      bridge.emit('sync.progress', idle);
      return ok(runningSync);
    },
  });
  const app = new AppModel({ bridge, window: madeWindow('') });
  await app.start();
  await app.startSync([]);
  expect(app.sync?.state).toBe('idle');
});
