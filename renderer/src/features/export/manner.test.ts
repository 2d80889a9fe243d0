import { describe, expect, test } from 'vitest';
import { EXPORT_LAYOUTS } from '../../../../main/contract/export-shapes.ts';
import {
  FIRST_MANNER,
  layoutName,
  packageOf,
  presetOf,
  sameManner,
  templateOf,
  withSidecar,
  zipBytesOf,
  zipText,
} from './manner.ts';

describe('a manner', () => {
  test('has a layout by name, also where its template is written out', () => {
    expect(layoutName('by-month')).toBe('by-month');
    expect(layoutName(EXPORT_LAYOUTS['by-month'])).toBe('by-month');
    expect(layoutName('{chat}/{mediaId}')).toBeNull();
    expect(layoutName('toString')).toBeNull();
    expect(templateOf('flat')).toBe(EXPORT_LAYOUTS.flat);
    expect(templateOf('{chat}')).toBe('{chat}');
  });

  test('is the same where only what says nothing differs', () => {
    expect(sameManner(FIRST_MANNER, { ...FIRST_MANNER, csvBom: true, zipBytes: 5e9 })).toBe(true);
    expect(sameManner({ ...FIRST_MANNER, zip: true }, { ...FIRST_MANNER, zip: true, zipBytes: 5e9 })).toBe(false);
    expect(
      sameManner({ ...FIRST_MANNER, sidecars: ['book'] }, { ...FIRST_MANNER, sidecars: ['book'], csvBom: true }),
    ).toBe(false);
    expect(
      sameManner({ ...FIRST_MANNER, sidecars: ['csv', 'json'] }, { ...FIRST_MANNER, sidecars: ['json', 'csv'] }),
    ).toBe(true);
    const preset = { ...FIRST_MANNER, name: 'Editor', layout: EXPORT_LAYOUTS['by-chat'] };
    expect(presetOf([preset], FIRST_MANNER)?.name).toBe('Editor');
    expect(presetOf([preset], { ...FIRST_MANNER, bag: true })).toBeNull();
  });

  test('takes sidecars on and off in one order', () => {
    const both = withSidecar(withSidecar(FIRST_MANNER, 'json', true), 'csv', true);
    expect(both.sidecars).toEqual(['json', 'csv', 'html']);
    expect(withSidecar(both, 'json', false).sidecars).toEqual(['csv', 'html']);
  });

  test('is a folder, a zip or a bag', () => {
    expect(packageOf({ zip: true, bag: true })).toBe('zip');
    expect(packageOf({ zip: false, bag: true })).toBe('bag');
    expect(packageOf(FIRST_MANNER)).toBe('folder');
  });

  test('takes the size of zips in GB, with a point or a comma', () => {
    expect(['', ' 4 ', '1.5', '0,7'].map(zipBytesOf)).toEqual([null, 4e9, 1.5e9, 7e8]);
    expect(['0', '-1', 'x', '1e3', '0.0001'].map(zipBytesOf)).toEqual(Array.from({ length: 5 }, () => undefined));
    expect([null, 4e9, 1.5e9].map(zipText)).toEqual(['', '4', '1.5']);
  });
});
