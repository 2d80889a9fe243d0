import type { RunRow } from '../../../contract/shapes.ts';
import type { Command } from 'commander';
import type { Zone } from '../../../contract/time-zone.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { bytes, count as number, duration, moment, zoneWord } from '../terminal/format.ts';
import { parseId, usage } from '../options/parse.ts';
import type { Column } from '../terminal/table.ts';
import { count, examples, option } from '../options/command.ts';

export function addRuns(program: Command, choose: (run: Run) => void): void {
  program
    .command('runs')
    .description('List past runs, newest first, or show one with its counters, waits and errors by kind.')
    .argument('[id]', 'one run', (text) => parseId(text, 'ID'))
    .addOption(option('--limit <n>', 'at most this many (1 to 500)', count(1, 500)).default(20))
    .addHelpText('after', examples('chatkeep runs', 'chatkeep runs 12', "chatkeep runs --json | jq '.errors'"))
    .action((id: number | undefined, { limit }: { limit: number }) =>
      choose((context) => show(context, id ?? null, limit)),
    );
}

function show(context: Context, id: number | null, limit: number): ReturnType<Run> {
  const { answers, zone } = context;
  return withReader(context, async (library) => {
    const { rows: runs } = await library.ask('runs.records', { limit, id });
    const [first] = runs;
    if (id !== null && first === undefined) {
      throw usage(`The library has no run ${id}`, 'List them with: chatkeep runs');
    }
    if (first === undefined) {
      answers.hint('No runs yet.');
    } else if (id === null || answers.manner.json) {
      await answers.list(columnsIn(zone), lineOf)(runs);
    } else {
      await answers.lines(runDetails(first, zone));
    }
    return EXIT.done;
  });
}

/** A run as scripts see it: times in ISO 8601 UTC, counters flat beside them. */
const lineOf = ({ id, accountId, kind, startedAt, endedAt, outcome, version, counters }: RunRow): object => ({
  id,
  accountId,
  kind,
  startedAt: new Date(startedAt).toISOString(),
  endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
  outcome,
  version,
  ...counters,
});

const columnsIn = (zone: Zone): readonly Column<RunRow>[] => [
  { title: 'RUN', align: 'right', cell: ({ id }) => String(id) },
  { title: 'KIND', cell: ({ kind }) => kind },
  { title: `STARTED (${zoneWord(zone)})`, cell: ({ startedAt }) => moment(startedAt, zone) },
  {
    title: 'TOOK',
    align: 'right',
    cell: ({ startedAt, endedAt }) => (endedAt === null ? '-' : duration(endedAt - startedAt)),
  },
  { title: 'OUTCOME', cell: ({ outcome }) => outcome ?? 'did not end' },
  { title: 'NEW', align: 'right', cell: ({ counters }) => number(counters?.messages.new ?? 0) },
  { title: 'FILES', align: 'right', cell: ({ counters }) => number(counters?.files.downloaded ?? 0) },
  { title: 'BYTES', align: 'right', cell: ({ counters }) => bytes(counters?.files.bytes ?? 0) },
  { title: 'FAILED', align: 'right', cell: ({ counters }) => number(counters?.files.failed ?? 0) },
  { title: 'REQUESTS', align: 'right', cell: ({ counters }) => number(counters?.requests ?? 0) },
];

/** Kinds of errors as people read them; other codes are words already once their underscores are spaces. */
const ERROR_WORDS: Readonly<Record<string, string>> = {
  bad_response: 'unreadable answer',
  too_slow: 'download too slow',
  stalled: 'download stalled',
  wrong_length: 'file of another length than announced',
  not_media: 'answer that is no media file',
  redirect_refused: 'redirect to another host',
  links_refused: 'media host refuses new links',
  io: 'drive error',
};

const errorWords = (kind: string): string =>
  /^http_\d{3}$/.test(kind) ? `HTTP ${kind.slice(5)}` : (ERROR_WORDS[kind] ?? kind.replaceAll('_', ' '));

/** Pure. */
function runDetails(run: RunRow, zone: Zone): string[] {
  const { counters } = run;
  const took = run.endedAt === null ? 'did not end' : `took ${duration(run.endedAt - run.startedAt)}`;
  const head = `Run ${run.id} (${run.kind}, version ${run.version}): ${run.outcome ?? 'cut off'}, started ${moment(run.startedAt, zone)} ${zone.name}, ${took}.`;
  if (counters === null) {
    return [head];
  }
  const { messages, files } = counters;
  const errors = Object.entries(counters.errors);
  return [
    head,
    `Listed: ${number(counters.chats)} chats, ${number(counters.pages)} pages, ${number(messages.seen)} messages, ${number(messages.new)} new, ${number(messages.changed)} changed, ${number(messages.bad)} unreadable.`,
    `Files: ${number(files.downloaded)} fetched (${bytes(files.bytes)}), ${number(files.deduplicated)} stored already, ${number(files.resumed)} continued, ${number(files.refreshedUrls)} links renewed, ${number(files.failed)} failed, ${bytes(counters.wastedBytes)} received twice.`,
    `Service: ${number(counters.requests)} requests, ${duration(counters.waitedMs)} waited.`,
    errors.length === 0
      ? 'Errors: none.'
      : `Errors: ${errors.map(([kind, times]) => `${errorWords(kind)} ${number(times)}`).join(', ')}.`,
  ];
}
