/** The commands that documents tell people to type, against the command line as it is. Pure. */
import type { CommandFacts } from '../dist-tools/shell/command-tree.ts';
import type { Document } from './links.ts';

/** One line for each command or option that does not exist. */
export function unknownCommands(documents: readonly Document[], program: CommandFacts): string[] {
  return documents.flatMap(({ path, text }) =>
    typedLines(text).flatMap(({ line, typed }) =>
      typed
        .split(/\s(?:\||&&|;|<|>|2>|#)\s?/)
        .flatMap((part) => faultsOf(part, program))
        .map((fault) => `${path}:${String(line)}: ${fault}`),
    ),
  );
}

function faultsOf(typed: string, program: CommandFacts): string[] {
  const words = wordsAfterProgram(typed);
  const faults: string[] = [];
  let command: CommandFacts | null = null;
  let skip = false;
  for (const word of words) {
    if (skip) {
      skip = false;
      continue;
    }
    const [name = ''] = word.split('=');
    if (name.startsWith('--')) {
      const option = [...(command?.options ?? []), ...program.options].find(({ long }) => long === name);
      if (option === undefined && command !== null) {
        faults.push(`${command.path.join(' ')} has no ${name}`);
      }
      skip = option !== undefined && option.value !== null && !word.includes('=');
    } else if (/^[a-z]+$/.test(word)) {
      const known: CommandFacts | undefined = (command ?? program).commands.find(({ path }) => path.at(-1) === word);
      if (known !== undefined) {
        command = known;
      } else if (command === null) {
        return [`there is no command ${word}`];
      }
    } else if (command === null) {
      // Not one of ours: a switch of the window, a path, a placeholder.
      return [];
    }
  }
  return faults;
}

/** The words typed after the program's name; empty if it is not called. Options of a synopsis lose their brackets. */
function wordsAfterProgram(typed: string): string[] {
  const called = /(?:^|[\s$(=])(?:npm run --silent )?chatkeep(?: --(?=\s))?\s+(.*)$/.exec(typed)?.[1];
  // `chatkeep [global options] <command>`: a form, not a command.
  if (called === undefined || /^[[<](?!--)/.test(called)) {
    return [];
  }
  return called.split(/\s+/).flatMap((word) => {
    const bare = word.replace('[no-]', '').replaceAll(/^["'[(]+|["'\]),.…]+$/g, '');
    return bare === '' ? [] : [bare];
  });
}

/** Code of a document: fenced and indented lines, and what stands in backticks. Systemd units and the like come along: they call it too. */
function typedLines(text: string): { readonly line: number; readonly typed: string }[] {
  let fenced = false;
  return text.split('\n').flatMap((row, index) => {
    const line = index + 1;
    if (/^\s*(```|~~~)/.test(row)) {
      fenced = !fenced;
      return [];
    }
    // The heading of a command: its form without the program's name.
    const heading = /^### `([^`]+)`/.exec(row)?.[1];
    if (heading !== undefined) {
      return [{ line, typed: `chatkeep ${heading}` }];
    }
    return fenced || row.startsWith('    ')
      ? [{ line, typed: row.trim() }]
      : [...row.matchAll(/`([^`]+)`/g)].map((found) => ({ line, typed: found[1] ?? '' }));
  });
}
