import { expect, test } from 'vitest';
import { ABORTED, err, ok, type Result } from '../../../main/contract/errors.ts';
import { Latest } from './latest.svelte.ts';

test('only the answer to the last question is taken, in whatever order they come', async () => {
  const latest = new Latest();
  const [first, second] = [Promise.withResolvers<Result<number>>(), Promise.withResolvers<Result<number>>()];
  const signals: AbortSignal[] = [];
  const [older, newer] = [first, second].map(({ promise }) =>
    latest.ask(({ signal }) => {
      signals.push(signal);
      return promise;
    }),
  );
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  second.resolve(ok(2));
  expect(await newer).toEqual(ok(2));
  expect(latest.busy).toBe(false);
  first.resolve(ok(1));
  expect(await older).toBeNull();
});

test('it is busy until the last question is answered or given up', async () => {
  const latest = new Latest();
  const { promise, resolve } = Promise.withResolvers<Result<number>>();
  const older = latest.ask(() => Promise.resolve(ok(1)));
  const newer = latest.ask(() => promise);
  expect(await older).toBeNull();
  expect(latest.busy).toBe(true);
  latest.giveUp();
  expect(latest.busy).toBe(false);
  resolve(ok(2));
  expect(await newer).toBeNull();
});

test('an error is an answer; a call that the far side gave up is none', async () => {
  const latest = new Latest();
  const busy = err('busy', 'A sync runs.');
  expect(await latest.ask(() => Promise.resolve(busy))).toEqual(busy);
  expect(await latest.ask(() => Promise.resolve(ABORTED))).toBeNull();
  expect(await latest.ask(() => Promise.all([Promise.resolve(ok(1)), Promise.resolve(busy)]))).toEqual([ok(1), busy]);
  expect(await latest.ask(() => Promise.all([Promise.resolve(ok(1)), Promise.resolve(ABORTED)]))).toBeNull();
  expect(latest.busy).toBe(false);
});

test('a jump that was overtaken knows it', () => {
  const latest = new Latest();
  const [older, newer] = [latest.begin(), latest.begin()];
  expect([older.aborted, newer.aborted]).toEqual([true, false]);
});
