import { describe, expect, test } from 'vitest';
import { isWireErrorCode } from '../contract/errors.ts';
import { EVENT_NAMES, isEventName } from '../contract/events.ts';
import { EVERYTHING } from '../contract/shapes.ts';
import { CALLS, isCallName } from './calls.ts';

describe('the lists', () => {
  test('names of the prototype are no calls, events or codes', () => {
    const inherited = ['toString', 'constructor', '__proto__', 'hasOwnProperty', ''];
    expect(inherited.filter((name) => isCallName(name) || isEventName(name) || isWireErrorCode(name))).toEqual([]);
    expect(EVENT_NAMES.length).toBeGreaterThan(0);
  });
});

describe('inputs', () => {
  test('a page of media is bounded', () => {
    const page = CALLS['media.page'].input;
    expect(page.safeParse({ filter: EVERYTHING, after: null, limit: 200 }).success).toBe(true);
    expect(page.safeParse({ filter: EVERYTHING, after: null, limit: 201 }).success).toBe(false);
    expect(page.safeParse({ filter: EVERYTHING, after: null, limit: 1_000_000 }).success).toBe(false);
  });

  test('unknown fields and ids that are not ids are refused', () => {
    expect(CALLS['media.item'].input.safeParse({ accountId: 1, mediaId: 2, path: '/etc/passwd' }).success).toBe(false);
    for (const mediaId of ['2', 0, -1, 1.5, Number.NaN, 2 ** 53, null]) {
      expect(CALLS['media.item'].input.safeParse({ accountId: 1, mediaId }).success).toBe(false);
    }
  });

  test('only https leaves the app', () => {
    const open = CALLS['system.openExternal'].input;
    expect(open.safeParse({ url: 'https://example.org/a' }).success).toBe(true);
    for (const url of ['http://example.org', 'file:///etc/passwd', 'javascript:alert(1)', 'smb://host/share']) {
      expect(open.safeParse({ url }).success).toBe(false);
    }
  });

  test('a setting may come alone, a wrong one not at all', () => {
    expect(CALLS['settings.set'].input.parse({ theme: 'dark' })).toEqual({ theme: 'dark' });
    expect(CALLS['settings.set'].input.safeParse({ concurrency: 0 }).success).toBe(false);
  });
});
