/** Finds real Electron once for all spec files. Without one, every spec on it is skipped with one line that says what to set. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { TestProject } from 'vitest/node';
import { binaryPath } from '../../../main/shell/electron/launch/find-electron.ts';

declare module 'vitest' {
  // Merged with what vitest declares: only an interface can be.
  interface ProvidedContext {
    /** Electron's executable; null when the specs on it are skipped. */
    electron: string | null;
    /** X11 displays, one for each process that runs tests; none = they share the one that there is. */
    displays: readonly string[];
  }
}

const root = resolve(import.meta.dirname, '../../..');

/** The executable, or why there is none to use. Looked for, never downloaded: a test must not wait for the network. */
export function findRealElectron({
  env,
  platform,
  getuid,
}: NodeJS.Process): { readonly binary: string } | { readonly missing: string } {
  const named = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '';
  const binary = join(named === '' ? join(root, 'node_modules/electron/dist') : named, binaryPath(platform));
  if (!existsSync(binary)) {
    return {
      missing: `${binary} is not there. Run "node node_modules/electron/install.js" or set ELECTRON_OVERRIDE_DIST_PATH to a folder with Electron`,
    };
  }
  if (!existsSync(join(root, 'out/main/electron.js'))) {
    return { missing: 'there is no build in out/. Run "npm run build"' };
  }
  if (getuid?.() === 0) {
    return { missing: "Electron's sandbox refuses to run as root. Run the tests as another user" };
  }
  if (platform === 'linux' && (env['DISPLAY'] ?? env['WAYLAND_DISPLAY'] ?? '') === '') {
    return { missing: 'there is no display. Set DISPLAY, or run the tests with "xvfb-run -a"' };
  }
  return { binary };
}

/** An Xvfb that picks its own number; null where it is not installed. */
async function startDisplay(): Promise<{ readonly name: string; readonly stop: () => void } | null> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const numbers = child.stdio[3] as Readable;
  const number = await Promise.race([
    once(numbers, 'data').then(([data]: unknown[]) => String(data).trim()),
    once(child, 'exit').then(
      () => null,
      () => null,
    ),
  ]);
  return number === null ? null : { name: `:${number}`, stop: () => child.kill() };
}

/**
 * `CHATKEEP_ELECTRON=required` turns the skip into a failure. A display has one pointer and one focus, which the window in front takes: each
 * process that runs tests has a display of its own where Xvfb is installed.
 */
export async function setup(project: TestProject): Promise<() => void> {
  const found = findRealElectron(process);
  if ('missing' in found) {
    if (process.env['CHATKEEP_ELECTRON'] === 'required') {
      throw new Error(`The specs on real Electron cannot run: ${found.missing}.`);
    }
    process.stderr.write(`SKIPPED: every spec on real Electron: ${found.missing}.\n`);
  }
  const wanted = 'binary' in found && process.platform === 'linux' ? project.vitest.config.maxWorkers : 0;
  const started = await Promise.all(Array.from({ length: Number(wanted) }, startDisplay));
  const displays = started.filter((each) => each !== null);
  project.provide('electron', 'binary' in found ? found.binary : null);
  project.provide(
    'displays',
    displays.map(({ name }) => name),
  );
  return () => {
    displays.forEach(({ stop }) => stop());
  };
}
