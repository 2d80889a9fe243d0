/** Where a library and the settings lie when nobody says otherwise. Pure: platform and environment are passed in. */
import { posix, win32 } from 'node:path';
import { AppError } from '../../lib/app-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The platform's data folder: `$XDG_DATA_HOME/chatkeep`, `~/Library/Application Support/Chatkeep/Library`, `%LOCALAPPDATA%\Chatkeep\Library`. Throws AppError `usage` when the environment names no home. */
export function defaultLibraryDir(platform: NodeJS.Platform, env: Environment): string {
  switch (platform) {
    case 'win32':
      return win32.join(windowsDir(env, 'LOCALAPPDATA', 'Local'), 'Chatkeep', 'Library');
    case 'darwin':
      return posix.join(home(env), 'Library', 'Application Support', 'Chatkeep', 'Library');
    default:
      return posix.join(xdg(env, 'XDG_DATA_HOME', '.local/share'), 'chatkeep');
  }
}

/** Settings and secrets, apart from the library, which may be moved or shared: `$XDG_CONFIG_HOME/chatkeep`, `~/Library/Application Support/Chatkeep/Config`, `%APPDATA%\Chatkeep`. */
export function configDir(platform: NodeJS.Platform, env: Environment): string {
  switch (platform) {
    case 'win32':
      return win32.join(windowsDir(env, 'APPDATA', 'Roaming'), 'Chatkeep');
    case 'darwin':
      return posix.join(home(env), 'Library', 'Application Support', 'Chatkeep', 'Config');
    default:
      return posix.join(xdg(env, 'XDG_CONFIG_HOME', '.config'), 'chatkeep');
  }
}

/** The XDG base directory rules: a relative path is invalid and must be ignored. */
function xdg(env: Environment, name: string, fallback: string): string {
  const value = env[name];
  return value !== undefined && posix.isAbsolute(value) ? value : posix.join(home(env), fallback);
}

function windowsDir(env: Environment, name: string, folder: string): string {
  const value = env[name];
  if (value !== undefined && win32.isAbsolute(value)) {
    return value;
  }
  const profile = env['USERPROFILE'];
  if (profile !== undefined && win32.isAbsolute(profile)) {
    return win32.join(profile, 'AppData', folder);
  }
  throw noHome(name);
}

function home(env: Environment): string {
  const value = env['HOME'];
  if (value !== undefined && posix.isAbsolute(value)) {
    return value;
  }
  throw noHome('HOME');
}

function noHome(name: string): AppError {
  return new AppError('usage', `the environment has no usable ${name}`, 'Name the library folder with --library.');
}
