import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { DEFAULT_STATE, parseWindowState, type WindowState } from './window-state.ts';

/** The remembered window; the default when there is none, or none that can be read. */
export async function loadWindowState(path: string): Promise<WindowState> {
  try {
    return parseWindowState(await readFile(path, 'utf8'));
  } catch {
    return DEFAULT_STATE;
  }
}

/** Whole or not at all. Rejects when the folder cannot be written. */
export async function saveWindowState(path: string, state: WindowState): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Not worth a wait for the disk at every move of the window.
  await writeFileAtomic(path, `${JSON.stringify(state)}\n`, { fsync: false });
}
