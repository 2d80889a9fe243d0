import fc from 'fast-check';
import { UTC } from '../../../contract/time-zone.ts';
import { describe, expect, it } from 'vitest';
import { bytes, counted, cut, duration, moment, pad, safe, widthOf } from './format.ts';
import { tableLines, type Column } from './table.ts';

describe('numbers and times', () => {
  it('reads as a person would write them', () => {
    expect([0, 999, 1000, 12_345, 999_999, 31_457_280, 5e12].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1.00 kB',
      '12.3 kB',
      '1.00 MB',
      '31.5 MB',
      '5.00 TB',
    ]);
    expect([800, 42_000, 60_000, 185_000, 7_800_000, 3e8].map(duration)).toEqual([
      '0.8 s',
      '42 s',
      '1 min',
      '3 min 5 s',
      '2 h 10 min',
      '3 d 11 h',
    ]);
    expect([counted(1, 'chat'), counted(1200, 'file')]).toEqual(['1 chat', '1,200 files']);
    expect(moment(Date.UTC(2025, 5, 1, 14, 3, 59), UTC)).toBe('2025-06-01 14:03');
  });
});

describe('texts of other people', () => {
  it('cannot steer the terminal or turn the line around', () => {
    expect(safe('a\u001B[2Jb\u0007\u009B1mc')).toBe('a[2Jb1mc');
    expect(safe('one\r\ntwo\tthree')).toBe('one two three');
    expect(safe('\u202Eevil\u2066')).toBe('evil');
  });

  it('hold no control character, whatever they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(safe(text))),
    );
  });

  it('take the columns that a terminal gives them', () => {
    expect(['abc', 'é', '漢字', '🌅', 'استوديو'].map(widthOf)).toEqual([3, 1, 4, 2, 7]);
    expect(cut('漢字漢字', 5)).toBe('漢字…');
    expect(cut('short', 5)).toBe('short');
  });

  it('are never wider than asked for, and padded to just that', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        expect(widthOf(cut(safe(text), width))).toBeLessThanOrEqual(width);
        expect(widthOf(pad(cut(safe(text), width), width, 'left'))).toBe(width);
      }),
    );
  });
});

describe('a table of fixed widths', () => {
  const columns: Column<{ readonly id: number; readonly text: string }>[] = [
    { title: 'ID', align: 'right', width: 4, cell: ({ id }) => String(id) },
    { title: 'TEXT', width: 4, cell: ({ text }) => text },
  ];

  it('cuts words, but never a number: its beginning would be another number', () => {
    expect(tableLines(columns, [{ id: 94_000_603_177_120, text: 'frames' }])).toEqual([
      '  ID  TEXT',
      '94000603177120  fra…',
    ]);
  });
});
