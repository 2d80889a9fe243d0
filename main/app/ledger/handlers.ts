import type { NextStep, Run, RunRow } from '../../contract/shapes.ts';
import type { AppContext } from '../core/app-context.ts';
import type { HandlersOf } from '../kernel/call.ts';
import type { ledgerCalls } from './calls.ts';

/** `ledger.*`, `runs.*`, `changes.*`. */
export function ledgerHandlers({ core }: Pick<AppContext, 'core'>): HandlersOf<typeof ledgerCalls> {
  return {
    'ledger.get': async (input, signal) => await core().index.read.ledgerRows(input, { signal }),
    'runs.list': async ({ before, limit }, signal) => {
      const rows = await core().index.read.runs({ id: null, before, limit }, { signal });
      const last = rows.at(-1);
      return { rows: rows.map(toRun), next: last === undefined || rows.length < limit ? null : last.id };
    },
    'runs.records': async (input, signal) => ({ rows: await core().index.read.runs(input, { signal }) }),
    'runs.news': async ({ id }, signal) => ({ rows: await core().index.read.runNews({ runId: id }, { signal }) }),
    'changes.list': async (input, signal) => {
      const rows = await core().index.read.changes(input, { signal });
      const last = rows.at(-1);
      return { rows, next: last === undefined || rows.length < input.limit ? null : last.id };
    },
    'changes.page': async (input, signal) => await core().index.read.changesPage(input, { signal }),
  };
}

function toRun({ id, accountId, kind, startedAt, endedAt, outcome, counters }: RunRow): Run {
  return {
    id,
    accountId,
    kind,
    startedAt,
    endedAt,
    outcome,
    chats: counters?.chats ?? 0,
    pages: counters?.pages ?? 0,
    messagesNew: counters?.messages.new ?? 0,
    files: counters?.files.downloaded ?? 0,
    bytes: counters?.files.bytes ?? 0,
    failed: counters?.files.failed ?? 0,
    waitedMs: counters?.waitedMs ?? 0,
    requests: counters?.requests ?? 0,
    errors: counters?.errors ?? {},
    nextStep: nextStepOf(outcome, counters?.errors ?? {}),
  };
}

function nextStepOf(outcome: RunRow['outcome'], errors: Readonly<Record<string, number>>): NextStep {
  const had = (...codes: readonly string[]): boolean => codes.some((code) => (errors[code] ?? 0) > 0);
  switch (outcome) {
    case null:
    case 'complete':
      return 'none';
    case 'paused':
      return 'freeSpace';
    case 'failed':
    case 'partial':
    case 'interrupted':
      if (had('key_refused')) {
        return 'renewKey';
      }
      if (had('session_missing', 'session_expired')) {
        return 'renewConnection';
      }
      return had('bad_chat', 'chat_list_stuck') ? 'listAgain' : 'syncAgain';
  }
}
