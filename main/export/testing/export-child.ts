/** One export in a process of its own, to be killed: `node export-child.ts <folder of the made library> <layout> [zip]`. Prints the answer. */
import { runExport } from '../run.ts';
import { MadeLibrary } from './made-library.ts';

const [folder = '', layout = '', shape = ''] = process.argv.slice(2);
const library = await MadeLibrary.open(folder);
const answer = await runExport(
  library.options({ layout, sidecars: ['json', 'html'], zip: shape === 'zip' }),
  // Small, so that there is something to kill in between.
  { ...library.ports, batchFiles: 16 },
  new AbortController().signal,
);
await library.close();
process.stdout.write(`${JSON.stringify(answer)}\n`);
