/** A plan that is looked at leaves no trace, in the index as little as in the target, and needs nobody's leave. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPlanIndex, type PlanIndex } from '../../index/client.ts';
import type { ExportItemRow } from '../../index/exports/calls.ts';
import { previewExport } from './preview.ts';
import { runExport } from '../run.ts';
import { MadeLibrary, photos } from '../testing/made-library.ts';

const { signal } = new AbortController();

let library: MadeLibrary;
let plans: PlanIndex;
beforeEach(async () => {
  library = await MadeLibrary.open();
  await library.add(photos(4));
  // The library is open for writing all the while, as the app has it.
  plans = await openPlanIndex(join(library.root, 'index.sqlite'));
});
afterEach(async () => {
  await plans.close();
  await library.end();
});

async function preview(
  options = library.options({ layout: '{counter}' }),
): Promise<{ job: number; toWrite: number; there: number; rows: ExportItemRow[] }> {
  return await previewExport(options, { ...library.ports, index: plans }, signal, async ({ answer, totals, items }) => {
    const rows: ExportItemRow[] = [];
    for await (const page of items()) {
      rows.push(...page);
    }
    return { job: answer.job, toWrite: totals.states.planned, there: answer.skipped, rows };
  });
}

test('beside a library that is open for writing: the plan is the one that the run makes', async () => {
  const planned = await preview();
  expect(planned).toMatchObject({ toWrite: 4, there: 0 });
  expect(await library.index.read.exportJobs({ limit: 10 })).toEqual([]);
  await expect(lstat(library.target())).rejects.toMatchObject({ code: 'ENOENT' });
  const { job } = await runExport(library.options({ layout: '{counter}' }), library.ports, signal);
  const run = await library.index.read.exportItems({ jobId: job, after: 0, limit: 500 });
  expect(run.map(({ path }) => path)).toEqual(planned.rows.map(({ path }) => path));
});

test('of a known export: what stands there stays, what is new has the next number, again and again', async () => {
  const { job } = await runExport(library.options({ layout: '{counter}' }), library.ports, signal);
  await library.add(photos(2, { from: 50 }));
  for (let time = 0; time < 2; time += 1) {
    const planned = await preview();
    expect(planned).toMatchObject({ toWrite: 2, there: 4 });
    expect(planned.rows.map(({ path }) => path)).toEqual(['1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg', '6.jpg']);
  }
  expect(await library.index.read.exportItems({ jobId: job, after: 0, limit: 500 })).toHaveLength(4);
});
