import fc from 'fast-check';
import { UTC, zoneOf } from '../../../contract/time-zone.ts';
import { describe, expect, it } from 'vitest';
import { parseCount, parseDate, parseId, parseInterval, parseSince, parseState, readZone } from './parse.ts';

describe('dates', () => {
  it('are UTC, and a day alone means all of it', () => {
    expect(parseDate('2025-06-01', '--from', 'start', UTC)).toBe(Date.UTC(2025, 5, 1));
    expect(parseDate('2025-06-01', '--to', 'end', UTC)).toBe(Date.UTC(2025, 5, 2));
    expect(parseDate('2025-06-01T14:30', '--to', 'end', UTC)).toBe(Date.UTC(2025, 5, 1, 14, 30));
    expect(parseDate('2025-06-01T14:30:05.250Z', '--from', 'start', UTC)).toBe(Date.UTC(2025, 5, 1, 14, 30, 5, 250));
    expect(parseDate('2025-06-01T14:30+02:00', '--from', 'start', UTC)).toBe(Date.UTC(2025, 5, 1, 12, 30));
  });

  it.each([
    '2025-02-31',
    '2025-13-01',
    '01.06.2025',
    '2025-6-1',
    'yesterday',
    '',
    '2025-06-01T25:00',
    '2025-06-01 14:30',
  ])('refuses %j', (text) => {
    expect(() => parseDate(text, '--from', 'start', UTC)).toThrow(/--from must be a date/);
  });

  it('read back what toISOString wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (at) => {
        expect(parseDate(new Date(at).toISOString(), '--from', 'start', UTC)).toBe(at);
      }),
    );
  });
});

describe('intervals', () => {
  it('have a unit, from ten seconds to a week', () => {
    expect(['10s', '30s', '15m', '2h', '7d'].map((text) => parseInterval(text, '--every'))).toEqual([
      10_000, 30_000, 900_000, 7_200_000, 604_800_000,
    ]);
  });

  it.each(['9s', '0m', '15', '1.5h', '-1m', '8d', 'm', '15 m', ''])('refuses %j', (text) => {
    expect(() => parseInterval(text, '--every')).toThrow(/--every/);
  });
});

describe('ids, counts and words', () => {
  it('are read exactly', () => {
    expect(parseId('9400000000000', '--chat')).toBe(9_400_000_000_000);
    expect(parseCount('32', '--concurrency', 1, 32)).toBe(32);
    expect([parseState('not-ready', '--state'), parseState('notReady', '--state')]).toEqual(['notReady', 'notReady']);
    expect([parseSince('12', '--since', UTC), parseSince('2025-06-01', '--since', UTC)]).toEqual([
      { run: 12 },
      { at: Date.UTC(2025, 5, 1) },
    ]);
  });

  it.each(['0', '-5', '1e3', '0x10', '9007199254740993', ' 7', '7 '])('refuse the id %j', (text) => {
    expect(() => parseId(text, '--chat')).toThrow(/--chat must be an id/);
  });

  it('show no control characters of what they refuse', () => {
    expect(() => parseId('\u001B[2J', '--chat')).toThrow(/not "\[2J"/);
  });
});

describe('days of another zone', () => {
  const berlin = zoneOf('Europe/Berlin');

  it('begin and end with its clocks, also where they are changed', () => {
    expect(parseDate('2025-06-01', '--from', 'start', berlin)).toBe(Date.UTC(2025, 4, 31, 22));
    // 23 hours.
    expect(parseDate('2025-03-30', '--to', 'end', berlin) - parseDate('2025-03-30', '--from', 'start', berlin)).toBe(
      23 * 3_600_000,
    );
    // Samoa left this day out.
    const apia = zoneOf('Pacific/Apia');
    expect(parseDate('2011-12-30', '--from', 'start', apia)).toBe(parseDate('2011-12-30', '--to', 'end', apia));
  });

  it('leave times alone that name a zone, and take the others for local ones', () => {
    expect(parseDate('2025-06-01T14:30Z', '--from', 'start', berlin)).toBe(Date.UTC(2025, 5, 1, 14, 30));
    expect(parseDate('2025-06-01T14:30', '--from', 'start', berlin)).toBe(Date.UTC(2025, 5, 1, 12, 30));
  });

  it('are those of a zone with a name', () => {
    expect(readZone('Europe/Berlin')?.name).toBe('Europe/Berlin');
    expect([readZone(undefined), readZone('')]).toEqual([null, null]);
    expect(() => readZone('Mars/Olympus')).toThrow(/--time-zone must be a zone/);
  });
});
