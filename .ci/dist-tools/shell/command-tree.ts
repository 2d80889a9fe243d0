import type { Command } from 'commander';

/** One option as manual page and completions need it. */
export interface OptionFacts {
  /** `--library` */
  readonly long: string;
  /** The value's name (`dir`); null for a switch. */
  readonly value: string | null;
  readonly choices: readonly string[];
  readonly description: string;
}

export interface CommandFacts {
  /** Words from the program's name on: `['chatkeep', 'account', 'add']`. */
  readonly path: readonly string[];
  readonly description: string;
  /** As written behind the name: `<text>`, `<folder>`. */
  readonly args: readonly string[];
  readonly options: readonly OptionFacts[];
  readonly commands: readonly CommandFacts[];
}

/** The definition of the command line as plain data. Pure. */
export function commandTree(command: Command, above: readonly string[] = []): CommandFacts {
  const path = [...above, command.name()];
  const help = command.createHelp();
  return {
    path,
    description: command.description(),
    args: command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    }),
    options: help.visibleOptions(command).flatMap((option) =>
      option.long === undefined || option.long === null
        ? []
        : [
            {
              long: option.long,
              value: /<([^>]+)>|\[([^\]]+)\]/.exec(option.flags)?.[1]?.replace('...', '') ?? null,
              choices: choicesIn(option.description),
              description: option.description,
            },
          ],
    ),
    commands: help
      .visibleCommands(command)
      .filter((child) => child.name() !== 'help')
      .map((child) => commandTree(child, path)),
  };
}

/** A command and all below it, in their order. */
export function allCommands(command: CommandFacts): CommandFacts[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** The words an option takes, as its description lists them: `photo, video; may be repeated`, `me or them`. Pure. */
export function choicesIn(description: string): readonly string[] {
  const list = /(?:^|: )([\w-]+(?:(?:, | or )[\w-]+)+)(?:;|$)/.exec(description)?.[1];
  return list?.split(/, | or /) ?? [];
}
