import { describe, expect, test } from 'vitest';
import { UTC, zoneOf } from '../../../main/contract/time-zone.ts';
import { makeFormat } from './format.ts';
import { chooseLanguage } from './index.ts';

const format = makeFormat('en-GB', UTC);
const NBSP = /[\u00a0\u202f]/g;
const plain = (text: string): string => text.replaceAll(NBSP, ' ');
const now = new Date(2026, 10, 24, 14, 30).getTime();

describe('sizes and lengths', () => {
  test('sizes have at most three digits and their unit', () => {
    expect(
      [0, 999, 1000, 999_499, 999_500, 31_800_000_000, 459_000_000_000, 1_500_000_000_000].map((bytes) =>
        plain(format.bytes(bytes)),
      ),
    ).toEqual(['0 bytes', '999 bytes', '1 kB', '999 kB', '1 MB', '31.8 GB', '459 GB', '1.5 TB']);
  });

  test('lengths read like a clock', () => {
    expect([0, 42_000, 67_400, 3_727_000].map((ms) => format.length(ms))).toEqual(['0:00', '0:42', '1:07', '1:02:07']);
  });

  test('durations use the unit that fits', () => {
    expect([200, 42_000, 360_000, 3_600_000, 5_400_000].map((ms) => plain(format.duration(ms)))).toEqual([
      '1 sec',
      '42 secs',
      '6 mins',
      '1 hr',
      '1 hr 30 mins',
    ]);
  });
});

describe('days', () => {
  test('today and yesterday have names, other days their date, other years their year', () => {
    const at = (year: number, month: number, day: number): string =>
      format.day(new Date(year, month, day, 0, 1).getTime(), now);
    expect([at(2026, 10, 24), at(2026, 10, 23), at(2026, 10, 20), at(2024, 1, 29)]).toEqual([
      'Today',
      'Yesterday',
      '20 Nov',
      '29 Feb 2024',
    ]);
  });

  test('the grid cuts days in the zone of the app', () => {
    const late = Date.UTC(2025, 5, 30, 23, 30);
    expect([
      format.gridDay(late, true),
      makeFormat('en-GB', zoneOf('Asia/Tokyo')).gridDay(late, true),
      format.gridDay(late, false),
    ]).toEqual(['Mon 30 Jun', 'Tue 1 Jul', '30 Jun']);
    expect(format.month(late)).toBe('June 2025');
  });

  test('a moment ago is told in the largest unit that fits', () => {
    expect([
      format.ago(now - 4 * 60_000, now),
      format.ago(now - 5 * 3_600_000, now),
      format.ago(now + 5000, now),
    ]).toEqual(['4 min ago', '5 hr ago', 'this minute']);
  });
});

describe('the language of the browser', () => {
  test('that is no valid tag is passed over', () => {
    expect(chooseLanguage(['en-US@posix', 'en-GB'])).toEqual({ language: 'en', locale: 'en-GB' });
    expect(chooseLanguage(['C', 'xx', 'en_US.UTF-8'])).toEqual({ language: 'en', locale: 'en-GB' });
  });
});
