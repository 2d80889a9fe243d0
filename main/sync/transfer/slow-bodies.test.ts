import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { SlowBodies, TooSlow } from './slow-bodies.ts';

const SECONDS = 20;

/** Bodies with a steady rate each, in bytes a second, looked at after one whole window. */
function cutOf(
  rates: readonly number[],
  file: { isLarge?: boolean; isLimited?: boolean; startsAt?: number; waiting?: boolean } = {},
): number[] {
  const bodies = new SlowBodies();
  const { startsAt = 0, waiting = false, isLarge = false, isLimited = false } = file;
  rates.forEach((_rate, fileId) => {
    const body = new Readable({ read: () => undefined });
    body.on('error', () => undefined);
    if (waiting) {
      body.push(Buffer.alloc(10));
    }
    bodies.begin(fileId, { body, isLarge, isLimited, startsAt });
  });
  expect(bodies.look(SECONDS)).toEqual([]);
  rates.forEach((rate, fileId) => {
    bodies.note(fileId, startsAt + rate * SECONDS);
  });
  return bodies.look(SECONDS);
}

describe('a body', () => {
  test('that trickles while others come well is cut', () => {
    expect(cutOf([100_000, 0.2, 100_000, 900])).toEqual([1, 3]);
  });

  test('is not cut where everything is slow', () => {
    expect(cutOf([300, 250, 400, 310, 100])).toEqual([]);
  });

  test('is judged by its lane: a large file has to come faster', () => {
    expect(cutOf([900_000, 9_000])).toEqual([]);
    expect(cutOf([900_000, 9_000], { isLarge: true })).toEqual([1]);
  });

  test('that stands still is cut even alone', () => {
    expect(cutOf([0.2])).toEqual([0]);
    expect(cutOf([20])).toEqual([]);
  });

  test('is not cut for the limit of bandwidth', () => {
    expect(cutOf([100_000, 0.2], { isLimited: true })).toEqual([]);
  });

  test('is not cut while this machine is what it waits for', () => {
    expect(cutOf([100_000, 0], { waiting: true })).toEqual([]);
  });

  test('is not cut when all of it has come and the disk is waited for', async () => {
    const bodies = new SlowBodies();
    const body = Readable.from([Buffer.alloc(10)]);
    bodies.begin(1, { body, isLarge: false, isLimited: false, startsAt: 0 });
    await body.toArray();
    bodies.look(SECONDS);
    expect(bodies.look(SECONDS)).toEqual([]);
  });

  test('that continues a file is judged by what comes, not by what was here', () => {
    expect(cutOf([300, 250], { startsAt: 50_000_000 })).toEqual([]);
  });

  test('that has just begun is not judged; one that is cut fails with its reason', async () => {
    const bodies = new SlowBodies();
    const body = new Readable({ read: () => undefined });
    bodies.begin(1, { body, isLarge: false, isLimited: false, startsAt: 0 });
    expect(bodies.look(SECONDS)).toEqual([]);
    const failed = new Promise((resolve) => body.once('error', resolve));
    expect(bodies.look(SECONDS)).toEqual([1]);
    expect(await failed).toBeInstanceOf(TooSlow);
    bodies.end(1);
    expect(bodies.look(SECONDS)).toEqual([]);
  });
});
