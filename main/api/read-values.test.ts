import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAmount, toId, toTime } from './read-values.ts';

describe('ids', () => {
  it('are whole numbers or strings of digits below 2^53', () => {
    expect(toId(9_400_000_000_000)).toBe(9_400_000_000_000);
    expect(toId('9400000000000')).toBe(9_400_000_000_000);
    for (const bad of [0, -1, 1.5, 2 ** 53, '9007199254740993', 'x', '', ' 1', null, undefined, {}, Number.NaN, true]) {
      expect(toId(bad)).toBeNull();
    }
  });

  it('are exact or null, never rounded', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 60n }), (id) => {
        const read = toId(String(id));
        expect(read === null ? id >= 2n ** 53n : BigInt(read) === id).toBe(true);
      }),
    );
  });
});

describe('dates', () => {
  it.each([
    ['2026-01-15T10:30:14+00:00', '2026-01-15T10:30:14.000Z'],
    ['2026-01-15T10:30:14+02:00', '2026-01-15T08:30:14.000Z'],
    ['2026-01-15T10:30:14-0330', '2026-01-15T14:00:14.000Z'],
    ['2026-01-15T10:30:14Z', '2026-01-15T10:30:14.000Z'],
    ['2026-01-15T10:30:14.123456789Z', '2026-01-15T10:30:14.123Z'],
    ['2026-01-15T10:30:14', '2026-01-15T10:30:14.000Z'],
    ['2026-01-15 10:30:14', '2026-01-15T10:30:14.000Z'],
    ['2026-01-15', '2026-01-15T00:00:00.000Z'],
    [1_768_473_014, '2026-01-15T10:30:14.000Z'],
    [1_768_473_014_000, '2026-01-15T10:30:14.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(toTime(text) ?? Number.NaN).toISOString()).toBe(iso);
  });

  it('that do not exist or are no dates are null', () => {
    for (const bad of [
      '2026-02-30T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-15T25:00:00Z',
      'yesterday',
      '1',
      '',
      null,
      undefined,
      {},
      0,
      -5,
      Number.NaN,
      Infinity,
    ]) {
      expect(toTime(bad)).toBeNull();
    }
  });

  it('survive the way through ISO text with any offset', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4_000_000_000 }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (seconds, offset) => {
          const local = new Date((seconds + offset * 60) * 1000);
          fc.pre(local.getTime() > 0);
          const sign = offset < 0 ? '-' : '+';
          const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
          const text = `${local.toISOString().slice(0, 19)}${sign}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
          expect(toTime(text)).toBe(seconds * 1000);
        },
      ),
    );
  });
});

describe('amounts', () => {
  it('come as number or text', () => {
    expect([toAmount(19.99), toAmount('19.99'), toAmount(0), toAmount('free'), toAmount(null)]).toEqual([
      19.99,
      19.99,
      0,
      null,
      null,
    ]);
  });
});
