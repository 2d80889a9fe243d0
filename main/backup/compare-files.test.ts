import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BlobRow } from '../index/files/calls.ts';
import { compareFiles, type ComparedFile } from './compare-files.ts';

const hash = fc.integer({ min: 0, max: 60 }).map((number) => String(number).padStart(64, '0'));
const file = fc.record({ sha256: hash, ext: fc.constantFrom('jpg', 'mp4'), bytes: fc.integer({ min: 1, max: 3 }) });
const named = fc.uniqueArray(file, { selector: ({ sha256 }) => sha256, maxLength: 40 });
const found = fc.uniqueArray(file, { selector: ({ sha256, ext }) => `${sha256}.${ext}`, maxLength: 60 });
const size = fc.integer({ min: 1, max: 7 });

async function* pagesOf<Row extends { readonly sha256: string }>(
  rows: readonly Row[],
  most: number,
): AsyncGenerator<Row[]> {
  const sorted = rows.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  for (let from = 0; from < sorted.length; from += most) {
    yield await Promise.resolve(sorted.slice(from, from + most));
  }
}

test('whatever the pages, each named file is answered once, in order, with what is there by name and size', async () => {
  await fc.assert(
    fc.asyncProperty(named, found, size, size, async (rows, files, page, walked) => {
      const blobs = rows.map((row): BlobRow => ({ ...row, mime: 'x/x', verifiedAt: null }));
      const answer: ComparedFile[] = [];
      for await (const part of compareFiles(pagesOf(blobs, page), pagesOf(files, walked))) {
        answer.push(...part);
      }
      expect(answer.map(({ blob }) => blob.sha256)).toEqual(rows.map(({ sha256 }) => sha256).toSorted());
      for (const { blob, there } of answer) {
        expect(there).toBe(
          files.some(({ sha256, ext, bytes }) => sha256 === blob.sha256 && ext === blob.ext && bytes === blob.bytes),
        );
      }
    }),
  );
});
