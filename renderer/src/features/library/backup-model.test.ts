import { expect, test } from 'vitest';
import type { LastBackup, LibraryCopy } from '../../../../main/contract/backup-shapes.ts';
import { ABORTED, err, ok } from '../../../../main/contract/errors.ts';
import { stubBridge } from '../../bridge/testing/stub-bridge.ts';
import { BackupModel } from './backup-model.svelte.ts';
import { factsOf } from './backup-words.ts';

const LAST: LastBackup = { at: 0, to: '/mnt/archive', damaged: 0, missing: 0, newer: 12 };

/** Backups to a folder called `slow` run until they are stopped, others end at once. */
function modelOf(): BackupModel {
  let copy: LibraryCopy | null = null;
  let last = LAST;
  const tell = (next: LibraryCopy): LibraryCopy => {
    copy = next;
    bridge.emit('backup.progress', next);
    return next;
  };
  const bridge = stubBridge({
    'backup.state': () => ok({ last, copy }),
    'backup.start': ({ kind, from, to }) => {
      if (copy?.endedAt === null) {
        return err('busy', 'A backup is running.', 'Wait for it or cancel it.');
      }
      const begun = tell({
        kind,
        from: from ?? '/library',
        to,
        startedAt: 0,
        endedAt: null,
        phase: 'copying',
        files: { done: 2130, total: 5180 },
        bytes: { done: 12.4e9, total: 31e9 },
        bytesPerSecond: 142e6,
        secondsLeft: 131,
        copied: 0,
        there: 0,
        damaged: 0,
        missing: 0,
        lost: [],
        error: null,
      });
      if (to.endsWith('slow')) {
        return ok(begun);
      }
      last = { ...last, to, newer: 0 };
      return ok(tell({ ...begun, endedAt: 1 }));
    },
    'backup.cancel': () => {
      if (copy?.endedAt === null) {
        tell({ ...copy, endedAt: 1, error: ABORTED.error });
      }
      return ok(null);
    },
  });
  return new BackupModel(bridge);
}

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
