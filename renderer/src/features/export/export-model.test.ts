import { flushSync } from 'svelte';
import { describe, expect, test } from 'vitest';
import type { Bridge, CallOptions } from '../../../../main/app/bridge.ts';
import type { CallInput, CallName, CallResult } from '../../../../main/app/calls.ts';
import { ABORTED, err } from '../../../../main/contract/errors.ts';
import { EVERYTHING } from '../../../../main/contract/shapes.ts';
import { memoryBridge } from '../../bridge/memory/memory-bridge.ts';
import { ExportModel } from './export-model.svelte.ts';
import { allOf, type ExportRequest } from '../../state/export-request.ts';
import { FIRST_MANNER } from './manner.ts';

const NOW = Date.UTC(2026, 10, 24, 14, 30);
const everything: ExportRequest = { title: 'All media', selection: allOf(EVERYTHING) };

/** The bridge in memory answers within a few turns of the queue. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    await Promise.resolve();
  }
}

interface Rig {
  readonly model: ExportModel;
  readonly calls: { readonly name: CallName; readonly input: unknown; readonly signal: AbortSignal | undefined }[];
  /** Runs what waits for typing to settle. */
  settle(): Promise<void>;
  readonly waiting: () => number;
  /** How long each waited that ever waited. */
  readonly waits: readonly number[];
  /** Answers that take the place of the bridge's own. */
  readonly answers: Partial<Record<CallName, CallResult<CallName>>>;
  /** The library changed; answers how many wanted to know. */
  changed(): number;
  /** Previews wait for `open` while it is true. */
  hold: boolean;
  open(): Promise<void>;
}

/** A dialog over the made-up library, with a clock of its own and previews that wait on demand. */
function rig(request = everything, scenario: 'full' | 'setup' = 'full'): Rig {
  const app = memoryBridge({ scenario, now: () => NOW, latency: 0, delay: () => Promise.resolve() });
  const calls: Rig['calls'] = [];
  const answers: Rig['answers'] = {};
  let held: (() => void)[] = [];
  let task: (() => void) | null = null;
  const heard = new Set<() => void>();
  const bridge: Bridge = {
    ...app,
    subscribe: (event, listener) => {
      if (event !== 'library.changed') {
        return app.subscribe(event, listener);
      }
      const hear = listener as () => void;
      heard.add(hear);
      return () => heard.delete(hear);
    },
    async call<Name extends CallName>(
      name: Name,
      input: CallInput<Name>,
      options: CallOptions = {},
    ): Promise<CallResult<Name>> {
      calls.push({ name, input, signal: options.signal as AbortSignal | undefined });
      if (name === 'export.preview' && made.hold) {
        await new Promise<void>((resolve) => {
          held.push(resolve);
        });
        if (options.signal?.aborted === true) {
          return ABORTED;
        }
      }
      return (answers[name] as CallResult<Name> | undefined) ?? app.call(name, input, options);
    },
  };
  const waits: number[] = [];
  const later = (next: () => void, ms: number): (() => void) => {
    task = next;
    waits.push(ms);
    return () => {
      task = null;
    };
  };
  const made: Rig = {
    model: new ExportModel({ bridge, later }, request),
    calls,
    answers,
    hold: false,
    changed: () => {
      heard.forEach((hear) => {
        hear();
      });
      return heard.size;
    },
    waiting: () => (task === null ? 0 : 1),
    waits,
    settle: async () => {
      const next = task;
      task = null;
      next?.();
      await settled();
      flushSync();
    },
    open: async () => {
      for (const resolve of held) {
        resolve();
      }
      held = [];
      await settled();
      flushSync();
    },
  };
  return made;
}

const asked = ({ calls }: Rig, name: CallName): unknown[] =>
  calls.filter((call) => call.name === name).map(({ input }) => input);

