import { allCommands, type CommandFacts, type OptionFacts } from './command-tree.ts';

export interface ManPageFacts {
  readonly version: string;
  /** Of the page, as `2026-11-24`. */
  readonly date: string;
  /** Code and meaning. */
  readonly exitCodes: readonly (readonly [string, string])[];
  readonly environment: readonly (readonly [string, string])[];
}

/** The manual page chatkeep(1) in roff. Pure; the same input gives the same bytes. */
export function manPage(root: CommandFacts, facts: ManPageFacts): string {
  const name = root.path.join(' ');
  const commands = allCommands(root).filter(({ path, commands: below }) => path.length > 1 && below.length === 0);
  return [
    `.TH CHATKEEP 1 "${facts.date}" "chatkeep ${roff(facts.version)}" "User Commands"`,
    '.SH NAME',
    `${name} \\- ${roff(lowerFirst(root.description))}`,
    '.SH SYNOPSIS',
    `.B ${name}`,
    '[\\fIglobal options\\fR] \\fIcommand\\fR [\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    'Without arguments the app opens its window; with them this is its command line. Answers go to standard output, progress and words to standard error.',
    '.SH GLOBAL OPTIONS',
    ...root.options.flatMap(optionLines),
    '.SH COMMANDS',
    ...commands.flatMap((command) => [
      '.SS ' + roff([...command.path.slice(1), ...command.args].join(' ')),
      roff(command.description),
      ...command.options.filter(({ long }) => long !== '--help').flatMap(optionLines),
    ]),
    '.SH ENVIRONMENT',
    ...facts.environment.flatMap(([variable, meaning]) => ['.TP', `.B ${roff(variable)}`, roff(meaning)]),
    '.SH EXIT STATUS',
    ...facts.exitCodes.flatMap(([code, meaning]) => ['.TP', `.B ${roff(code)}`, roff(meaning)]),
    '.SH FILES',
    '.TP',
    '.I ~/.local/share/chatkeep',
    'The library, unless another folder was chosen. Removing the program leaves it.',
    '.TP',
    '.I ~/.config/chatkeep',
    'Settings, keys and the log.',
    '',
  ].join('\n');
}

function optionLines({ long, value, choices, description }: OptionFacts): string[] {
  const shown = value === null ? `\\fB${roff(long)}\\fR` : `\\fB${roff(long)}\\fR \\fI${roff(value)}\\fR`;
  const words = choices.length === 0 ? '' : ` One of: ${choices.join(', ')}.`;
  return ['.TP', shown, roff(`${description}${words}`)];
}

const lowerFirst = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`.replace(/\.$/, '');

/** Text that roff shows as it is: no escapes, no hyphens made of minus signs, no request at the start of a line. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/\s+/g, ' ')
    .replace(/^([.'])/, '\\&$1');
}
