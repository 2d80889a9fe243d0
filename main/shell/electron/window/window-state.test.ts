import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  DEFAULT_STATE,
  fitToScreens,
  loadWindowState,
  MIN_SIZE,
  parseWindowState,
  type Rectangle,
  saveWindowState,
} from './window-state.ts';

const SCREEN: Rectangle = { x: 0, y: 25, width: 1920, height: 1055 };
const RIGHT: Rectangle = { x: 1920, y: 0, width: 1280, height: 800 };
const at = (bounds: Rectangle) => ({ bounds, maximized: false });

describe('a remembered window', () => {
  test('stands where it was while that is on a screen, also the second', () => {
    const bounds = { x: 2000, y: 40, width: 900, height: 600 };
    expect(fitToScreens(at(bounds), [SCREEN, RIGHT])).toEqual(bounds);
  });

  test('comes back to the middle of the first screen when its own was unplugged', () => {
    expect(fitToScreens(at({ x: 2000, y: 40, width: 900, height: 600 }), [SCREEN])).toEqual({
      x: 510,
      y: 253,
      width: 900,
      height: 600,
    });
  });

  test('comes back when only a sliver, or all but the title bar, can be seen', () => {
    const centred = { x: 510, y: 253, width: 900, height: 600 };
    expect(fitToScreens(at({ x: 1900, y: 100, width: 900, height: 600 }), [SCREEN])).toEqual(centred);
    expect(fitToScreens(at({ x: 100, y: -200, width: 900, height: 600 }), [SCREEN])).toEqual(centred);
    expect(fitToScreens(at({ x: 100, y: 1070, width: 900, height: 600 }), [SCREEN])).toEqual(centred);
  });

  test('is never larger than its screen', () => {
    expect(fitToScreens(at({ x: 0, y: 25, width: 9000, height: 9000 }), [SCREEN])).toEqual(SCREEN);
  });

  test('whatever was remembered, its title bar can be reached and its size is sane', () => {
    const number = fc.integer({ min: -100_000, max: 100_000 });
    const side = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(number, number, side, side, (x, y, width, height) => {
        const fitted = fitToScreens(at({ x, y, width, height }), [SCREEN, RIGHT]);
        const reachable = [SCREEN, RIGHT].some(
          (screen) =>
            fitted.y >= screen.y &&
            fitted.y < screen.y + screen.height &&
            fitted.x < screen.x + screen.width &&
            fitted.x + fitted.width > screen.x &&
            fitted.width <= screen.width &&
            fitted.height <= screen.height,
        );
        expect([reachable, fitted.width >= MIN_SIZE.width, fitted.height >= MIN_SIZE.height]).toEqual([
          true,
          true,
          true,
        ]);
      }),
    );
  });
});

test('anything that is no whole state is the default, never an error', () => {
  const broken = [
    '',
    '{',
    'null',
    '[]',
    '{"bounds":null}',
    '{"bounds":{"x":1,"y":1,"width":0,"height":10},"maximized":false}',
    '{"bounds":{"x":1e99,"y":1,"width":10,"height":10},"maximized":false}',
    '{"bounds":{"x":"1","y":1,"width":10,"height":10},"maximized":false}',
    '\0'.repeat(100),
  ];
  expect(broken.map(parseWindowState)).toEqual(broken.map(() => DEFAULT_STATE));
  fc.assert(fc.property(fc.string(), (text) => typeof parseWindowState(text).maximized === 'boolean'));
});

describe('the file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chatkeep-window-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test('keeps a state in a folder that it makes', async () => {
    const path = join(folder, 'new', 'window.json');
    const state = { bounds: { x: -5, y: 30, width: 900, height: 700 }, maximized: true };
    await saveWindowState(path, state);
    expect(await loadWindowState(path)).toEqual(state);
  });

  test('that is missing, damaged or a folder is the default, and a damaged one is written anew', async () => {
    const path = join(folder, 'window.json');
    expect(await loadWindowState(path)).toEqual(DEFAULT_STATE);
    expect(await loadWindowState(folder)).toEqual(DEFAULT_STATE);
    await writeFile(path, '{"bounds":');
    expect(await loadWindowState(path)).toEqual(DEFAULT_STATE);
    await saveWindowState(path, DEFAULT_STATE);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(DEFAULT_STATE);
  });
});
