import { expect, test } from 'vitest';
import { ratioByte } from '../../../../main/contract/grid-shape.ts';
import { layoutMonth, NO_ITEMS } from '../../media/geometry.ts';
import { stepFrom } from './walk.ts';

const metrics = { width: 600, rowHeight: 144 };
const month = (count: number): { layout: ReturnType<typeof layoutMonth>; count: number } => ({
  layout: layoutMonth(
    { days: new Uint8Array(count), ratios: new Uint8Array(count).fill(ratioByte(100, 100)) },
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
    stepFrom(
      [month(2), { layout: layoutMonth(NO_ITEMS, metrics), count: 0 }],
      { monthIndex: 0, itemIndex: 1 },
      'right',
    ),
  ).toBeNull();
});
