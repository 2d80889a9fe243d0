import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ratioByte } from '../../../main/contract/grid-shape.ts';
import {
  AFTER_DAY,
  cellRatio,
  DAY_GAP,
  DAY_HEADING,
  estimateRows,
  GAP,
  indexAt,
  keptScrollTop,
  layoutMonth,
  MIN_DAY,
  MONTH_HEADING,
  NO_ITEMS,
  rowsBetween,
  stack,
  rowOf,
  type GridMetrics,
  type MonthShape,
  type Row,
} from './geometry.ts';

interface Cell {
  readonly day: number;
  readonly ratio: number;
}

const metrics = { width: 1000, rowHeight: 144 };
/** Ratios as whole hundredths of pixels, as pictures have them. */
const shapeOf = (cells: readonly Cell[]): MonthShape => ({
  days: Uint8Array.from(cells, (cell) => cell.day),
  ratios: Uint8Array.from(cells, (cell) => ratioByte(Math.round(cell.ratio * 10_000), 10_000)),
});
const layoutOf = (cells: readonly Cell[], size: GridMetrics) => {
  const layout = layoutMonth(shapeOf(cells), size);
  const rows: Row[] = Array.from({ length: layout.count }, (_, index) => layout.row(index)).filter(
    (row) => row !== undefined,
  );
  return { layout, rows, height: layout.height };
};
const day = (number: number, count: number, ratio = 1): Cell[] =>
  Array.from({ length: count }, () => ({ day: number, ratio }));
const cells = fc.array(
  fc.record({ ratio: fc.double({ min: 0.1, max: 8, noNaN: true }), day: fc.integer({ min: 0, max: 3 }) }),
  { maxLength: 120 },
);
const sizes = fc.record({ width: fc.integer({ min: 320, max: 3000 }), rowHeight: fc.constantFrom(96, 144, 208) });

describe('rows', () => {
  test('every item lies in exactly one row, in order', () => {
    fc.assert(
      fc.property(cells, sizes, (list, size) => {
        const placed = layoutOf(list, size).rows.flatMap((row) =>
          row.segments.flatMap((segment) => segment.widths.map((_, index) => segment.first + index)),
        );
        expect(placed).toEqual(list.map((_, index) => index));
      }),
    );
  });

  test('no tile leaves the content or covers its neighbour', () => {
    fc.assert(
      fc.property(cells, sizes, (list, size) => {
        for (const row of layoutOf(list, size).rows) {
          let free = 0;
          for (const segment of row.segments) {
            expect(segment.x).toBeGreaterThanOrEqual(free);
            expect(Math.min(...segment.widths)).toBeGreaterThan(0);
            free = segment.x + segment.widths.reduce((sum, width) => sum + width + GAP, -GAP);
          }
          expect(free).toBeLessThanOrEqual(size.width);
        }
      }),
    );
  });

  test('days narrower than their headings take their room from the others', () => {
    const narrow = [...day(3, 1, 0.1), ...day(2, 1, 0.1), ...day(1, 3, 0.1)];
    for (const row of layoutOf(narrow, { width: 362, rowHeight: 96 }).rows) {
      const last = row.segments.at(-1);
      expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(362);
      expect(Math.min(...row.segments.map((segment) => segment.width))).toBeGreaterThanOrEqual(MIN_DAY);
    }
  });

  test('rows follow each other without holes', () => {
    fc.assert(
      fc.property(cells, sizes, (list, size) => {
        const layout = layoutOf(list, size);
        let top = MONTH_HEADING;
        for (const row of layout.rows) {
          expect(row.top).toBe(top);
          top += row.height;
        }
        expect(layout.height).toBe(top);
      }),
    );
  });

  test('a height never depends on a picture: only ratio, day and count decide', () => {
    const plain = layoutOf(day(1, 7), metrics);
    expect(plain.rows.map((row) => row.height)).toEqual([DAY_HEADING + 144 + AFTER_DAY]);
  });

  test('short days share a row, 20 px apart', () => {
    const [row, ...others] = layoutOf([...day(3, 2), ...day(2, 3)], metrics).rows;
    expect(others).toEqual([]);
    expect(row?.segments.map((segment) => [segment.first, segment.head])).toEqual([
      [0, true],
      [2, true],
    ]);
    expect(row?.segments[1]?.x).toBe((row?.segments[0]?.width ?? 0) + DAY_GAP);
  });

  test('a long day fills its rows to the edge and keeps one heading', () => {
    const { rows } = layoutOf(day(1, 30), metrics);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.map((row) => row.segments[0]?.head)).toEqual(rows.map((_, index) => index === 0));
    for (const row of rows) {
      expect(row.segments[0]?.widths.reduce((sum, width) => sum + width + GAP, -GAP)).toBe(1000);
    }
  });

  test('a lone item stays as wide as its ratio and its heading can be read', () => {
    const [row] = layoutOf(day(1, 1, 0.3), metrics).rows;
    expect(row?.segments[0]?.widths).toEqual([Math.round(144 * 0.66)]);
    expect(layoutOf(day(1, 1, 0.3), { width: 1000, rowHeight: 96 }).rows[0]?.segments[0]?.width).toBe(MIN_DAY);
  });

  test('a month without items is its heading', () => {
    expect(layoutMonth(NO_ITEMS, metrics)).toMatchObject({ height: MONTH_HEADING, count: 0 });
  });

  test('each item finds its row by halving', () => {
    fc.assert(
      fc.property(cells, sizes, (list, size) => {
        const { layout, rows } = layoutOf(list, size);
        rows.forEach((row, index) => {
          for (const segment of row.segments) {
            segment.widths.forEach((_, at) => {
              expect(rowOf(layout, segment.first + at)).toBe(index);
            });
          }
        });
        expect([rowOf(layout, -1), rowOf(layout, list.length)]).toEqual([-1, -1]);
      }),
    );
  });

  test('a month of fifty thousand items is laid out without placing a tile', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => ({ day: 30 - Math.floor(index / 1700), ratio: 1.3 }));
    const layout = layoutMonth(shapeOf(many), metrics);
    expect(layout.count).toBeGreaterThan(8000);
    expect(layout.firsts[layout.count]).toBe(50_000);
  });
});