describe('the dialog of exporting', () => {
  test('begins in the manner of the last export, in a folder that no export has, with a plan', async () => {
    const { model } = rig();
    await model.open();
    expect(model.layout).toBe('by-month');
    expect(model.dir).toMatch(/Chatkeep export 5$/);
    expect(model.targets.map(({ dir }) => dir)).toHaveLength(4);
    expect(model.current).toBe(true);
    expect(model.files).toBe(model.preview?.files);
    expect(model.ready).toBe(true);
  });

  test('begins with what it was opened with, as for an export that is done again', async () => {
    const manner = { ...FIRST_MANNER, layout: 'flat', bag: true };
    const { model } = rig({ ...everything, dir: '/media/disk/Case', manner });
    await model.open();
    expect([model.dir, model.manner]).toEqual(['/media/disk/Case', manner]);
  });

  test('plans anew when the library changes, and shows the plan before until then', async () => {
    const one = rig();
    await one.model.open();
    const before = one.model.preview;
    const planned = asked(one, 'export.preview').length;
    one.changed();
    one.changed();
    expect([one.waiting(), one.model.current]).toEqual([1, true]);
    one.hold = true;
    await one.settle();
    expect(asked(one, 'export.preview')).toHaveLength(planned + 1);
    expect(asked(one, 'selection.summary')).toHaveLength(2);
    expect([one.model.current, one.model.preview]).toEqual([true, before]);
    // Changes meanwhile are of the next plan.
    one.changed();
    expect(one.waiting()).toBe(0);
    await one.open();
    expect(one.model.preview).not.toBe(before);
    expect(one.waiting()).toBe(1);
    one.model.setDir('/media/disk/Other');
    expect(one.model.current).toBe(false);
    one.changed();
    await one.settle();
    await one.open();
    expect(asked(one, 'export.preview').at(-1)).toMatchObject({ dir: '/media/disk/Other' });
    expect([one.model.current, one.waiting()]).toEqual([true, 0]);
    one.model.close();
    expect([one.changed(), one.waiting()]).toEqual([0, 0]);
  });

  test('plans once changes have settled, and gives up the plan before', async () => {
    const one = rig();
    await one.model.open();
    one.hold = true;
    one.model.change({ layout: 'flat' });
    one.model.change({ layout: 'by-kind' });
    expect(one.waiting()).toBe(1);
    expect(one.model.current).toBe(false);
    await one.settle();
    expect(asked(one, 'export.preview')).toHaveLength(2);
    one.model.change({ layout: 'by-chat' });
    const before = one.calls.filter(({ name }) => name === 'export.preview').at(-1);
    expect(before?.signal?.aborted).toBe(true);
    await one.settle();
    await one.open();
    expect(one.model.current).toBe(true);
    expect(asked(one, 'export.preview').at(-1)).toMatchObject({ layout: 'by-chat' });
  });

  test('a template that cannot be read is said at its field and cannot be started', async () => {
    const one = rig();
    await one.model.open();
    one.model.change({ layout: '{chta}/{mediaId}' });
    await one.settle();
    expect(one.model.fault).toMatchObject({ at: 'layout', error: { code: 'usage' } });
    expect(one.model.ready).toBe(false);
    expect(await one.model.start()).toBe(false);
    expect(asked(one, 'export.start')).toEqual([]);
    one.model.change({ layout: '{chat}/{mediaId}' });
    await one.settle();
    expect(one.model.fault).toBeNull();
    expect(one.model.layout).toBeNull();
    expect(one.model.ready).toBe(true);
  });

  test('a folder that cannot be used is said at its field', async () => {
    const one = rig();
    await one.model.open();
    one.answers['export.preview'] = err('usage', 'The target folder lies in the library.', 'Choose another.');
    one.model.setDir('/library');
    await one.settle();
    expect(one.model.fault?.at).toBe('target');
    expect(one.model.ready).toBe(false);
  });

  test('without a folder nothing is planned or started', async () => {
    const one = rig();
    await one.model.open();
    one.model.setDir('  ');
    await one.settle();
    expect(asked(one, 'export.preview')).toHaveLength(1);
    expect(one.model.ready).toBe(false);
  });

  test('too little room keeps it from starting, until bytes are linked', async () => {
    const one = rig({ ...everything, dir: '/media/small disk/x' });
    await one.model.open();
    expect(one.model.lacking).toBe(true);
    expect(one.model.ready).toBe(false);
    one.model.change({ link: 'hardlink' });
    await one.settle();
    expect(one.model.lacking).toBe(false);
    expect(one.model.ready).toBe(true);
  });

  test('an earlier folder brings its manner along', async () => {
    const one = rig();
    await one.model.open();
    one.model.change({ layout: 'flat' });
    const [target] = one.model.targets;
    expect(target).toBeDefined();
    if (target !== undefined) {
      one.model.useTarget(target);
      expect([one.model.dir, one.model.layout]).toEqual([target.dir, 'by-month']);
    }
  });

  test('starts what is shown, without what says nothing, and gives up the plan under way', async () => {
    const one = rig();
    await one.model.open();
    one.model.change({ layout: 'flat', csvBom: true, sidecars: ['html'], zipBytes: 5e9 });
    await one.settle();
    expect(await one.model.start()).toBe(true);
    expect(asked(one, 'export.start').at(-1)).toMatchObject({
      layout: 'flat',
      csvBom: false,
      zipBytes: null,
      sidecars: ['html'],
      dir: one.model.dir,
      selection: everything.selection,
    });
  });

  test('a refused start is said and can be tried again after a change', async () => {
    const one = rig();
    await one.model.open();
    one.answers['export.start'] = err('internal', 'An unexpected fault', '');
    expect(await one.model.start()).toBe(false);
    expect(one.model.fault?.at).toBe('whole');
    expect(one.model.starting).toBe(false);
    one.model.change({});
    await one.settle();
    expect(one.model.ready).toBe(true);
  });

  test('presets are kept, found again, replaced, removed and brought back', async () => {
    const { model } = rig();
    await model.open();
    model.change({ layout: 'by-kind', conflict: 'rename' });
    expect(await model.savePreset(' Editor ')).toBeNull();
    expect(model.preset?.name).toBe('Editor');
    model.change({ bag: true });
    expect(model.preset).toBeNull();
    expect(await model.savePreset('Editor')).toBeNull();
    expect(model.presets.filter(({ name }) => name === 'Editor')).toMatchObject([{ bag: true }]);
    const kept = model.preset;
    expect(kept).not.toBeNull();
    if (kept !== null) {
      await model.removePreset(kept);
      expect(model.presets.map(({ name }) => name)).not.toContain('Editor');
      await model.restorePreset(kept);
      expect(model.preset).toMatchObject({ name: 'Editor', bag: true });
    }
  });

  test('what is chosen before the last manner has come stands over it; the folder waits for its name', async () => {
    const one = rig();
    const opening = one.model.open();
    expect(one.model.opened).toBe(false);
    one.model.change({ zip: true });
    await opening;
    expect(one.model.opened).toBe(true);
    expect([one.model.layout, one.model.manner.zip]).toEqual(['by-month', true]);
    expect(asked(one, 'export.preview').at(-1)).toMatchObject({ layout: 'by-month', zip: true });
  });

  test("a plan that another window's displaced is made again, later each time", async () => {
    const one = rig();
    await one.model.open();
    one.answers['export.preview'] = ABORTED;
    one.model.change({ layout: 'flat' });
    const waits: number[] = [];
    for (let time = 0; time < 4; time += 1) {
      await one.settle();
      expect(one.model.current).toBe(false);
      waits.push(one.waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000]);
    delete one.answers['export.preview'];
    await one.settle();
    expect([one.model.current, one.waiting()]).toEqual([true, 0]);
  });

  test('a closed dialog asks for nothing more', async () => {
    const one = rig();
    await one.model.open();
    one.model.change({ layout: 'flat' });
    one.model.close();
    expect(one.waiting()).toBe(0);
  });
});
