/** Where Electron's binary is, without ever loading the package `electron`: in plain Node its code downloads it, with no end to wait for. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ElectronPlaces {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the npm package `electron`. */
  readonly packageDir: string;
  /** Whether the place that Electron is downloaded from answers. */
  readonly reachable: () => Promise<boolean>;
  /** Runs the package's own installer, which takes the binary from its cache or downloads it; false when it failed or took too long. */
  readonly install: (limitMs: number) => Promise<boolean>;
}

/** Long enough to unpack what is in the cache; a download gets longer only after the host has answered. */
const CACHE_LIMIT_MS = 30_000;
const DOWNLOAD_LIMIT_MS = 600_000;

/** The binary: where the environment says, in the package, from the cache, by download. Null when it can be had from none of them. */
export async function findElectron(places: ElectronPlaces): Promise<string | null> {
  const named = places.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (named !== undefined && named !== '') {
    return await existing(join(named, binaryPath(places.platform)));
  }
  const path = join(places.packageDir, 'dist', binaryPath(places.platform));
  const there = await existing(path);
  if (there !== null) {
    return there;
  }
  if (places.env['ELECTRON_SKIP_BINARY_DOWNLOAD'] !== undefined) {
    return null;
  }
  const installed = await places.install((await places.reachable()) ? DOWNLOAD_LIMIT_MS : CACHE_LIMIT_MS);
  return installed ? await existing(path) : null;
}

/** Inside Electron's folder, as its installer lays it out. */
export function binaryPath(platform: NodeJS.Platform): string {
  if (platform === 'darwin') {
    return 'Electron.app/Contents/MacOS/Electron';
  }
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/** The release that the installer would fetch; null when the package cannot be read. */
export async function releaseAddress(
  packageDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  try {
    const text = await readFile(join(packageDir, 'package.json'), 'utf8');
    const version = /"version":\s*"(\d+\.\d+\.\d+[\w.-]*)"/.exec(text)?.[1];
    const mirror = env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/';
    return version === undefined ? null : `${mirror}v${version}/SHASUMS256.txt`;
  } catch {
    return null;
  }
}

async function existing(path: string): Promise<string | null> {
  try {
    await access(path);
    return path;
  } catch {
    return null;
  }
}
