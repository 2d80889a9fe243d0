import { CalendarDate } from '@internationalized/date';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayText, readDay, zoneOf } from './time-zone.ts';

/** Whole hours on both sides of UTC, half and quarter hours, clocks put forward by half an hour, at midnight, and over a whole day. */
const ZONES = [
  'UTC',
  'America/Los_Angeles',
  'Pacific/Auckland',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Adelaide',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'America/Havana',
  'Africa/Cairo',
  'Pacific/Apia',
];
const DAY = 86_400_000;
const first = Date.UTC(1995, 0, 1) / DAY;
const last = Date.UTC(2045, 0, 1) / DAY;

describe.each(ZONES)('%s', (name) => {
  const zone = zoneOf(name);

  test('days begin where a library of dates says', () => {
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (day) => {
        const [year = 0, month = 0, date = 0] = dayText(day).split('-').map(Number);
        expect(zone.startOfDay(day)).toBe(new CalendarDate(year, month, date).toDate(name).getTime());
      }),
    );
  });

  test('every moment lies in its day and its month', () => {
    fc.assert(
      fc.property(fc.integer({ min: first * DAY, max: last * DAY }), (at) => {
        const day = zone.dayOf(at);
        expect(zone.startOfDay(day)).toBeLessThanOrEqual(at);
        expect(zone.startOfDay(day + 1)).toBeGreaterThan(at);
        const month = zone.monthOf(at);
        expect(zone.startOfMonth(month)).toBeLessThanOrEqual(at);
        expect(zone.startOfMonth(month + 1)).toBeGreaterThan(at);
      }),
    );
  });
});

test('days of a change of clock have as many hours as they have', () => {
  const hours = (name: string, text: string): number => {
    const day = readDay(text) ?? NaN;
    return (zoneOf(name).startOfDay(day + 1) - zoneOf(name).startOfDay(day)) / 3_600_000;
  };
  expect([hours('America/Los_Angeles', '2025-03-09'), hours('America/Los_Angeles', '2025-11-02')]).toEqual([23, 25]);
  expect([hours('Pacific/Auckland', '2025-09-28'), hours('Pacific/Auckland', '2025-04-06')]).toEqual([23, 25]);
  expect([hours('Australia/Lord_Howe', '2025-10-05'), hours('Australia/Lord_Howe', '2025-04-06')]).toEqual([
    23.5, 24.5,
  ]);
  expect(hours('Asia/Kolkata', '2025-03-09')).toBe(24);
  // Samoa left this day out.
  expect(hours('Pacific/Apia', '2011-12-30')).toBe(0);
});

test('texts name days or nothing', () => {
  expect(readDay('1970-01-02')).toBe(1);
  expect(readDay('2024-02-29')).not.toBeNull();
  expect([readDay('2025-02-29'), readDay('2025-6-1'), readDay('')]).toEqual([null, null, null]);
});

test('damaged times stay within what can be dated', () => {
  for (const at of [-8.64e15, 8.64e15, Number.MAX_SAFE_INTEGER]) {
    expect(Number.isSafeInteger(zoneOf('Asia/Kolkata').startOfMonth(zoneOf('Asia/Kolkata').monthOf(at)))).toBe(true);
  }
});
