import type { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { usage } from '../options/parse.ts';
import { examples } from '../options/command.ts';
import { givenPath } from '../../../lib/given-path.ts';

export function addDiagnose(program: Command, choose: (run: Run) => void): void {
  program
    .command('diagnose')
    .description(
      'Collect what helps to find a fault, as one JSON: versions, counts, ledger, last runs. No keys, names, texts, addresses; ids are hashed.',
    )
    .option('--out <file>', 'write it to a new file')
    .option('--deep', 'check the index too; takes long in a large library')
    .addHelpText(
      'after',
      examples('chatkeep diagnose --out chatkeep-diagnosis.json', "chatkeep diagnose | jq '.runs[0]'"),
    )
    .action((options: { out?: string; deep?: true }) =>
      choose((context) => collectAll(context, options.out ?? null, options.deep === true)),
    );
}

function collectAll(context: Context, out: string | null, deep: boolean): ReturnType<Run> {
  const { answers } = context;
  return withReader(context, async ({ works }) => {
    const salt = randomBytes(16).toString('hex');
    const diagnosis = await works.diagnose({ salt, deep });
    if (out === null) {
      await answers.give(diagnosis, () => [JSON.stringify(diagnosis, null, 2)]);
      return EXIT.done;
    }
    const file = givenPath(out);
    await writeNew(file, `${JSON.stringify(diagnosis, null, 2)}\n`);
    await answers.give({ file }, () => [`Written to ${file}. Look it through before you pass it on.`]);
    return EXIT.done;
  });
}

/** Never over something that is there. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw usage(
      code === 'EEXIST' ? `${file} exists already` : `${file} cannot be written (${code})`,
      'Name another file with --out.',
    );
  }
}
