import type { ChatRow } from '../../index/chats/calls.ts';
import { AppError } from '../../lib/app-error.ts';
import { listChats, nameChats, type ListChatsPorts } from '../listing/list-chats.ts';
import { listPage, meaningOf } from '../listing/list-page.ts';
import type { SyncOptions, SyncPorts } from './sync-types.ts';

const CHATS_PAGE = 500;

/** The chats a run is for, met at the service or known here; `walk` leaves out the quiet ones when only changed chats are wanted. */
export interface RunChats {
  readonly meant: readonly ChatRow[];
  readonly walk: readonly ChatRow[];
  /** All chats of the account are meant. */
  readonly all: boolean;
}

/** Reads the chat list, or meets the chats that were named. AppError `chat_unknown` for one that the service does not know. */
export async function chatsOfRun(
  ports: SyncPorts,
  options: SyncOptions,
  runId: number,
  onPartial: ListChatsPorts['onPartial'],
  signal: AbortSignal,
): Promise<RunChats> {
  const { index, api, clock } = ports;
  const { accountId, chatIds } = options;
  const listPorts = { api, index, now: () => clock.now(), onPartial };
  if (chatIds.length === 0) {
    const chats = await listChats(listPorts, accountId, runId, signal);
    const meant = chats.filter((chat) => isKept(options, chat.id));
    const walk = options.onlyChanged ? meant.filter((chat) => !isQuiet(chat)) : meant;
    return { meant, walk, all: options.keep === undefined };
  }
  const meant: ChatRow[] = [];
  for (const id of chatIds) {
    meant.push((await index.read.chatById({ accountId, id })) ?? (await meetChat(ports, options, runId, id, signal)));
  }
  await nameChats(listPorts, accountId, runId, signal);
  return { meant, walk: meant, all: false };
}

/** Keys of the chats already known here that the run is for; null = all of the account. Fetching begins beside listing and must not take files of others. */
export async function knownChatKeys(ports: SyncPorts, options: SyncOptions): Promise<number[] | null> {
  const { accountId, chatIds, keep } = options;
  const { read } = ports.index;
  if (chatIds.length > 0) {
    const known = await Promise.all(chatIds.map((id) => read.chatById({ accountId, id })));
    return known.flatMap((chat) => (chat === null ? [] : [chat.key]));
  }
  if (keep === undefined) {
    return null;
  }
  const keys: number[] = [];
  for (let after: number | null = null; ;) {
    const page: ChatRow[] = await read.chats({ accountId, after, limit: CHATS_PAGE });
    keys.push(...page.filter((chat) => isKept(options, chat.id)).map((chat) => chat.key));
    const last = page.at(-1);
    if (last === undefined || page.length < CHATS_PAGE) {
      return keys;
    }
    after = last.key;
  }
}

/** A chat asked for by its id that is not in the library yet: it is taken up when the service lists it. */
async function meetChat(
  ports: SyncPorts,
  options: SyncOptions,
  runId: number,
  id: number,
  signal: AbortSignal,
): Promise<ChatRow> {
  try {
    await listPage(ports.api, id, options.listing, null, 'list', signal);
  } catch (error) {
    if (meaningOf(error) !== 'not_found') {
      throw error;
    }
    const hint = 'List the chats there: chatkeep chats --remote';
    throw new AppError('chat_unknown', `The service knows no chat ${id}.`, hint, { cause: error });
  }
  const [chat] = await ports.index.write.saveChats({
    accountId: options.accountId,
    runId,
    at: ports.clock.now(),
    chats: [{ id, lastMessageId: null, lastMessageChangedAt: null, unreadCount: null, raw: '{}' }],
  });
  if (chat === undefined) {
    throw new Error('the index did not answer with the chat it saved');
  }
  return chat;
}

function isKept(options: SyncOptions, chatId: number): boolean {
  const { keep } = options;
  return keep === undefined || keep.chatIds.has(chatId) === (keep.which === 'only');
}

/** The chat list names the message that was newest when the chat was last listed to covered ground. */
function isQuiet(chat: ChatRow): boolean {
  return chat.complete && chat.probeMessageId !== null && chat.probeMessageId === chat.syncedProbeId;
}
