import { afterEach, expect, test } from 'vitest';
import { EVERYTHING } from '../../contract/shapes.ts';
import { cssColour } from '../../contract/grid-shape.ts';
import { AppRig } from '../testing/app-rig.ts';

let rig: AppRig;
afterEach(async () => {
  await rig.end();
});

/** Colours of everything that is listed, newest first. */
async function colours(): Promise<number[]> {
  const { buckets } = await rig.ask('media.counts', { filter: EVERYTHING });
  const months = await Promise.all(
    buckets.map(({ from, to }) => rig.ask('media.layout', { filter: EVERYTHING, from, to, after: null })),
  );
  return months.flatMap((month) => {
    const bytes = Buffer.from(month.colours, 'base64');
    return Array.from({ length: bytes.length / 2 }, (_, item) => bytes.readUInt16LE(item * 2));
  });
}

test('after a sync, every picture of the layout has its colour, and what has no picture none', async () => {
  rig = await AppRig.start({ library: true, sandbox: { chats: 1, messages: 20 }, colourRestMs: 0 });
  const ended = new Promise<void>((resolve) => {
    rig.app.subscribe('colours.changed', () => {
      resolve();
    });
  });
  await rig.fill();
  await ended;
  await expect.poll(async () => (await rig.app.core().index.read.uncoloured({ limit: 1 })).length).toBe(0);
  const { rows } = await rig.ask('media.page', { filter: EVERYTHING, after: null, limit: 200 });
  const found = await colours();
  expect(found).toHaveLength(rows.length);
  expect(rows.map(({ thumb }, at) => (cssColour(found[at] ?? 0) !== null) === thumb)).not.toContain(false);
  expect(new Set(found).size).toBeGreaterThan(5);
});

test('without a rest given, no picture is looked at', async () => {
  rig = await AppRig.start({ library: true, sandbox: { chats: 1, messages: 10 } });
  await rig.fill();
  expect(new Set(await colours())).toEqual(new Set([0]));
});
