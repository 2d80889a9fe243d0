import { AppError } from '../lib/app-error.ts';

/** The engine speaks to those who type commands; screens have buttons instead of options. */
const SAID: Readonly<Record<string, string>> = {
  'Name a folder with --to.': 'Choose a folder.',
  'Name a folder outside the library with --to.': 'Choose a folder outside the library.',
  'Check its permissions and its drive, or name another with --to.':
    'Check its permissions and its drive, or choose another.',
  'Use --link auto or --link copy.': 'Choose Automatic or Copy instead.',
  'Choose another folder, or --on-conflict overwrite.':
    'Choose another folder, or have files with the same name replaced.',
  'Free some space there, then run the same command again to go on.':
    'Free some space there, then export again: it goes on where it stopped.',
  'Run the same command again to go on.': 'Export again: it goes on where it stopped.',
};

/** An error of an export in words for a screen: a hint never names an option of the command line. */
export function screenWords(error: unknown): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const hint = SAID[error.hint] ?? (/(?:^|\s)--[a-z]|same command/.test(error.hint) ? '' : error.hint);
  return hint === error.hint ? error : new AppError(error.code, error.message, hint, { cause: error });
}
