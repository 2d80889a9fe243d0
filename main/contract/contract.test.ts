import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALL_NAMES, isCallName } from './calls.ts';
import { isWireErrorCode, readWireError } from './errors.ts';
import { EVENT_NAMES, isEventName } from './events.ts';
import { mediaUrl, parseMediaUrl, THUMB_HEIGHTS, thumbHeightFor, thumbUrl } from './media-url.ts';
import { VARIANTS } from './model.ts';
import { callSchemas } from './schemas.ts';
import { EVERYTHING } from './shapes.ts';

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

describe('the lists', () => {
  test('each call has a schema and nothing else has', () => {
    expect(Object.keys(callSchemas).sort()).toEqual([...CALL_NAMES].sort());
  });

  test('names of the prototype are no calls, events or codes', () => {
    const inherited = ['toString', 'constructor', '__proto__', 'hasOwnProperty', ''];
    expect(inherited.filter((name) => isCallName(name) || isEventName(name) || isWireErrorCode(name))).toEqual([]);
    expect(EVENT_NAMES.length).toBeGreaterThan(0);
  });
});

describe('inputs', () => {
  test('a page of media is bounded', () => {
    const page = callSchemas['media.page'];
    expect(page.safeParse({ filter: EVERYTHING, after: null, limit: 200 }).success).toBe(true);
    expect(page.safeParse({ filter: EVERYTHING, after: null, limit: 201 }).success).toBe(false);
    expect(page.safeParse({ filter: EVERYTHING, after: null, limit: 1_000_000 }).success).toBe(false);
  });

  test('unknown fields and ids that are not ids are refused', () => {
    expect(callSchemas['media.item'].safeParse({ accountId: 1, mediaId: 2, path: '/etc/passwd' }).success).toBe(false);
    for (const mediaId of ['2', 0, -1, 1.5, Number.NaN, 2 ** 53, null]) {
      expect(callSchemas['media.item'].safeParse({ accountId: 1, mediaId }).success).toBe(false);
    }
  });

  test('only https leaves the app', () => {
    const open = callSchemas['system.openExternal'];
    expect(open.safeParse({ url: 'https://example.org/a' }).success).toBe(true);
    for (const url of ['http://example.org', 'file:///etc/passwd', 'javascript:alert(1)', 'smb://host/share']) {
      expect(open.safeParse({ url }).success).toBe(false);
    }
  });

  test('a setting may come alone, a wrong one not at all', () => {
    expect(callSchemas['settings.set'].parse({ theme: 'dark' })).toEqual({ theme: 'dark' });
    expect(callSchemas['settings.set'].safeParse({ concurrency: 0 }).success).toBe(false);
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
