import { expect, test } from 'vitest';
import { layoutMonth } from './geometry.ts';
import { stepFrom } from './walk.ts';

const metrics = { width: 600, rowHeight: 144 };
const month = (count: number): { layout: ReturnType<typeof layoutMonth>; count: number } => ({
  layout: layoutMonth(
    Array.from({ length: count }, () => ({ day: 1, ratio: 1 })),
    metrics,
  ),
  count,
});
const months = [month(8), month(3)];

test('left and right go through rows and months', () => {
  expect(stepFrom(months, { monthIndex: 0, itemIndex: 0 }, 'right')).toEqual({ monthIndex: 0, itemIndex: 1 });
  expect(stepFrom(months, { monthIndex: 0, itemIndex: 7 }, 'right')).toEqual({ monthIndex: 1, itemIndex: 0 });
  expect(stepFrom(months, { monthIndex: 1, itemIndex: 0 }, 'left')).toEqual({ monthIndex: 0, itemIndex: 7 });
});

test('the ends stop', () => {
  expect(stepFrom(months, { monthIndex: 0, itemIndex: 0 }, 'left')).toBeNull();
  expect(stepFrom(months, { monthIndex: 0, itemIndex: 0 }, 'up')).toBeNull();
  expect(stepFrom(months, { monthIndex: 1, itemIndex: 2 }, 'down')).toBeNull();
});

test('up and down keep the column', () => {
  expect(stepFrom(months, { monthIndex: 0, itemIndex: 1 }, 'down')).toEqual({ monthIndex: 0, itemIndex: 5 });
  expect(stepFrom(months, { monthIndex: 0, itemIndex: 5 }, 'up')).toEqual({ monthIndex: 0, itemIndex: 1 });
  expect(stepFrom(months, { monthIndex: 0, itemIndex: 5 }, 'down')).toEqual({ monthIndex: 1, itemIndex: 1 });
});

test('a month that is not listed yet is not stepped into', () => {
  expect(
    stepFrom([month(2), { layout: layoutMonth([], metrics), count: 0 }], { monthIndex: 0, itemIndex: 1 }, 'right'),
  ).toBeNull();
});
