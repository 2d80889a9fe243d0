/** The PDF of a made library in a process of its own: `node pdf-child.ts <its folder>`. Prints what it took, as JSON. */
import { NO_HOOKS } from '../export/plan/export-types.ts';
import { runExport } from '../export/run.ts';
import { MadeLibrary } from '../export/testing/made-library.ts';

const library = await MadeLibrary.open(process.argv[2] ?? '');
let begun: number | null = null;
let cpu = process.cpuUsage();
let messages = 0;
await runExport(
  library.options({ sidecars: ['pdf'], messages: 'all', link: 'hardlink' }),
  library.ports,
  new AbortController().signal,
  {
    ...NO_HOOKS,
    onProgress: ({ phase, pdf }) => {
      if (begun === null && phase === 'papers') {
        begun = performance.now();
        cpu = process.cpuUsage();
      }
      messages = pdf?.total ?? messages;
    },
  },
);
const seconds = (performance.now() - (begun ?? 0)) / 1000;
const { user, system } = process.cpuUsage(cpu);
await library.close();
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ messages, seconds, processor: (user + system) / 1_000_000, peakMb }));
