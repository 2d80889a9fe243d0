/** How a finished run is told. Pure. */
import { type AccountSync, sumUp, type SyncAnswer, type SyncSummary } from '../../../app/sync/sync-accounts.ts';
import { refusedFiles } from '../../../app/sync/sync-status.ts';
import { type Answers, errorValue } from '../terminal/answers.ts';
import { bytes, count, counted, duration, safe } from '../terminal/format.ts';
import { ledgerSentence } from './ledger-text.ts';
import { EXIT, exitCodeOf } from '../../../app/kernel/exit-code.ts';

/** The JSON answer of a sync. `error` is present if a person must act, `accounts` if there were several. */
export function syncAnswer(summary: SyncSummary, ends: readonly AccountSync[]): Readonly<Record<string, unknown>> {
  const error = ends.find(({ problem }) => problem !== null)?.problem ?? null;
  const folders = foldersOf(ends);
  return {
    ...summary,
    ...(folders.length > 0 && { folders }),
    ...(ends.length > 1 && {
      accounts: ends.map(({ account, answer, problem }) => ({
        id: account.id,
        outcome: answer?.outcome ?? 'failed',
        error: problem === null ? null : errorValue(problem),
      })),
    }),
    ...(error !== null && { error: errorValue(error) }),
  };
}

function syncLines(summary: SyncSummary, ends: readonly AccountSync[]): string[] {
  const { messages, files, ledger } = summary;
  const done = [
    counted(summary.chats, 'chat'),
    counted(summary.pages, 'page'),
    `${counted(messages.seen, 'message')} (${count(messages.new)} new${messages.changed > 0 ? `, ${count(messages.changed)} changed` : ''})`,
    `${counted(files.downloaded, 'file')} (${bytes(files.bytes)})`,
  ].join(', ');
  const asides = [
    [files.deduplicated, 'stored already under another id'],
    [files.resumed, 'continued where a transfer was cut'],
    [files.refreshedUrls, 'links renewed'],
    [files.failed, 'failed'],
    [messages.bad, messages.bad === 1 ? 'item could not be read' : 'items could not be read'],
  ] as const;
  const noted = asides.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  return [
    `${OUTCOME[summary.outcome]}: ${done} in ${duration(summary.durationMs)}.`,
    ...(noted.length > 0 ? [`Files: ${noted.join(', ')}.`] : []),
    `Ledger: ${ledgerSentence(ledger)}.`,
    ...unfinishedLines(ends),
    ...folderLines(ends),
    ...(summary.outcome === 'partial' ? ['Run the same command again to go on.'] : []),
  ];
}

const OUTCOME: Readonly<Record<SyncSummary['outcome'], string>> = {
  complete: 'Complete',
  partial: 'Not complete yet',
  interrupted: 'Interrupted, nothing is lost',
  paused: 'Paused, nothing is lost',
};

const SHOWN = 5;

function unfinishedLines(ends: readonly AccountSync[]): string[] {
  const unfinished = ends.flatMap(({ answer }) => answer?.unfinished ?? []);
  const lines = unfinished.slice(0, SHOWN).map(({ chatId, why }) => `Chat ${chatId} is not listed to its end: ${why}.`);
  return unfinished.length > SHOWN ? [...lines, `And ${count(unfinished.length - SHOWN)} more chats.`] : lines;
}

const foldersOf = (ends: readonly AccountSync[]): SyncAnswer['folders'] =>
  ends.flatMap(({ answer }) => answer?.folders ?? []);

function folderLines(ends: readonly AccountSync[]): string[] {
  const refused = refusedFiles(foldersOf(ends));
  return refused === null ? [] : [`${safe(refused.message)} ${refused.hint}`];
}

/** One line for a round of `watch`. */
export function roundLine(end: AccountSync): string {
  const name = `Account ${end.account.id}`;
  if (end.answer === null) {
    return `${name}: not synced`;
  }
  const { counters, outcome, ledger, durationMs } = end.answer;
  const facts = [
    `${count(counters.messages.new)} new`,
    ...(counters.messages.changed > 0 ? [`${count(counters.messages.changed)} changed`] : []),
    counted(counters.files.downloaded, 'file'),
    counted(counters.requests, 'request'),
    ...(counters.files.failed > 0 ? [`${count(counters.files.failed)} failed`] : []),
    `${count(ledger.stored)}/${count(ledger.listed)} stored`,
  ];
  return `${name}: ${outcome}, ${facts.join(', ')}, ${duration(durationMs)}`;
}

/** The answer of a sync: the runs added up, or only what stood in the way when none could begin. */
export async function tellEnds(
  answers: Answers,
  ends: readonly AccountSync[],
  cancelled: boolean,
  more: { readonly library?: string } = {},
): Promise<void> {
  const [first] = ends;
  const begun = ends.some(didSomething) || first === undefined;
  const summary = sumUp(ends, cancelled);
  if (answers.manner.json) {
    const problem = first?.problem ?? null;
    await answers.json(
      begun || problem === null ? { ...syncAnswer(summary, ends), ...more } : { error: errorValue(problem) },
    );
  } else if (begun) {
    await answers.lines(syncLines(summary, ends));
  }
}

/** A run that was asked for something that does not exist has no numbers worth telling. */
function didSomething({ answer }: AccountSync): boolean {
  return answer !== null && (answer.problem === null || exitCodeOf(answer.problem.code) !== EXIT.usage);
}