test('ratios are held between 0.66 and 1.5, unknown ones neutral', () => {
  expect([cellRatio(100, 1000), cellRatio(1000, 100), cellRatio(4, 3), cellRatio(null, 3), cellRatio(0, 0)]).toEqual([
    0.66,
    1.5,
    4 / 3,
    1.2,
    1.2,
  ]);
});

describe('estimates', () => {
  test('are near what a usual month becomes', () => {
    const list = Array.from({ length: 400 }, (_, index) => ({
      day: Math.floor(index / 14),
      ratio: [0.75, 1.33, 1.5, 1][index % 4] ?? 1,
    }));
    const real = layoutOf(list, metrics).height - MONTH_HEADING;
    const guess = estimateRows(400, metrics).height;
    expect(Math.abs(guess - real) / real).toBeLessThan(0.25);
  });

  test('nothing takes no room', () => {
    expect(estimateRows(0, metrics)).toEqual({ rows: 0, height: 0 });
  });
});

describe('finding', () => {
  test('what covers a height is found by halving', () => {
    const tops = stack([100, 50, 200]);
    expect([...tops]).toEqual([0, 100, 150, 350]);
    expect([-5, 0, 99, 100, 149, 150, 349, 9999].map((y) => indexAt(tops, y))).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
    expect(indexAt(stack([]), 0)).toBe(-1);
  });

  test('only rows that touch the span are drawn', () => {
    const { layout, rows } = layoutOf(day(1, 30), metrics);
    const all = rowsBetween(layout, 0, layout.height);
    expect(all).toEqual({ start: 0, end: rows.length });
    const second = rows[1];
    expect(rowsBetween(layout, second?.top ?? 0, (second?.top ?? 0) + 1)).toEqual({ start: 1, end: 2 });
    expect(rowsBetween(layout, layout.height + 1, layout.height + 100)).toEqual({
      start: rows.length,
      end: rows.length,
    });
  });
});

describe('what is seen does not move', () => {
  test('when a month above changes, the scroller follows by the difference', () => {
    expect(keptScrollTop(5000, { top: 1000, before: 2000, after: 2600 })).toBe(5600);
  });

  test('when a month below changes, nothing happens', () => {
    expect(keptScrollTop(500, { top: 1000, before: 2000, after: 2600 })).toBe(500);
  });

  test('inside an estimated month the relative place is kept', () => {
    expect(keptScrollTop(2000, { top: 1000, before: 2000, after: 3000 })).toBe(2500);
  });
});
