import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from './app-error.ts';

/**
 * A path as a person or a setting gives it, made absolute. `~` and `~/…` mean `home`: shells leave them as they are within quotes, in
 * `--option=~/x`, in service files and in the fields of a window. Throws AppError `usage` for `~name`, another user's home.
 */
export function givenPath(text: string, home: string = homedir()): string {
  if (text === '~' || /^~[/\\]/.test(text)) {
    return join(home, text.slice(1));
  }
  const [, name] = /^~([^/\\]+)/.exec(text) ?? [];
  if (name !== undefined) {
    throw new AppError(
      'usage',
      `The home folder of another user cannot be looked up: ${text}`,
      `Give the whole path, or ./${text} for a folder of that name.`,
    );
  }
  return resolve(text);
}
