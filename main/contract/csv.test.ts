import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell, csvLine } from './csv.ts';
import { csvCells } from './testing/read-csv.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+49 30', "'+49 30"],
  ['-cmd', "'-cmd"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ['\t=1', "'\t=1"],
  ['\r\n=1', "'\r\n=1"],
  ['\u200B=1', "'\u200B=1"],
  ['＝1+1', "'＝1+1"],
  ['-5', '-5'],
  ['plain', 'plain'],
  ["'quoted", "'quoted"],
])('%j cannot become a formula', (text, wanted) => {
  const cell = csvCell(text);
  expect(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell).toBe(wanted);
});

test('quotes, commas and line breaks survive', () => {
  expect(csvLine(['a "b"', 'c,d', 'e\nf', null, 5, true])).toBe('"a ""b""","c,d","e\nf",,5,true\r\n');
});

test('whatever the texts, the same cells come out, and none begins like a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 }), (texts) => {
      const [cells = []] = csvCells(csvLine(texts));
      expect(cells).toHaveLength(texts.length);
      for (const [index, cell] of cells.entries()) {
        const text = (texts[index] ?? '').replaceAll('\0', '');
        expect([text, `'${text}`]).toContain(cell);
        expect(cell).not.toMatch(/^[=+@]/);
      }
    }),
  );
});
