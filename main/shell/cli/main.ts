import { Command, CommanderError } from 'commander';
import { configDirOf } from '../../app/core/open-core.ts';
import { wordsFor } from '../../app/kernel/error-words.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../../app/kernel/exit-code.ts';
import { VERSION } from '../../app/kernel/version.ts';
import { readDiskReserve } from '../../app/settings/settings-file.ts';
import { UTC } from '../../contract/time-zone.ts';
import { AppError, errorText } from '../../lib/app-error.ts';
import { Answers, errorValue, type Manner } from './terminal/answers.ts';
import { COMMANDS } from './commands/index.ts';
import { readZone } from './options/parse.ts';
import type { Run } from './context.ts';
import { NobodyReads, type Io } from './terminal/io.ts';
import { logTo } from './terminal/log.ts';

export interface MainInput {
  readonly io: Io;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
}

/** One command from its arguments to its exit code. Never rejects. */
export async function main(args: readonly string[], input: MainInput): Promise<ExitCode> {
  let manner: Manner = { json: args.includes('--json'), quiet: false, verbose: args.includes('--verbose') };
  try {
    const parsed = await parse(args, input.io);
    if (parsed === null) {
      return EXIT.done;
    }
    manner = parsed.manner;
    const answers = new Answers(input.io, manner, input.env);
    const zone = readZone(parsed.timeZone ?? input.env['CHATKEEP_TIME_ZONE']);
    return await parsed.run({
      answers,
      signal: input.signal,
      zone: zone ?? UTC,
      machine: {
        platform: input.platform,
        env: input.env,
        ...(zone !== null && { timeZone: zone.name }),
        diskReserve: () => readDiskReserve(configDirOf(input)),
        log: logTo(input.io, manner.verbose),
        tell: (line) => answers.word(line),
      },
      library: parsed.library,
    });
  } catch (error) {
    return await fail(error, input, manner);
  }
}

interface Parsed {
  readonly run: Run;
  readonly manner: Manner;
  readonly library: string | null;
  readonly timeZone: string | undefined;
}

/** Null: help or the version was asked for and shown. */
async function parse(args: readonly string[], io: Io): Promise<Parsed | null> {
  const chosen: Run[] = [];
  let text = '';
  const program = buildProgram((run) => chosen.push(run));
  for (const command of [program, ...everyCommand(program)]) {
    command.exitOverride().configureOutput({
      writeOut: (shown) => {
        text += shown;
      },
      writeErr: (shown) => {
        text += shown;
      },
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(io.columns, 100),
      getErrHelpWidth: () => Math.min(io.columns, 100),
    });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    if (error.exitCode === 0) {
      await io.answer(text);
      return null;
    }
    throw usageError(error, args);
  }
  const options = program.opts<{ library?: string; timeZone?: string; json?: true; quiet?: true; verbose?: true }>();
  const [run] = chosen;
  if (run === undefined) {
    throw new Error('no command was chosen');
  }
  return {
    run,
    library: options.library ?? null,
    timeZone: options.timeZone,
    manner: { json: options.json === true, quiet: options.quiet === true, verbose: options.verbose === true },
  };
}

/** The whole command line as commander knows it; `choose` hears of the command that was given. Manual page and completions are made from it. */
export function buildProgram(choose: (run: Run) => void): Command {
  const program = new Command('chatkeep')
    .description('Keeps every picture, video and audio of chats reached through the OFAuth API on your own disk.')
    .usage('[global options] <command> [options]')
    .option('--library <dir>', "the library's folder (or CHATKEEP_LIBRARY; default: the platform's data folder)")
    .option(
      '--time-zone <zone>',
      "zone of days and of times in tables, such as Europe/Berlin, UTC or local (or CHATKEEP_TIME_ZONE; default: UTC, for exports this computer's); JSON stays in UTC",
    )
    .option('--json', 'answer in JSON: one object, or one a line for lists')
    .option('--quiet', 'nothing but answers and errors')
    .option('--verbose', 'say more on stderr')
    .version(VERSION, '--version', 'print the version')
    .helpOption('--help', 'print help')
    .helpCommand(false)
    .addHelpText('after', HELP_END);
  for (const add of COMMANDS) {
    add(program, choose);
  }
  return program;
}

const HELP_END = `
Examples:
  chatkeep demo                                        the main job on sample chats
  chatkeep account add --name Mine --key-stdin < key   store an account
  chatkeep sync                                        bring the library up to date
  chatkeep ledger                                      what is here, what is not and why

Instead of a stored account: CHATKEEP_API_KEY, CHATKEEP_CONNECTION, CHATKEEP_API_BASE, CHATKEEP_API_RATE.
Exit codes: 0 done, 2 wrong usage, 3 run again, 4 refused, 5 library unusable, 6 disk full, 130 interrupted.`;

function everyCommand(program: Command): Command[] {
  return program.commands.flatMap((command) => [command, ...everyCommand(command)]);
}

/** Commander repeats what it was given; the value of an unknown option or a word too many may be a key. Pure. */
export function withoutValues(message: string): string {
  return message.replace(/'(--?[\w-]+)=[^']*'/, "'$1'").replace(/( but got \d+):.*$/, '$1');
}

/** A refusal of commander as one line. */
function usageError(error: CommanderError, args: readonly string[]): AppError {
  if (error.code === 'commander.help') {
    return new AppError('usage', 'A command is missing', 'See: chatkeep --help');
  }
  const [first = ''] = error.message.replace(/^error: /, '').split('\n');
  const command = args.find((arg) => !arg.startsWith('-'));
  const known = COMMAND_NAMES.has(command ?? '') ? ` ${command ?? ''}` : '';
  return new AppError('usage', withoutValues(first), `See: chatkeep${known} --help`, {
    cause: error,
  });
}

const COMMAND_NAMES: ReadonlySet<string> = new Set(buildProgram(() => undefined).commands.map((each) => each.name()));

async function fail(error: unknown, input: MainInput, manner: Manner): Promise<ExitCode> {
  if (error instanceof NobodyReads) {
    return EXIT.done;
  }
  const answers = new Answers(input.io, manner, input.env);
  const words = wordsFor(error, input.signal.aborted);
  if (words === null) {
    answers.error({
      message: `Unexpected fault: ${briefOf(error)}`,
      hint: 'Run again with --verbose and report what it prints.',
    });
  } else {
    answers.error(words);
  }
  if (manner.verbose) {
    input.io.word(stackOf(error));
  }
  if (manner.json) {
    const value = words === null ? { code: 'internal', message: 'Unexpected fault.', hint: '' } : errorValue(words);
    await answers.json({ error: value }).catch(() => undefined);
  }
  return words === null ? EXIT.bug : exitCodeOf(words.code);
}

/** With the stack of what caused it: an error that crossed from another thread carries its own as text. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${stackOf(error.cause)}`;
}

function briefOf(error: unknown): string {
  return errorText(error).split('\n')[0]?.slice(0, 200) ?? '';
}
