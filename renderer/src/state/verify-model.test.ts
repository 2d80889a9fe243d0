import { beforeEach, describe, expect, test } from 'vitest';
import { err, ok } from '../../../main/contract/errors.ts';
import type { ExportCheck } from '../../../main/contract/export-shapes.ts';
import { stubBridge } from '../bridge/testing/stub-bridge.ts';
import { VerifyModel } from './verify-model.svelte.ts';
import { answerOf, describeVerify, listOf, proofLines } from '../features/export/verify-words.ts';

let model: VerifyModel;

const CLEAN: ExportCheck = {
  checked: 1283,
  ok: 1283,
  missing: 0,
  changed: 0,
  unlisted: 0,
  whole: true,
  signature: null,
  stamp: null,
  problems: [],
};
const CHANGED: ExportCheck = {
  checked: 405,
  ok: 398,
  missing: 2,
  changed: 5,
  unlisted: 0,
  whole: false,
  signature: null,
  stamp: null,
  problems: Array.from({ length: 7 }, (_, index) => ({
    path: `2025-06/${String(index)}.jpg`,
    problem: index < 2 ? 'missing' : 'changed',
  })),
};

beforeEach(() => {
  const bridge = stubBridge({
    'export.verify': async ({ dir }, signal) => {
      if (dir.endsWith('nothing')) {
        return err('usage', 'There is no manifest.');
      }
      if (dir.endsWith('slow')) {
        bridge.emit('export.checking', { dir, checked: 428, total: 1283, bytes: 1, wrong: 0 });
        await new Promise<void>((resolve) => {
          signal?.addEventListener('abort', () => {
            resolve();
          });
        });
      }
      return ok(dir.endsWith('Case') ? CHANGED : CLEAN);
    },
  });
  model = new VerifyModel(bridge);
});

/** Until the check of a folder called `slow` has told how far it is. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100 && !holds(); turn += 1) {
    await Promise.resolve();
  }
  expect(holds()).toBe(true);
}

describe('a check of an exported folder', () => {
  test('asks for the folder where none is named, and begins at once where one is', async () => {
    await model.ask(null);
    expect(model).toMatchObject({ open: true, step: 'asking', waiting: false });
    await model.ask('/exports/Summer');
    expect(model).toMatchObject({ step: 'done', check: { ok: 1283 } });
    expect(model.check === null ? '' : answerOf(model.check)).toBe('1,283 files are as exported');
  });

  test('a bag with a file too many, or a proof that does not hold, is no clean answer', () => {
    const foreign = { ...CLEAN, unlisted: 1, whole: false };
    const stale: ExportCheck = {
      ...CLEAN,
      signature: { state: 'stale', problem: 'other_manifest', fingerprint: 'ab12' },
    };
    expect([foreign, stale].map(answerOf)).toEqual([
      'Files were added to the bag',
      'The files are as exported, but not what proves it',
    ]);
    expect(proofLines(stale)).toMatchObject([
      { text: 'The manifest has changed since it was signed.', good: false, code: null },
      { text: 'None', good: null },
    ]);
    expect(answerOf({ ...CLEAN, unlisted: 2 })).toBe('1,283 files are as exported');
  });

  test('names what is missing and what is changed', async () => {
    await model.ask('/exports/Case');
    expect(model.check).toMatchObject({ checked: 405, missing: 2, changed: 5 });
    expect(describeVerify(model)).toEqual({
      title: '7 files are not as exported',
      detail: 'Case',
      share: null,
    });
    const lines = model.check === null ? [] : listOf(model.check).split('\n');
    expect(lines).toHaveLength(7);
    expect(lines[0]).toBe('Missing\t2025-06/0.jpg');
  });

  test('goes on while its dialog is closed, and the answer waits until it was seen', async () => {
    const checking = model.ask('/exports/slow');
    await until(() => model.progress !== null);
    expect(describeVerify(model)).toMatchObject({ title: 'Verifying', detail: '428 of 1,283 files' });
    model.close();
    expect(model).toMatchObject({ open: false, step: 'running', waiting: true });
    await model.ask('/exports/other');
    expect(model).toMatchObject({ open: true, step: 'running', dir: '/exports/slow' });
    model.cancel();
    await checking;
    expect(model).toMatchObject({ step: 'asking', progress: null, error: null });
  });

  test('an answer that comes while its dialog is closed waits beside it', async () => {
    const checking = model.ask('/exports/Summer');
    model.close();
    await checking;
    expect(model).toMatchObject({ open: false, step: 'done', waiting: true });
    model.close();
    expect(model.waiting).toBe(false);
  });

  test('an answer that was seen is put away with the dialog', async () => {
    await model.ask('/exports/Summer');
    model.close();
    expect(model).toMatchObject({ open: false, waiting: false });
    await model.ask(null);
    expect(model).toMatchObject({ open: true, step: 'asking', check: null });
  });

  test('a folder without a manifest is told as such', async () => {
    await model.ask('/exports/nothing');
    expect(model).toMatchObject({ step: 'failed', error: { code: 'usage' }, check: null });
  });

  test('without a folder nothing begins', async () => {
    await model.ask(null);
    model.dir = '  ';
    await model.start();
    expect(model.step).toBe('asking');
  });
});
