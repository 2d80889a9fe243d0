import type { RunRow } from '../../../contract/shapes.ts';
import type { Command } from 'commander';
import type { Zone } from '../../../contract/time-zone.ts';
import { EXIT } from '../../../app/kernel/exit-code.ts';
import { withReader, type Context, type Run } from '../context.ts';
import { bytes, count, duration, moment, zoneWord } from '../terminal/format.ts';
import { parseCount, parseId, usage } from '../options/parse.ts';
import { tableLines } from '../terminal/table.ts';
import { examples } from '../options/command.ts';

export function addRuns(program: Command, choose: (run: Run) => void): void {
  program
    .command('runs')
    .description('List past runs, newest first, or show one with its counters, waits and errors by kind.')
    .argument('[id]', 'one run')
    .option('--limit <n>', 'at most this many (1 to 500)', '20')
    .addHelpText('after', examples('chatkeep runs', 'chatkeep runs 12', "chatkeep runs --json | jq '.errors'"))
    .action((text: string | undefined, options: { limit: string }) => {
      const id = text === undefined ? null : parseId(text, 'ID');
      const limit = parseCount(options.limit, '--limit', 1, 500);
      choose((context) => show(context, id, limit));
    });
}

function show(context: Context, id: number | null, limit: number): ReturnType<Run> {
  const { answers, zone } = context;
  return withReader(context, async (library) => {
    const { rows: runs } = await library.ask('runs.records', { limit, id });
    const [first] = runs;
    if (id !== null && first === undefined) {
      throw usage(`The library has no run ${id}`, 'List them with: chatkeep runs');
    }
    if (answers.manner.json) {
      await answers.jsonLines(runs.map(runLine));
    } else if (first === undefined) {
      answers.word('No runs yet.');
    } else {
      await answers.lines(id === null ? runTable(runs, answers.dim, zone) : runDetails(first, zone));
    }
    return EXIT.done;
  });
}

/** A run as scripts see it: times in ISO 8601 UTC, counters flat beside them. Pure. */
function runLine({
  id,
  accountId,
  kind,
  startedAt,
  endedAt,
  outcome,
  version,
  counters,
}: RunRow): Readonly<Record<string, unknown>> {
  return {
    id,
    accountId,
    kind,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    outcome,
    version,
    ...counters,
  };
}

function runTable(runs: readonly RunRow[], paint: (text: string) => string, zone: Zone): string[] {
  return tableLines(
    [
      { title: 'RUN', align: 'right' },
      { title: 'KIND' },
      { title: `STARTED (${zoneWord(zone)})` },
      { title: 'TOOK', align: 'right' },
      { title: 'OUTCOME' },
      { title: 'NEW', align: 'right' },
      { title: 'FILES', align: 'right' },
      { title: 'BYTES', align: 'right' },
      { title: 'FAILED', align: 'right' },
      { title: 'REQUESTS', align: 'right' },
    ],
    runs.map(({ id, kind, startedAt, endedAt, outcome, counters }) => [
      String(id),
      kind,
      moment(startedAt, zone),
      endedAt === null ? '-' : duration(endedAt - startedAt),
      outcome ?? 'did not end',
      count(counters?.messages.new ?? 0),
      count(counters?.files.downloaded ?? 0),
      bytes(counters?.files.bytes ?? 0),
      count(counters?.files.failed ?? 0),
      count(counters?.requests ?? 0),
    ]),
    paint,
  );
}

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
    `Listed: ${count(counters.chats)} chats, ${count(counters.pages)} pages, ${count(messages.seen)} messages, ${count(messages.new)} new, ${count(messages.changed)} changed, ${count(messages.bad)} unreadable.`,
    `Files: ${count(files.downloaded)} fetched (${bytes(files.bytes)}), ${count(files.deduplicated)} stored already, ${count(files.resumed)} continued, ${count(files.refreshedUrls)} links renewed, ${count(files.failed)} failed, ${bytes(counters.wastedBytes)} received twice.`,
    `Service: ${count(counters.requests)} requests, ${duration(counters.waitedMs)} waited.`,
    errors.length === 0
      ? 'Errors: none.'
      : `Errors: ${errors.map(([kind, times]) => `${errorWords(kind)} ${count(times)}`).join(', ')}.`,
  ];
}
