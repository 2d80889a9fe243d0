import { expect, test } from 'vitest';
import { err, ok } from '../../../../main/contract/errors.ts';
import { EVERYTHING, type MediaEntry } from '../../../../main/contract/shapes.ts';
import { stubBridge } from '../../bridge/testing/stub-bridge.ts';
import { madeMedia } from '../../media/testing/made-media.ts';
import { Slideshow } from './slideshow.svelte.ts';
import { ViewerModel } from './viewer-model.svelte.ts';

const GONE = err('not_found', 'It is not here.', '');

/** A viewer over rows of which some are not stored. */
async function openFirst(states: readonly MediaEntry['state'][]) {
  const rows = madeMedia()
    .entries.slice(0, states.length)
    .map((entry, index) => ({ ...entry, state: states[index] ?? 'stored' }));
  const bridge = stubBridge({
    'media.item': () => GONE,
    'media.around': ({ mediaId }) => ok({ rows, index: rows.findIndex(({ id }) => id === mediaId), position: null }),
  });
  const model = new ViewerModel(bridge, EVERYTHING, () => Promise.resolve(null));
  const open = (entry: MediaEntry | undefined): Promise<void> => model.open({ accountId: 1, mediaId: entry?.id ?? 0 });
  await open(rows[0]);
  return { rows, model, open };
}

test('what is not stored is passed, also where nothing after it is stored', async () => {
  const { rows, model, open } = await openFirst(['stored', 'locked', 'pending', 'stored', 'locked']);
  expect(await model.following()).toEqual(rows[3]);
  await open(rows[3]);
  // The neighbours end here: the last is shown so that more are asked for, and passed at once.
  expect(await model.following()).toEqual(rows[4]);
  const waits: number[] = [];
  const slideshow = new Slideshow({
    model,
    later: (ms) => {
      waits.push(ms);
      return () => undefined;
    },
    seconds: () => 10,
    show: () => undefined,
  });
  slideshow.wait();
  slideshow.start();
  slideshow.wait();
  await open(rows[4]);
  slideshow.wait();
  expect(waits).toEqual([10_000, 0]);
  expect(await model.following()).toBeNull();
});

test('a film is not cut off, and its end leads on; at the end of all the slideshow ends', async () => {
  const { rows, model, open } = await openFirst(['stored', 'stored']);
  const shown: MediaEntry[] = [];
  const done = Promise.withResolvers<undefined>();
  const slideshow = new Slideshow({
    model,
    later: () => () => undefined,
    seconds: () => 3,
    show: (entry) => {
      shown.push(entry);
      done.resolve(undefined);
    },
  });
  slideshow.start();
  slideshow.playing(rows[0]?.id ?? 0);
  expect(slideshow.wait()).toBeUndefined();
  slideshow.ended();
  await done.promise;
  expect(shown).toEqual([rows[1]]);
  await open(rows[1]);
  slideshow.ended();
  await expect.poll(() => slideshow.on).toBe(false);
});

test('a step waits for the neighbours, and only the last that is asked for is made', async () => {
  const { rows, model, open } = await openFirst(['stored', 'stored', 'stored']);
  // The first is alone until its neighbours are told.
  model.rows = rows.slice(0, 1);
  const opened = open(rows[0]);
  const steps = [model.beside('older'), model.beside('older')];
  await opened;
  expect(await Promise.all(steps)).toEqual([null, rows[1]]);
  expect(await model.beside('newer')).toBeNull();
});
