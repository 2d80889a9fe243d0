import { AppError } from '../../lib/app-error.ts';

/** The engine speaks to those who type commands; screens have buttons instead of options. */
const SAID: Readonly<Record<string, string>> = {
  'Name a folder with --to.': 'Choose a folder.',
  'Name a folder outside the library with --to.': 'Choose a folder outside the library.',
  'Check its permissions and its drive, or name another with --to.':
    'Check its permissions and its drive, or choose another.',
  'Name the folder of an export.': 'Choose the folder of an export.',
  'Name the folder of a finished export.': 'Choose the folder of a finished export.',
  'Use --link auto or --link copy.': 'Choose Automatic or Copy instead.',
  'Choose another folder, or --on-conflict overwrite.':
    'Choose another folder, or have files with the same name replaced.',
  'Choose --on-conflict overwrite, or another folder.':
    'Choose another folder, or have files with the same name replaced.',
};

const AGAIN = /run the same command again(?: to go on)?\.$/i;
const AN_OPTION = /(?:^|\s)--[a-z]/;

/** A hint without options and commands; one that cannot be said otherwise is left away. */
function hintOf(hint: string): string {
  const said = SAID[hint] ?? hint.replace(AGAIN, (found) => (found.startsWith('R') ? CAPITAL : GO_ON));
  return AN_OPTION.test(said) ? '' : said;
}

const GO_ON = 'export again: it goes on where it stopped.';
const CAPITAL = `E${GO_ON.slice(1)}`;

/** An error of an export in words for a screen: a hint never names an option of the command line. */
export function screenWords(error: unknown): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const hint = hintOf(error.hint);
  return hint === error.hint ? error : new AppError(error.code, error.message, hint, { cause: error });
}
