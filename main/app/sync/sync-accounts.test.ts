import { afterEach, describe, expect, it } from 'vitest';
import { ERROR_CODES, AppError } from '../../lib/app-error.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import { EXIT, exitCodeOf, gravest } from '../kernel/exit-code.ts';
import { exitCodeOfSync, sumUp, syncAccounts, WHOLE_SYNC, type AccountSync } from './sync-accounts.ts';
import { LibraryRig } from '../testing/library-rig.ts';

const account: AccountRow = {
  id: 1,
  name: 'Mine',
  apiBase: 'https://api.ofauth.com',
  identity: 'user:1',
  userId: 1,
  username: null,
  ratePerMinute: null,
  status: 'ok',
  statusReason: null,
  wholeConversations: false,
};
const answer: NonNullable<AccountSync['answer']> = {
  runId: 1,
  outcome: 'complete',
  counters: {
    chats: 2,
    pages: 3,
    messages: { seen: 5, new: 4, changed: 1, bad: 0 },
    files: { downloaded: 7, bytes: 70, deduplicated: 1, resumed: 2, refreshedUrls: 3, failed: 0 },
    waitedMs: 0,
    requests: 9,
    wastedBytes: 0,
    errors: {},
  },
  ledger: { listed: 10, stored: 6, locked: 4, notReady: 0, protected: 0, gone: 0, failed: 0, pending: 0 },
  durationMs: 100,
  unfinished: [],
  folders: [],
  problem: null,
};
const end = (more: Partial<AccountSync> = {}): AccountSync => ({ account, answer, problem: null, ...more });
const refused = new AppError('key_refused', 'refused', 'x');

let rig: LibraryRig | null = null;
afterEach(async () => {
  await rig?.end();
  rig = null;
});

describe('several runs', () => {
  it('add up', () => {
    const sum = sumUp([end(), end()], false);
    expect(sum).toMatchObject({
      outcome: 'complete',
      chats: 4,
      pages: 6,
      messages: { seen: 10 },
      files: { downloaded: 14, bytes: 140 },
    });
    expect(sum.ledger).toMatchObject({ listed: 20, stored: 12, locked: 8 });
  });

  it('have the outcome and the exit code of the worst', () => {
    const partial = end({ answer: { ...answer, outcome: 'partial' } });
    const barred = end({ answer: null, problem: refused });
    const full = end({ answer: { ...answer, outcome: 'paused' }, problem: new AppError('disk_full', 'full', 'x') });
    expect([sumUp([end(), partial], false).outcome, exitCodeOfSync([end(), partial], false)]).toEqual([
      'partial',
      EXIT.incomplete,
    ]);
    expect([sumUp([end(), barred], false).outcome, exitCodeOfSync([partial, barred], false)]).toEqual([
      'partial',
      EXIT.refused,
    ]);
    expect([sumUp([barred, full], false).outcome, exitCodeOfSync([barred, full], false)]).toEqual([
      'paused',
      EXIT.diskFull,
    ]);
    expect([sumUp([full], true).outcome, exitCodeOfSync([full], true)]).toEqual(['interrupted', EXIT.interrupted]);
    expect(exitCodeOfSync([end(), end()], false)).toBe(EXIT.done);
  });
});

describe('exit codes', () => {
  it('are told for every error there is', () => {
    expect(Object.fromEntries(ERROR_CODES.map((code) => [code, exitCodeOf(code)]))).toEqual({
      usage: 2,
      key_refused: 4,
      connection_refused: 4,
      permission_missing: 4,
      service_unreachable: 3,
      service_unusable: 3,
      links_refused: 3,
      target_unusable: 3,
      chat_unknown: 2,
      library_locked: 5,
      library_newer: 5,
      library_damaged: 5,
      library_not_one: 5,
      library_unwritable: 5,
      disk_full: 6,
      media_offline: 5,
      account_unknown: 2,
      account_missing: 2,
      keystore_unusable: 4,
      interrupted: 130,
    });
    expect(gravest([0, 3, 4, 0])).toBe(4);
    expect(gravest([])).toBe(0);
  });
});

describe('a full disk', () => {
  it('pauses with 6 and says how much room is missing', async () => {
    rig = await LibraryRig.start({ sandbox: { chats: 1, messages: 6 }, reserveBytes: Number.MAX_SAFE_INTEGER });
    const hooks = { onAccount: () => undefined, onProgress: () => undefined, onEnd: () => undefined };
    const { signal } = new AbortController();
    const core = await rig.core();
    const accounts = await core.accounts.forRun(signal);
    const ends = await syncAccounts(core, accounts, WHOLE_SYNC, signal, hooks);
    expect(exitCodeOfSync(ends, false)).toBe(EXIT.diskFull);
    expect(sumUp(ends, false).outcome).toBe('paused');
    expect(ends[0]?.problem?.message).toMatch(/disk is full.*MB more are needed/);
  });
});
