import { flushSync } from 'svelte';
import { describe, expect, test } from 'vitest';
import type { CallName } from '../../../../main/app/calls.ts';
import { ABORTED, err, ok } from '../../../../main/contract/errors.ts';
import type { ExportPreview } from '../../../../main/contract/export-shapes.ts';
import { EVERYTHING } from '../../../../main/contract/shapes.ts';
import { stubBridge, type StubBridge } from '../../bridge/testing/stub-bridge.ts';
import { ExportModel } from './export-model.svelte.ts';
import { allOf, type ExportRequest } from '../../state/export-request.ts';
import { FIRST_MANNER } from './manner.ts';
import { madeJobs, madePresets, sceneOf } from './testing/export-scenes.ts';

const NOW = Date.UTC(2026, 10, 24, 14, 30);
const everything: ExportRequest = { title: 'All media', selection: allOf(EVERYTHING) };

/** A stub answers within a few turns of the queue. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    await Promise.resolve();
  }
}

const PREVIEW: ExportPreview = {
  dir: '',
  files: 1200,
  bytes: 3e9,
  there: 0,
  impossible: 0,
  unavailable: 0,
  clashes: 0,
  trimmed: 0,
  reasons: [],
  freeBytes: 212e9,
  needBytes: 3e9,
  papers: [],
  folders: [],
  moreFolders: 0,
  entries: [],
};
const states = { stored: 1200, locked: 0, notReady: 0, protected: 0, gone: 0, failed: 0, pending: 0 };

interface Rig {
  readonly model: ExportModel;
  readonly bridge: StubBridge;
  /** Runs what waits for typing to settle. */
  settle(): Promise<void>;
  readonly waiting: () => number;
  /** How long each waited that ever waited. */
  readonly waits: readonly number[];
  /** The library changed; answers how many wanted to know. */
  changed(): number;
  /** Previews wait for `open` while it is true. */
  hold: boolean;
  open(): Promise<void>;
}

/** A dialog with a clock of its own, after four exports, with previews that wait on demand. */
function rig(request = everything): Rig {
  let held: (() => void)[] = [];
  let task: (() => void) | null = null;
  let presets = madePresets();
  const bridge = stubBridge({
    'export.list': () => ok({ rows: madeJobs(NOW), more: false, freshDir: '/home/robin/Exports/Chatkeep export 5' }),
    'export.presets': () => ok({ presets }),
    'export.savePreset': (preset) => {
      presets = [...presets.filter(({ name }) => name !== preset.name), preset];
      return ok(null);
    },
    'export.removePreset': ({ name }) => {
      presets = presets.filter((preset) => preset.name !== name);
      return ok(null);
    },
    'export.checkLayout': ({ layout }) =>
      layout.includes('{chta}') ? err('usage', 'The layout has an unknown token {chta}.') : ok(null),
    'export.preview': async ({ dir, link }) => {
      if (made.hold) {
        await new Promise<void>((resolve) => {
          held.push(resolve);
        });
      }
      const freeBytes = dir.includes('small disk') ? 640e6 : PREVIEW.freeBytes;
      return ok({ ...PREVIEW, dir, freeBytes, needBytes: link === 'hardlink' ? 0 : PREVIEW.needBytes });
    },
    'export.start': () => ok(sceneOf('running', NOW)),
    'selection.summary': () => ok({ count: 1200, bytes: 3e9, states }),
  });
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
    bridge,
    hold: false,
    changed: () => bridge.emit('library.changed', { accountId: null, chatIds: null, months: null, chats: false }),
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

const asked = ({ bridge }: Rig, name: CallName): unknown[] =>
  bridge.asked.filter((call) => call.name === name).map(({ input }) => input);

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
    const before = one.bridge.asked.filter(({ name }) => name === 'export.preview').at(-1);
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

  test('a field that cannot be read holds the start: the export would be made without what was typed', async () => {
    const one = rig();
    const { model, settle } = one;
    await model.open();
    model.change({ sidecars: ['pdf'] });
    await settle();
    model.typeBates('CASE17');
    await settle();
    expect([model.wrongBates, model.ready, await model.start()]).toEqual([true, false, false]);
    model.typeBates('CASE17-000501');
    await settle();
    expect(model.typedBates).toBeNull();
    expect([model.wrongBates, model.ready, model.manner.bates]).toEqual([false, true, 'CASE17-000501']);
    // A preset stands over what was typed, and what is not shown holds nothing.
    model.typeBates('CASE17');
    model.change({ bates: 'OTHER-' });
    expect([model.wrongBates, model.manner.bates]).toEqual([false, 'OTHER-']);
    model.typeBates('CASE17');
    model.change({ sidecars: [], zip: true });
    await settle();
    expect(model.ready).toBe(true);
    model.typeSize('five');
    expect([model.wrongSize, model.ready]).toEqual([true, false]);
    model.typeSize('5');
    await settle();
    expect([model.wrongSize, model.ready, model.manner.zipBytes]).toEqual([false, true, 5e9]);
    expect(asked(one, 'export.start')).toEqual([]);
  });

  test('a folder that cannot be used is said at its field', async () => {
    const one = rig();
    await one.model.open();
    one.bridge.answers['export.preview'] = () => err('usage', 'The target folder lies in the library.');
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
    one.bridge.answers['export.start'] = () => err('internal', 'An unexpected fault');
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
    const preview = one.bridge.answers['export.preview'];
    one.bridge.answers['export.preview'] = () => ABORTED;
    one.model.change({ layout: 'flat' });
    const waits: number[] = [];
    for (let time = 0; time < 4; time += 1) {
      await one.settle();
      expect(one.model.current).toBe(false);
      waits.push(one.waits.at(-1) ?? 0);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000]);
    one.bridge.answers['export.preview'] = preview;
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
