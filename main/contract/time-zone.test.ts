import { CalendarDate } from '@internationalized/date';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayText, findZone, localText, readDay, zoneOf } from './time-zone.ts';

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
  'Pacific/Kiritimati',
  'Etc/GMT-14',
  'Etc/GMT+12',
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

test('a local time names its first moment, and one that the clocks skipped the moment of the change', () => {
  const at = (name: string, wall: string): string =>
    new Date(zoneOf(name).atWall(Date.parse(`${wall}Z`))).toISOString();
  expect(at('Europe/Berlin', '2025-06-01T14:30')).toBe('2025-06-01T12:30:00.000Z');
  // Put back from 03:00 to 02:00: 02:30 is there twice.
  expect(at('Europe/Berlin', '2025-10-26T02:30')).toBe('2025-10-26T00:30:00.000Z');
  // Put forward from 02:00 to 03:00: 02:30 is never.
  expect(at('Europe/Berlin', '2025-03-30T02:30')).toBe('2025-03-30T01:00:00.000Z');
  expect(at('Etc/GMT-14', '2025-06-01T00:00')).toBe('2025-05-31T10:00:00.000Z');
  expect(at('UTC', '2025-06-01T00:00')).toBe('2025-06-01T00:00:00.000Z');
});

test('the text of a local time is that moment again, also in an hour that is there twice', () => {
  const text = (name: string, at: string): string => localText(Date.parse(at), zoneOf(name));
  expect(text('Europe/Berlin', '2025-10-26T00:30:05Z')).toBe('2025-10-26T02:30:05+02:00');
  expect(text('Europe/Berlin', '2025-10-26T01:30:05Z')).toBe('2025-10-26T02:30:05+01:00');
  expect(text('UTC', '2025-10-26T01:30:05Z')).toBe('2025-10-26T01:30:05+00:00');
  for (const name of ZONES) {
    fc.assert(
      fc.property(fc.integer({ min: first * 86_400, max: last * 86_400 }), (seconds) => {
        expect(Date.parse(localText(seconds * 1000, zoneOf(name)))).toBe(seconds * 1000);
      }),
      { numRuns: 30 },
    );
  }
});

test('zones are found by name, and nothing else is one', () => {
  expect([findZone('Europe/Berlin')?.name, findZone('europe/berlin')?.name, findZone('utc')?.name]).toEqual([
    'Europe/Berlin',
    'Europe/Berlin',
    'UTC',
  ]);
  expect(['', 'Mars/Olympus', '+02:00', 'local', '../etc'].map(findZone)).toEqual([null, null, null, null, null]);
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
