import { describe, expect, test } from 'vitest';
import type { Bridge } from '../../../main/app/bridge.ts';
import type { WireError } from '../../../main/contract/errors.ts';
import type { ExportScene } from '../bridge/memory/export-jobs.ts';
import { memoryBridge } from '../bridge/memory/memory-bridge.ts';
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

interface Rig {
  readonly bridge: Bridge;
  readonly memory: Memory;
  readonly faults: WireError[];
  /** A window of the same app. */
  open(): Promise<ExportsModel>;
}

function rig(scene: ExportScene | null): Rig {
  const bridge = memoryBridge({
    scenario: 'full',
    exportScene: scene,
    now: () => NOW,
    latency: 0,
    delay: () => Promise.resolve(),
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
    const held: Bridge = {
      ...app.bridge,
      call: async (name, input, options) => {
        const result = await app.bridge.call(name, input, options);
        if (name === 'export.pause') {
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
        }
        return result;
      },
    };
    const model = new ExportsModel({ bridge: held, memory: app.memory, fault: (error) => app.faults.push(error) });
    await model.start();
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
    expect(model.shown).toMatchObject({ state: 'writing', dir: '/home/robin/Exports/Northshore, for the editor' });
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
