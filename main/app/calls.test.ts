import { describe, expect, test } from 'vitest';
import { isWireErrorCode } from '../contract/errors.ts';
import { EVENT_NAMES, isEventName } from '../contract/events.ts';
import { EVERYTHING } from '../contract/shapes.ts';
import { CALL_NAMES, isCallName } from './calls.ts';
import { callSchemas } from './schemas.ts';

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
