import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWireError } from './errors.ts';
import { mediaUrl, parseMediaUrl, THUMB_HEIGHTS, thumbHeightFor, thumbUrl } from './media-url.ts';
import { VARIANTS } from './model.ts';

const ids = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

describe('media addresses', () => {
  test('what is built is read back', () => {
    fc.assert(
      fc.property(
        ids,
        ids,
        fc.constantFrom(...VARIANTS),
        fc.constantFrom(...THUMB_HEIGHTS),
        (accountId, mediaId, variant, height) => {
          expect(parseMediaUrl(mediaUrl(accountId, mediaId, variant))).toEqual({
            kind: 'media',
            accountId,
            mediaId,
            variant,
          });
          expect(parseMediaUrl(thumbUrl(accountId, mediaId, height))).toEqual({
            kind: 'thumb',
            accountId,
            mediaId,
            height,
          });
        },
      ),
    );
  });

  test('anything that is not exactly an address is refused', () => {
    const hostile = [
      '',
      '/',
      '/media',
      '/media/1/2',
      '/media/1/2/full/',
      '/media/1/2/full/x',
      '/media/1/2/../full',
      '/media/../../etc/passwd',
      '/media/1/%2e%2e/full',
      '/media/0/2/full',
      '/media/01/2/full',
      '/media/-1/2/full',
      '/media/1e3/2/full',
      '/media/1/99999999999999999/full',
      '/media/1/9007199254740993/full',
      '/media/1/2/toString',
      '/thumb/1/2/161',
      '/thumb/1/2/160.0',
      'media/1/2/full',
      '//media/1/2/full',
      '/media/1/2/full?x=1',
    ];
    expect(hostile.filter((path) => parseMediaUrl(path) !== null)).toEqual([]);
  });

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string(), (path) => parseMediaUrl(`/media/${path}`) === null || path.length > 0));
  });

  test('a thumbnail is at least as high as the screen needs, where there is one', () => {
    expect([thumbHeightFor(96, 1), thumbHeightFor(144, 2), thumbHeightFor(208, 2), thumbHeightFor(208, 4)]).toEqual([
      160, 320, 640, 640,
    ]);
  });
});

test('an unreadable error still has words', () => {
  expect(readWireError({ code: 'disk_full', message: 'The disk is full.', hint: 'Free some space.' }).code).toBe(
    'disk_full',
  );
  for (const strange of [null, 'x', {}, { code: 'nonsense', message: 'm' }, { code: 'disk_full' }]) {
    const error = readWireError(strange);
    expect([error.code, error.message.length > 0]).toEqual(['internal', true]);
  }
});
