import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wantedBytes } from './file-answer.ts';

test.each([
  ['bytes=0-0', 10, { kind: 'part', start: 0, end: 0 }],
  ['bytes=0-', 10, { kind: 'part', start: 0, end: 9 }],
  ['bytes=3-5', 10, { kind: 'part', start: 3, end: 5 }],
  ['Bytes=3-5', 10, { kind: 'part', start: 3, end: 5 }],
  ['bytes=9-99', 10, { kind: 'part', start: 9, end: 9 }],
  ['bytes=-3', 10, { kind: 'part', start: 7, end: 9 }],
  ['bytes=-99', 10, { kind: 'part', start: 0, end: 9 }],
  ['bytes=0-99999999999999999999999999', 10, { kind: 'part', start: 0, end: 9 }],
  ['bytes=10-', 10, { kind: 'unsatisfiable' }],
  ['bytes=99999999999999999999-', 10, { kind: 'unsatisfiable' }],
  ['bytes=-0', 10, { kind: 'unsatisfiable' }],
  ['bytes=0-', 0, { kind: 'unsatisfiable' }],
  ['bytes=-1', 0, { kind: 'unsatisfiable' }],
])('%s of %d bytes', (header, size, wanted) => {
  expect(wantedBytes(header, size)).toEqual(wanted);
});

test.each([
  [null],
  [''],
  ['bytes'],
  ['bytes='],
  ['bytes=-'],
  ['bytes=5-3'],
  ['bytes=a-b'],
  ['bytes=1-2-3'],
  ['bytes=0-1,3-4'],
  ['bytes=--1'],
  ['bytes=+1-2'],
  ['bytes=1.5-2'],
  ['items=0-1'],
  ['bytes = 0-1'],
])('%s asks for the whole', (header) => {
  expect(wantedBytes(header, 10)).toEqual({ kind: 'whole' });
});

test('whatever the header, a part lies inside the file', () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${String(a)}-${String(b)}`),
    fc.nat().map((n) => `bytes=-${String(n)}`),
    fc.string().map((text) => `bytes=${text}`),
  );
  fc.assert(
    fc.property(header, fc.nat(1000), (text, size) => {
      const wanted = wantedBytes(text, size);
      if (wanted.kind === 'part') {
        expect(wanted.start).toBeGreaterThanOrEqual(0);
        expect(wanted.end).toBeGreaterThanOrEqual(wanted.start);
        expect(wanted.end).toBeLessThan(size);
      }
    }),
  );
});
