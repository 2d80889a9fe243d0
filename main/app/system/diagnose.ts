import type { RunRow } from '../../contract/shapes.ts';
import { createHash } from 'node:crypto';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { statfs } from 'node:fs/promises';
import type { Ledger } from '../../contract/model.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import { freeBytesOf } from '../../lib/free-room.ts';
import type { Core } from '../core/core.ts';

/**
 * A report for finding faults that does not identify the archive: no secrets, names, texts, URLs or paths; ids are replaced by hashes
 * that mean something inside this one bundle only.
 */
export interface Diagnosis {
  readonly format: 'chatkeep-diagnosis';
  readonly version: 1;
  readonly madeAt: string;
  readonly program: {
    readonly chatkeep: string;
    readonly node: string;
    readonly platform: string;
    readonly release: string;
    readonly arch: string;
    readonly cpus: number;
    readonly memory: number;
  };
  readonly library: {
    readonly marker: number;
    readonly schema: number;
    readonly indexBytes: number;
    readonly messages: number;
    readonly media: number;
    readonly files: number;
    readonly blobs: number;
    /** Null when the disk does not say. */
    readonly diskFree: number | null;
    readonly diskSize: number | null;
    /** Problems that SQLite's quick check found; only with `deep`. */
    readonly integrity: readonly string[] | null;
  };
  readonly accounts: readonly {
    readonly id: string;
    readonly status: string;
    readonly reason: string | null;
    readonly ratePerMinute: number | null;
    readonly wholeConversations: boolean;
    readonly knowsUser: boolean;
    readonly defaultService: boolean;
  }[];
  readonly environment: Readonly<Record<string, boolean>>;
  readonly ledger: Ledger;
  readonly chats: readonly {
    readonly id: string;
    readonly complete: boolean;
    readonly gaps: number;
    readonly media: Ledger;
  }[];
  /** Newest first. */
  readonly runs: readonly (Omit<RunRow, 'accountId'> & { readonly account: string | null })[];
}

const RUNS = 50;
const CHATS = 500;
const DEFAULT_ORIGIN = 'https://api.ofauth.com';
const SETTINGS = [
  'CHATKEEP_LIBRARY',
  'CHATKEEP_CONFIG',
  'CHATKEEP_API_KEY',
  'CHATKEEP_CONNECTION',
  'CHATKEEP_API_BASE',
  'CHATKEEP_API_RATE',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
];

/** Collects a diagnosis. `salt`: random, new for each bundle, so that hashes of two bundles cannot be matched. `deep` checks the index, which takes long. */
export async function diagnose(
  core: Core,
  options: {
    readonly salt: string;
    readonly deep: boolean;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Promise<Diagnosis> {
  const { read } = core.index;
  const hide = (id: number | string): string =>
    createHash('sha256').update(`${options.salt}/${id}`).digest('hex').slice(0, 12);
  const [stats, ledger, runs, accounts, disk] = await Promise.all([
    read.stats({}),
    read.ledgerRows({ accountId: null, chatId: null, order: 'added' }),
    read.runs({ limit: RUNS, id: null }),
    read.accounts({}),
    statfs(core.library.root).catch(() => null),
  ]);
  return {
    format: 'chatkeep-diagnosis',
    version: 1,
    madeAt: new Date(core.ports.clock.now()).toISOString(),
    program: {
      chatkeep: core.ports.version,
      node: process.version,
      platform: platform(),
      release: release(),
      arch: arch(),
      cpus: cpus().length,
      memory: totalmem(),
    },
    library: {
      marker: core.library.schema,
      schema: stats.schema,
      indexBytes: stats.pages * stats.pageSize,
      messages: stats.messages,
      media: stats.media,
      files: stats.files,
      blobs: stats.blobs,
      diskFree: disk === null ? null : freeBytesOf(disk),
      diskSize: disk === null ? null : disk.blocks * disk.bsize,
      integrity: options.deep ? await read.integrity({}) : null,
    },
    accounts: accounts.map((account) => describeAccount(account, hide)),
    environment: Object.fromEntries(
      SETTINGS.map((name) => [name, (options.env[name] ?? options.env[name.toLowerCase()] ?? '') !== '']),
    ),
    ledger: ledger.total,
    chats: ledger.chats.slice(0, CHATS).map((chat) => ({
      id: hide(chat.chatId),
      complete: chat.complete,
      gaps: Math.max(0, chat.coverage.length - 1),
      media: chat.media,
    })),
    runs: runs.map(({ accountId, ...run }) => ({
      ...run,
      account: accountId === null ? null : hide(`account ${accountId}`),
    })),
  };
}

function describeAccount(account: AccountRow, hide: (id: string) => string): Diagnosis['accounts'][number] {
  return {
    id: hide(`account ${account.id}`),
    status: account.status,
    reason: account.statusReason,
    ratePerMinute: account.ratePerMinute,
    wholeConversations: account.wholeConversations,
    knowsUser: account.userId !== null,
    defaultService: account.apiBase === DEFAULT_ORIGIN,
  };
}
