import { describe, expect, test } from 'vitest';
import { isShortcut, SHORTCUTS, shownKeys, type KeyPress, type ShortcutId } from './keyboard.ts';

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...change,
});

describe('shortcuts', () => {
  test('mod is Command on a Mac and Control elsewhere', () => {
    expect(isShortcut(press('k', { metaKey: true }), 'palette', true)).toBe(true);
    expect(isShortcut(press('k', { ctrlKey: true }), 'palette', true)).toBe(false);
    expect(isShortcut(press('k', { ctrlKey: true }), 'palette', false)).toBe(true);
    expect(isShortcut(press('k'), 'palette', false)).toBe(false);
  });

  test('a bare letter is no shortcut with a modifier', () => {
    expect(isShortcut(press('b'), 'blur', false)).toBe(true);
    expect(isShortcut(press('B', { shiftKey: true }), 'blur', false)).toBe(true);
    expect(isShortcut(press('b', { ctrlKey: true }), 'blur', false)).toBe(false);
    expect(isShortcut(press('b', { ctrlKey: true }), 'sidebar', false)).toBe(true);
  });

  test('with a modifier, Shift makes another shortcut', () => {
    const shifted = press('Z', { ctrlKey: true, shiftKey: true });
    expect([isShortcut(shifted, 'undo', false), isShortcut(shifted, 'redo', false)]).toEqual([false, true]);
    expect(isShortcut(press('z', { ctrlKey: true }), 'redo', false)).toBe(false);
  });

  test('characters made with Shift are taken as they come', () => {
    expect(isShortcut(press('?', { shiftKey: true }), 'shortcuts', false)).toBe(true);
  });

  test('keys of one place never clash', () => {
    const seen = new Map<string, ShortcutId[]>();
    for (const id of Object.keys(SHORTCUTS) as ShortcutId[]) {
      const { keys, group } = SHORTCUTS[id];
      for (const place of group === 'everywhere' ? ['timeline', 'viewer'] : [group]) {
        seen.set(`${place} ${keys}`, [...(seen.get(`${place} ${keys}`) ?? []), id]);
      }
    }
    expect([...seen.values()].filter((ids) => ids.length > 1)).toEqual([]);
  });

  test('keys are shown as the system writes them', () => {
    expect([
      shownKeys('palette', true),
      shownKeys('palette', false),
      shownKeys('back', false),
      shownKeys('blur', false),
    ]).toEqual(['⌘ K', 'Ctrl K', 'Alt ←', 'B']);
  });
});
