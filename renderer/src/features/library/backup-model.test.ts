import { expect, test } from 'vitest';
import { memoryBridge } from '../../bridge/memory/memory-bridge.ts';
import { BackupModel } from './backup-model.svelte.ts';
import { factsOf } from './backup-words.ts';

const NOW = Date.UTC(2026, 10, 24, 14, 30);
const modelOf = (): BackupModel =>
  new BackupModel(memoryBridge({ scenario: 'full', now: () => NOW, latency: 0, delay: () => Promise.resolve() }));

test('a backup is offered the folder of the last one, runs, tells how far it is, and may be stopped', async () => {
  const model = modelOf();
  await model.load();
  expect([model.last?.newer, model.running]).toEqual([12, false]);
  model.ask('backup');
  expect([model.open, model.to, model.ready]).toEqual([true, model.last?.to, true]);
  model.to = '  ';
  expect(model.ready).toBe(false);
  model.to = ' /mnt/slow ';
  const ends: string[] = [];
  const deaf = model.follow(({ error }) => {
    ends.push(error?.code ?? 'whole');
  });
  await model.start();
  expect([model.open, model.running, model.copy?.to]).toEqual([false, true, '/mnt/slow']);
  expect(model.copy === null ? '' : factsOf(model.copy)).toMatch(
    /^2,130\sof\s5,180\sfiles · .*\sof\s.* · .*\/s · .*\sleft$/,
  );
  await model.again();
  expect(model.error?.code).toBe('busy');
  await model.stop();
  expect([model.running, ends]).toEqual([false, ['aborted']]);
  await model.again();
  await model.load();
  expect([model.error, model.last?.newer, ends.at(-1)]).toEqual([null, 0, 'whole']);
  deaf();
});

test('a move wants a folder, a restore two; what could not begin stays in the dialog', async () => {
  const model = modelOf();
  await model.load();
  model.ask('move');
  expect([model.to, model.ready]).toEqual(['', false]);
  model.ask('restore');
  expect([model.from, model.ready]).toEqual([model.last?.to, false]);
  model.to = '/home/robin/slow';
  const deaf = model.follow(() => undefined);
  await model.start();
  expect(model.copy).toMatchObject({ kind: 'restore', from: model.last?.to });
  model.ask('move');
  model.to = '/home/robin/new';
  await model.start();
  expect([model.open, model.error?.code]).toEqual([true, 'busy']);
  model.close();
  expect(model.open).toBe(false);
  deaf();
});
