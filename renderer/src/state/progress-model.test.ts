import { describe, expect, test } from 'vitest';
import { ABORTED, err, ok, type Result, type WireError } from '../../../main/contract/errors.ts';
import type { ExportOptions, ExportStatus } from '../../../main/contract/export-shapes.ts';
import { EVERYTHING } from '../../../main/contract/shapes.ts';
import { stubBridge, type StubBridge } from '../bridge/testing/stub-bridge.ts';
import { FIRST_MANNER } from '../features/export/manner.ts';
import { sceneOf, type ExportScene } from '../features/export/testing/export-scenes.ts';
import { ExportsModel } from './progress-model.svelte.ts';

const NOW = Date.UTC(2026, 10, 24, 14, 30);

class Memory {
  readonly #kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.#kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#kept.set(key, value);
  }
}

const OPTIONS: ExportOptions = {
  ...FIRST_MANNER,
  dir: '/home/robin/Exports/Northshore, for the editor',
  selection: { filter: EVERYTHING, spans: null, include: [], exclude: [] },
};

interface Rig {
  readonly bridge: StubBridge;
  readonly memory: Memory;
  readonly faults: WireError[];
  /** A window of the same app. */
  open(): Promise<ExportsModel>;
}

/** An app whose export stands as in a scene, until it is told otherwise. */
function rig(scene: ExportScene | null): Rig {
  let status = scene === null ? null : sceneOf(scene, NOW);
  const change = (more: Partial<ExportStatus>) => (): Result<ExportStatus | null> => {
    status = status === null ? null : { ...status, ...more };
    if (status !== null) {
      bridge.emit('export.progress', status);
    }
    return ok(status);
  };
  const bridge = stubBridge({
    'export.status': () => ok(status),
    'export.pause': change({ state: 'paused' }),
    'export.resume': change({ state: 'writing' }),
    'export.cancel': change({ state: 'stopped', endedAt: NOW }),
    'export.options': () => (status === null ? err('not_found', 'What it was begun with is not known.') : ok(OPTIONS)),
    'export.start': ({ dir }) => ok({ ...sceneOf('running', NOW), dir, startedAt: NOW }),
  });
  const memory = new Memory();
  const faults: WireError[] = [];
  return {
    bridge,
    memory,
    faults,
    open: async () => {
      const model = new ExportsModel({ bridge, memory, fault: (error) => faults.push(error) });
      await model.start();
      return model;
    },
  };
}

describe('an export that goes on', () => {
  test('is known to a window that opens later, and both follow what one of them does', async () => {
    const app = rig('running');
    const first = await app.open();
    const second = await app.open();
    expect(second.shown).toMatchObject({ state: 'writing', files: { done: 1344, total: 3120 } });
    await first.togglePause();
    expect([first.status?.state, second.status?.state]).toEqual(['paused', 'paused']);
    await second.togglePause();
    expect([first.status?.state, second.status?.state]).toEqual(['writing', 'writing']);
  });

  test('stops when it is asked to, and is not stopping any more then', async () => {
    const model = await rig('running').open();
    const stopped = model.stop();
    expect(model.stopping).toBe(true);
    await stopped;
    expect(model).toMatchObject({ stopping: false, running: false, status: { state: 'stopped' } });
  });

  test('cannot be dismissed', async () => {
    const model = await rig('paused').open();
    model.dismiss();
    expect(model.shown?.state).toBe('paused');
  });

  test('an answer that comes after its end does not bring it back', async () => {
    const app = rig('running');
    let answer: () => void = () => undefined;
    const pause = app.bridge.answers['export.pause'];
    app.bridge.answers['export.pause'] = async (input, signal) => {
      const result = await pause?.(input, signal);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return result ?? ABORTED;
    };
    const model = await app.open();
    const pausing = model.togglePause();
    await model.stop();
    answer();
    await pausing;
    expect(model.status?.state).toBe('stopped');
  });
});

describe('an export that has ended', () => {
  test('is shown until it is dismissed, also after a reload', async () => {
    const app = rig('failures');
    const model = await app.open();
    expect(model.shown).toMatchObject({ state: 'done', failed: 14 });
    model.dismiss();
    expect(model.shown).toBeNull();
    expect((await app.open()).shown).toBeNull();
  });

  test('begins again as it was begun, and is shown again then', async () => {
    const app = rig('done');
    const model = await app.open();
    model.dismiss();
    await model.again(4);
    expect(model.shown).toMatchObject({ state: 'writing', dir: OPTIONS.dir });
    expect(app.faults).toEqual([]);
  });

  test('is told why it cannot begin again', async () => {
    const app = rig(null);
    const model = await app.open();
    await model.again(1);
    expect(model.status).toBeNull();
    expect(app.faults).toMatchObject([{ code: 'not_found' }]);
  });
});
