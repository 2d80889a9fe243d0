/** Where the window was. Pure: reading, fitting to the screens there are now. */
import { z } from 'zod';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { parseAs } from '../../../lib/json-file.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  readonly bounds: Rectangle | null;
  readonly maximized: boolean;
}

export const MIN_SIZE = { width: 720, height: 480 } as const;
const DEFAULT_SIZE = { width: 1280, height: 840 } as const;
/** So much of the title bar must be on a screen for a hand to reach it. */
const GRIP = { width: 120, height: 40 } as const;

export const DEFAULT_STATE: WindowState = { bounds: null, maximized: false };

const side = z.int().min(-100_000).max(100_000);
const schema = z.object({
  bounds: z.object({ x: side, y: side, width: side.positive(), height: side.positive() }).nullable(),
  maximized: z.boolean(),
});

/**
 * Bounds for a window on the screens that are there now. A remembered place counts while its title bar can be reached on some screen;
 * otherwise (a display was unplugged, turned or scaled) the window stands in the middle of the first. Never larger than its screen.
 *
 * @param screens work areas, the primary one first; at least one
 */
export function fitToScreens(state: WindowState, screens: readonly Rectangle[]): Rectangle {
  const [primary] = screens;
  if (primary === undefined) {
    return { x: 0, y: 0, ...DEFAULT_SIZE };
  }
  const wanted = state.bounds;
  if (wanted !== null) {
    for (const screen of screens) {
      // Judged after it was made to fit: a window that spanned two screens may leave the one it is cut to.
      const fitted = { x: wanted.x, y: wanted.y, ...clampSize(wanted, screen) };
      if (canReach(fitted, screen)) {
        return fitted;
      }
    }
  }
  return centre(clampSize(wanted ?? DEFAULT_SIZE, primary), primary);
}

function canReach(window: Rectangle, screen: Rectangle): boolean {
  const overlap = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return overlap >= GRIP.width && window.y >= screen.y && window.y + GRIP.height <= screen.y + screen.height;
}

const clampSize = (
  size: { readonly width: number; readonly height: number },
  screen: Rectangle,
): { width: number; height: number } => ({
  width: Math.min(Math.max(size.width, MIN_SIZE.width), screen.width),
  height: Math.min(Math.max(size.height, MIN_SIZE.height), screen.height),
});

const centre = (size: { readonly width: number; readonly height: number }, screen: Rectangle): Rectangle => ({
  x: screen.x + Math.round((screen.width - size.width) / 2),
  y: screen.y + Math.round((screen.height - size.height) / 2),
  ...size,
});

/** Anything that is not a whole, sane state is the default: a window must always open. */
export const parseWindowState = (text: string): WindowState => parseAs(schema, text) ?? DEFAULT_STATE;

/** The remembered window; the default when there is none, or none that can be read. */
export const loadWindowState = (path: string): Promise<WindowState> =>
  readFile(path, 'utf8').then(parseWindowState, () => DEFAULT_STATE);

/** Whole or not at all. Rejects when the folder cannot be written. */
export async function saveWindowState(path: string, state: WindowState): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Not worth a wait for the disk at every move of the window.
  await writeFileAtomic(path, `${JSON.stringify(state)}\n`, { fsync: false });
}
