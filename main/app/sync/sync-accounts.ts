import type { RunCounters, RunOutcome, SyncProgress } from '../../contract/shapes.ts';
import { LEDGER_STATES, type Ledger, type MediaTypeFilter } from '../../contract/model.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import type { AppError } from '../../lib/app-error.ts';
import { DEFAULT_SYNC_OPTIONS, type SyncAnswer, type SyncOptions } from '../../sync/run/sync-types.ts';
import type { Core } from '../core/core.ts';
import { wordsFor } from '../kernel/error-words.ts';
import { EXIT, exitCodeOf, gravest, type ExitCode } from '../kernel/exit-code.ts';

export type { SyncAnswer } from '../../sync/run/sync-types.ts';

/** The options that a person can choose for a run. */
export interface SyncChoice {
  readonly kind: SyncOptions['kind'];
  /** Empty = all chats. */
  readonly chatIds: readonly number[];
  readonly type: MediaTypeFilter | null;
  readonly opened: boolean | null;
  readonly full: boolean;
  readonly files: boolean;
  /** False: nothing is listed but for dead links. */
  readonly list: boolean;
  readonly concurrency: number | null;
  /** Messages without media too; null = as the account says. */
  readonly conversations: boolean | null;
  readonly onlyChanged: boolean;
  readonly onNoRoom: SyncOptions['onNoRoom'];
}

export const WHOLE_SYNC: SyncChoice = {
  kind: 'sync',
  chatIds: [],
  type: null,
  opened: null,
  full: false,
  files: true,
  list: true,
  concurrency: null,
  conversations: null,
  onlyChanged: false,
  onNoRoom: 'stop',
};

export interface AccountSync {
  readonly account: AccountRow;
  /** Null: the run could not begin. */
  readonly answer: SyncAnswer | null;
  readonly problem: AppError | null;
}

/** The runs of several accounts, added up. */
export interface SyncSummary {
  readonly outcome: 'complete' | 'partial' | 'interrupted' | 'paused';
  readonly chats: number;
  readonly pages: number;
  readonly messages: RunCounters['messages'];
  readonly files: RunCounters['files'];
  readonly ledger: Ledger;
  readonly durationMs: number;
}

export interface SyncHooks {
  onAccount(account: AccountRow): void;
  onProgress(progress: SyncProgress): void;
  /** Its run has ended, well or not. */
  onEnd(end: AccountSync): void;
}

/** One run for each account, one after the other: one that is refused does not stop the next. Rejects only for bugs and an unusable index. */
export async function syncAccounts(
  core: Core,
  accounts: readonly AccountRow[],
  choice: SyncChoice,
  signal: AbortSignal,
  hooks: SyncHooks,
): Promise<AccountSync[]> {
  const ends: AccountSync[] = [];
  for (const account of accounts) {
    if (signal.aborted) {
      break;
    }
    hooks.onAccount(account);
    const end = await syncOne(core, account, choice, signal, hooks);
    ends.push(end);
    hooks.onEnd(end);
  }
  return ends;
}

async function syncOne(
  core: Core,
  account: AccountRow,
  choice: SyncChoice,
  signal: AbortSignal,
  hooks: SyncHooks,
): Promise<AccountSync> {
  const { type, opened, conversations, ...rest } = choice;
  try {
    const answer = await core.sync(
      account,
      {
        ...DEFAULT_SYNC_OPTIONS,
        ...rest,
        listing: { of: 'media', type, opened },
        wholeConversations: conversations ?? account.wholeConversations,
      },
      signal,
      (progress) => hooks.onProgress(progress),
    );
    return { account, answer, problem: answer.problem };
  } catch (error) {
    const problem = wordsFor(error, signal.aborted);
    if (problem === null || EXIT.library === exitCodeOf(problem.code)) {
      throw error;
    }
    return { account, answer: null, problem };
  }
}

/** Adds runs up; the outcome is that of the worst. A run that could not begin counts as partial. */
export function sumUp(ends: readonly AccountSync[], cancelled: boolean): SyncSummary {
  const answers = ends.flatMap(({ answer }) => (answer === null ? [] : [answer]));
  const total = (of: (answer: SyncAnswer) => number): number => answers.reduce((sum, answer) => sum + of(answer), 0);
  const outcomes = ends.map(({ answer }) => answer?.outcome ?? 'failed');
  return {
    outcome: cancelled ? 'interrupted' : worst(outcomes),
    chats: total(({ counters }) => counters.chats),
    pages: total(({ counters }) => counters.pages),
    messages: {
      seen: total(({ counters }) => counters.messages.seen),
      new: total(({ counters }) => counters.messages.new),
      changed: total(({ counters }) => counters.messages.changed),
      bad: total(({ counters }) => counters.messages.bad),
    },
    files: {
      downloaded: total(({ counters }) => counters.files.downloaded),
      bytes: total(({ counters }) => counters.files.bytes),
      deduplicated: total(({ counters }) => counters.files.deduplicated),
      resumed: total(({ counters }) => counters.files.resumed),
      refreshedUrls: total(({ counters }) => counters.files.refreshedUrls),
      failed: total(({ counters }) => counters.files.failed),
    },
    ledger: addLedgers(answers.map(({ ledger }) => ledger)),
    durationMs: total(({ durationMs }) => durationMs),
  };
}

/** The exit code of a sync of several accounts. */
export function exitCodeOfSync(ends: readonly AccountSync[], cancelled: boolean): ExitCode {
  if (cancelled) {
    return EXIT.interrupted;
  }
  return gravest(
    ends.map(({ answer, problem }) => {
      if (problem !== null) {
        return exitCodeOf(problem.code);
      }
      return answer?.outcome === 'complete' ? EXIT.done : EXIT.incomplete;
    }),
  );
}

function addLedgers(ledgers: readonly Ledger[]): Ledger {
  const sum = { listed: 0, stored: 0, locked: 0, notReady: 0, protected: 0, gone: 0, failed: 0, pending: 0 };
  for (const ledger of ledgers) {
    for (const state of LEDGER_STATES) {
      sum[state] += ledger[state];
      sum.listed += ledger[state];
    }
  }
  return sum;
}

function worst(outcomes: readonly RunOutcome[]): SyncSummary['outcome'] {
  if (outcomes.includes('interrupted')) {
    return 'interrupted';
  }
  if (outcomes.includes('paused')) {
    return 'paused';
  }
  return outcomes.every((outcome) => outcome === 'complete') ? 'complete' : 'partial';
}
