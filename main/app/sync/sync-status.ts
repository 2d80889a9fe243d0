/** From what a run tells to what a screen shows. Pure. */
import { err, type WireError } from '../../contract/errors.ts';
import type {
  PauseReason,
  RunCounters,
  SyncChat,
  SyncProgress,
  SyncState,
  SyncStatus,
  SyncWait,
  Wait,
} from '../../contract/shapes.ts';
import { FAULT_WORDS } from '../../lib/fs-fault.ts';
import type { SyncAnswer } from '../../sync/run/sync-types.ts';

const MOST_CHATS = 50;
const FOLDERS_NAMED = 3;

export const IDLE: SyncStatus = {
  state: 'idle',
  pauseReason: null,
  runId: null,
  accountId: null,
  startedAt: null,
  scheduled: false,
  chatsTotal: 0,
  chatsDone: 0,
  pages: 0,
  messagesNew: 0,
  filesDone: 0,
  filesTotal: 0,
  filesFailed: 0,
  bytesDone: 0,
  bytesTotal: null,
  filesPerSecond: 0,
  bytesPerSecond: 0,
  secondsLeft: null,
  waits: [],
  chats: [],
  transfers: [],
  problem: null,
};

/** Sums of the accounts of a run that are done already. */
export interface Sums {
  readonly chats: number;
  readonly pages: number;
  readonly messagesNew: number;
  readonly files: number;
  readonly failed: number;
  readonly bytes: number;
}

export const NO_SUMS: Sums = { chats: 0, pages: 0, messagesNew: 0, files: 0, failed: 0, bytes: 0 };

export function addCounters(sums: Sums, counters: RunCounters): Sums {
  return {
    chats: sums.chats + counters.chats,
    pages: sums.pages + counters.pages,
    messagesNew: sums.messagesNew + counters.messages.new,
    files: sums.files + counters.files.downloaded,
    failed: sums.failed + counters.files.failed,
    bytes: sums.bytes + counters.files.bytes,
  };
}

/** The progress of one chat in a run, counted from its writes. */
export interface ChatCount {
  readonly pages: number;
  readonly filesDone: number;
  readonly filesTotal: number;
}

export interface RunFacts {
  readonly state: SyncState;
  readonly pauseReason: PauseReason | null;
  readonly accountId: number | null;
  readonly startedAt: number;
  readonly scheduled: boolean;
  readonly before: Sums;
  readonly ratePerMinute: number | null;
  readonly counts: ReadonlyMap<number, ChatCount>;
  readonly failed: readonly SyncChat[];
  nameOf(chatId: number): string | null;
}

/** The picture of an active run. A run that waits for the disk shows as paused: nothing happens until there is room. */
export function statusOf(progress: SyncProgress, facts: RunFacts): SyncStatus {
  const { before, accountId } = facts;
  const sums = addCounters(before, progress.counters);
  const stopped = progress.waits.find(({ reason }) => reason === 'disk' || reason === 'offline');
  const held = facts.state === 'running' && stopped !== undefined;
  return {
    state: held ? 'paused' : facts.state,
    pauseReason: held ? (stopped.reason === 'disk' ? 'diskSpace' : 'libraryAway') : facts.pauseReason,
    runId: progress.runId,
    accountId,
    startedAt: facts.startedAt,
    scheduled: facts.scheduled,
    chatsTotal: before.chats + progress.chats.total,
    chatsDone: before.chats + progress.chats.done,
    pages: sums.pages,
    messagesNew: sums.messagesNew,
    filesDone: sums.files,
    filesTotal: sums.files + sums.failed + progress.filesLeft,
    filesFailed: sums.failed,
    bytesDone: sums.bytes + progress.bytesInFlight,
    bytesTotal: null,
    filesPerSecond: progress.filesPerSecond,
    bytesPerSecond: progress.bytesPerSecond,
    secondsLeft: progress.secondsLeft,
    waits: progress.waits.map((wait) => waitOf(wait, facts.ratePerMinute)),
    chats: chatsOf(progress.listing, facts),
    transfers: accountId === null ? [] : progress.transfers.map((transfer) => ({ accountId, ...transfer })),
    problem: null,
  };
}

const WAITS: Readonly<Record<Wait['reason'], SyncWait['kind']>> = {
  rate: 'rateLimit',
  backoff: 'serviceError',
  host: 'hostError',
  disk: 'diskSpace',
  offline: 'libraryAway',
};

function waitOf(wait: Wait, ratePerMinute: number | null): SyncWait {
  const kind = WAITS[wait.reason];
  return { kind, until: wait.until, perMinute: kind === 'rateLimit' ? ratePerMinute : null };
}

/** Chats being listed, then those whose files are fetched, then failed ones. */
function chatsOf(listing: readonly number[], { counts, failed, nameOf }: RunFacts): SyncChat[] {
  const chat = (chatId: number, phase: SyncChat['phase']): SyncChat => ({
    chatId,
    name: nameOf(chatId),
    phase,
    ...(counts.get(chatId) ?? { pages: 0, filesDone: 0, filesTotal: 0 }),
    problem: null,
  });
  const busy = [...counts].filter(
    ([chatId, { filesDone, filesTotal }]) => filesDone < filesTotal && !listing.includes(chatId),
  );
  return [...listing.map((id) => chat(id, 'listing')), ...busy.map(([id]) => chat(id, 'files')), ...failed].slice(
    0,
    MOST_CHATS,
  );
}

/** Chats whose listing could not be finished, as a run's answer names them. */
export function failedChats(answer: SyncAnswer, nameOf: (chatId: number) => string | null): SyncChat[] {
  return answer.unfinished.map(({ chatId, why }) => ({
    chatId,
    name: nameOf(chatId),
    phase: 'failed',
    pages: 0,
    filesDone: 0,
    filesTotal: 0,
    problem: unfinished(why),
  }));
}

/** Folders of the store that refused files, as the problem of a run that went on without them; null when all took theirs. */
export function refusedFiles(folders: SyncAnswer['folders']): WireError | null {
  const [first] = folders;
  if (first === undefined) {
    return null;
  }
  const files = folders.reduce((sum, folder) => sum + folder.files, 0);
  const named = folders.slice(0, FOLDERS_NAMED).map(({ path }) => path);
  const more = folders.length > named.length ? ` and ${String(folders.length - named.length)} more folders` : '';
  return err(
    'library_unwritable',
    `Files that could not be stored: ${String(files)}, in ${named.join(', ')}${more}: ${FAULT_WORDS[first.reason]}.`,
    'Check who owns the folder and its permissions, then sync again. All other files are stored.',
  ).error;
}

function unfinished(why: string): WireError {
  const permission = why === 'forbidden';
  return err(
    permission ? 'permission_missing' : why === 'not_found' ? 'chat_unknown' : 'service_unreachable',
    `The chat could not be listed to its end (${why}).`,
    permission ? 'Give the connection messages:read in the OFAuth dashboard.' : 'Sync again; what was listed is kept.',
  ).error;
}
