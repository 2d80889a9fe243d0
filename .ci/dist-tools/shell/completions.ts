import { allCommands, type CommandFacts, type OptionFacts } from './command-tree.ts';

/** Names of option values that are folders or files: their completion is the disk. */
const PATHS: ReadonlySet<string> = new Set(['dir', 'folder', 'path', 'file']);
const isPath = ({ value }: OptionFacts): boolean => value !== null && PATHS.has(value.toLowerCase());

/** Completion for bash (bash-completion's folder, or sourced). Pure. */
export function bashCompletion(root: CommandFacts): string {
  const commands = allCommands(root);
  const steps = commands
    .filter(({ path }) => path.length > 1)
    .map(({ path }) => `      '${keyOf(path.slice(0, -1))} ${path.at(-1) ?? ''}') at='${keyOf(path)}' ;;`);
  const words = commands.map(({ path, options, commands: below }) => {
    const own = path.length === 1 ? [] : root.options.map(({ long }) => long);
    const list = [...below.map((child) => child.path.at(-1) ?? ''), ...options.map(({ long }) => long), ...own];
    return `    '${keyOf(path)}') words='${[...new Set(list)].join(' ')}' ;;`;
  });
  const values = optionsOf(commands)
    .filter((option) => option.value !== null)
    .map((option) => {
      const answer = isPath(option)
        ? 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))'
        : `COMPREPLY=($(compgen -W '${option.choices.join(' ')}' -- "$cur"))`;
      return `    ${option.long}) ${answer}; return ;;`;
    });
  return `# bash completion for chatkeep. Made from its definition.
_chatkeep() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at='chatkeep' words='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
${steps.join('\n')}
    esac
  done
  case $prev in
${values.join('\n')}
  esac
  case $at in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _chatkeep chatkeep
`;
}

/** Completion for zsh, as a function file `_chatkeep`. Pure. */
export function zshCompletion(root: CommandFacts): string {
  const functions = allCommands(root).map((command) => zshFunction(command, root));
  return `#compdef chatkeep
# zsh completion for chatkeep. Made from its definition.

${functions.join('\n')}
_chatkeep "$@"
`;
}

function zshFunction(command: CommandFacts, root: CommandFacts): string {
  const options = command === root ? root.options : unique([...command.options, ...root.options]);
  const specs = options.map((option) => `    ${zshQuote(zshSpec(option))}`);
  const name = zshName(command.path);
  if (command.commands.length === 0) {
    const rest = command.args.length === 0 ? [] : [`    '*:: :_files'`];
    return `${name}() {\n  _arguments -s \\\n${[...specs, ...rest].join(' \\\n')}\n}\n`;
  }
  const list = command.commands.map(
    (child) => `    ${zshQuote(`${child.path.at(-1) ?? ''}:${zshWords(firstSentence(child.description))}`)}`,
  );
  const branches = command.commands.map((child) => `        ${child.path.at(-1) ?? ''}) ${zshName(child.path)} ;;`);
  return `${name}() {
  local line state
  local -a commands
  commands=(
${list.join('\n')}
  )
  _arguments -C -s \\
${specs.join(' \\\n')} \\
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $line[1] in
${branches.join('\n')}
      esac
      ;;
  esac
}
`;
}

function zshSpec(option: OptionFacts): string {
  const words = `[${zshWords(option.description)}]`;
  if (option.value === null) {
    return `${option.long}${words}`;
  }
  const action = isPath(option) ? '_files' : option.choices.length === 0 ? ' ' : `(${option.choices.join(' ')})`;
  return `*${option.long}=${words}:${option.value}:${action}`;
}

const zshName = (path: readonly string[]): string => `_${path.join('_')}`;
const zshWords = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');
const zshQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Completion for fish. Pure. */
export function fishCompletion(root: CommandFacts): string {
  const lines = ['# fish completion for chatkeep. Made from its definition.', 'complete -c chatkeep -f'];
  for (const option of root.options) {
    lines.push(`complete -c chatkeep ${fishOption(option)}`);
  }
  for (const command of allCommands(root)) {
    const seen = command.path.slice(1);
    const below = command.commands.map((child) => child.path.at(-1) ?? '');
    const here = seen.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const none = below.length === 0 ? '' : `not __fish_seen_subcommand_from ${below.join(' ')}`;
    for (const child of command.commands) {
      const condition = [here, none].filter((part) => part !== '').join('; and ');
      lines.push(
        `complete -c chatkeep -n '${condition}' -a ${child.path.at(-1) ?? ''} -d ${fishQuote(firstSentence(child.description))}`,
      );
    }
    if (command !== root) {
      for (const option of command.options.filter(({ long }) => long !== '--help')) {
        lines.push(`complete -c chatkeep -n '${here}' ${fishOption(option)}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function fishOption(option: OptionFacts): string {
  const value =
    option.value === null ? '' : isPath(option) ? ' -r -F' : ` -x -a ${fishQuote(option.choices.join(' '))}`;
  return `-l ${option.long.slice(2)}${value} -d ${fishQuote(option.description)}`;
}

const fishQuote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const firstSentence = (text: string): string => /^.*?[.:](?=\s|$)/s.exec(text)?.[0].slice(0, -1) ?? text;

const keyOf = (path: readonly string[]): string => path.join('/');

function unique(options: readonly OptionFacts[]): OptionFacts[] {
  return [...new Map(options.map((option) => [option.long, option])).values()];
}

function optionsOf(commands: readonly CommandFacts[]): OptionFacts[] {
  return unique(commands.flatMap(({ options }) => options));
}
