import { expect, test } from 'vitest';
import { DATED, resolveSentAt } from './sent-at.ts';

const message = (id: number, createdAt: number | null, ...media: (number | null)[]) => ({
  id,
  createdAt,
  media: media.map((time) => ({ createdAt: time })),
});

test('a message has its own time where the service gives one', () => {
  expect(resolveSentAt([message(2, 200), message(1, 100)], 999)).toEqual([
    { at: 200, dated: DATED.itself },
    { at: 100, dated: DATED.itself },
  ]);
});

test('without it, the earliest time of its media counts', () => {
  expect(resolveSentAt([message(2, null, null, 250, 220), message(1, 100)], 999)[0]).toEqual({
    at: 220,
    dated: DATED.media,
  });
});

test('without media times, the next older message lends its time, else the next newer', () => {
  const dates = resolveSentAt(
    [message(5, 500), message(4, null), message(3, 300), message(2, null), message(1, null)],
    999,
  );
  expect(dates.map((date) => date.at)).toEqual([500, 300, 300, 300, 300]);
  expect(dates[1]?.dated).toBe(DATED.neighbour);
});

test('a page without any time is dated by when it was seen', () => {
  expect(resolveSentAt([message(2, null), message(1, null)], 999)).toEqual([
    { at: 999, dated: DATED.seen },
    { at: 999, dated: DATED.seen },
  ]);
});
