import { linkOf } from './electron/lifecycle/open-links.ts';

/** The purpose of a start of the installed program, by its arguments. */
export type Way =
  | { readonly way: 'command'; readonly args: readonly string[] }
  | { readonly way: 'smoke' }
  | { readonly way: 'window'; readonly link: string | null };

/** Options that only the command line knows; Chromium has no switch of these names that a person would give alone. */
const COMMAND_OPTIONS: ReadonlySet<string> = new Set([
  '--help',
  '--version',
  '--json',
  '--quiet',
  '--verbose',
  '--library',
]);
/** Names of commands are words; paths and links, which systems pass to a program that opens them, are not. */
const COMMAND_WORD = /^[a-z][a-z-]*$/;

/**
 * Pure. `args` are those after the program's own name. The installed command passes `--cli --` before what the person typed; a program
 * started by its own path (AppImage, portable) gets the bare words. Everything else is a window: switches of Chromium, what an installer
 * or a desktop adds, a `chatkeep:` link.
 */
export function wayOf(args: readonly string[]): Way {
  const marker = args.indexOf('--cli');
  const link = linkOf(args);
  // A link comes from elsewhere: what follows one is part of it, however the system cut it into pieces.
  if (link !== null && (marker === -1 || args.indexOf(link) < marker)) {
    return { way: 'window', link };
  }
  if (marker !== -1) {
    const rest = args.slice(marker + 1);
    return { way: 'command', args: rest[0] === '--' ? rest.slice(1) : rest };
  }
  if (args.includes('--smoke')) {
    return { way: 'smoke' };
  }
  const [first = ''] = args;
  const [name = ''] = first.split('=');
  return COMMAND_OPTIONS.has(name) || COMMAND_WORD.test(first)
    ? { way: 'command', args }
    : { way: 'window', link: null };
}
