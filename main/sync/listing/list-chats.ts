import type { ApiClient } from '../../api/client.ts';
import { USERS_MAX } from '../../api/params.ts';
import type { ChatRow } from '../../index/chats/calls.ts';
import type { IndexPort } from '../kernel/ports.ts';
import { meaningOf } from './list-page.ts';

export interface ListChatsPorts {
  readonly api: ApiClient;
  readonly index: IndexPort;
  readonly now: () => number;
  /** A part of the list could not be read; the run continues with what it has. */
  onPartial(code: string): void;
}

/** Chats whose names are asked for again in one run, oldest asked first: names change, and one request looks at ten. */
const NAMES_AGAIN = 10;
/** Ids of one question to the index. */
const MOST_IDS = 500;
const NAMES_AGAIN_AFTER_MS = 24 * 3_600_000;

/** Reads the chat list of the account, most recent first, and names for those without one. Rejects when the list cannot be read at all. */
export async function listChats(
  ports: ListChatsPorts,
  accountId: number,
  runId: number,
  signal: AbortSignal,
): Promise<ChatRow[]> {
  const rows = new Map<number, ChatRow>();
  for await (const page of ports.api.chats({ order: 'recent', signal })) {
    if (page.bad > 0) {
      ports.onPartial('bad_chat');
    }
    if (page.end === 'stuck') {
      ports.onPartial('chat_list_stuck');
    }
    for (const row of await ports.index.write.saveChats({ accountId, runId, at: ports.now(), chats: page.items })) {
      rows.set(row.key, row);
    }
  }
  await nameChats(ports, accountId, runId, signal);
  return [...rows.values()];
}

/** Asks for the names of people who have none yet and, in turn, of a few who have: the chat list carries only ids. */
export async function nameChats(
  ports: ListChatsPorts,
  accountId: number,
  runId: number | null,
  signal: AbortSignal,
): Promise<void> {
  const { read } = ports.index;
  const unnamed = await read.namesDue({ accountId, before: 0, chatKeys: null, limit: MOST_IDS });
  const again = await read.namesDue({
    accountId,
    before: ports.now() - NAMES_AGAIN_AFTER_MS,
    chatKeys: null,
    limit: NAMES_AGAIN,
  });
  await askNames(ports, accountId, runId, [...new Set([...unnamed, ...again])], signal);
}

/** Asks again for the names of the chats that a run has listed, but for those it has asked for since it began at `since` (epoch ms). */
export async function renewNames(
  ports: ListChatsPorts,
  input: {
    readonly accountId: number;
    readonly runId: number;
    readonly chatKeys: readonly number[];
    readonly since: number;
  },
  signal: AbortSignal,
): Promise<void> {
  const { accountId, runId, chatKeys, since } = input;
  for (;;) {
    const due = await ports.index.read.namesDue({ accountId, before: since, chatKeys, limit: MOST_IDS });
    if (due.length === 0 || !(await askNames(ports, accountId, runId, due, signal))) {
      return;
    }
  }
}

/** False: the service did not tell them. */
async function askNames(
  { api, index, now, onPartial }: ListChatsPorts,
  accountId: number,
  runId: number | null,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<boolean> {
  for (let from = 0; from < ids.length; from += USERS_MAX) {
    const asked = ids.slice(from, from + USERS_MAX);
    try {
      const users = await api.users(asked, { signal });
      await index.write.saveUsers({ accountId, runId, at: now(), users, asked });
    } catch (error) {
      // Names are a courtesy: a connection without `profile:read` still archives.
      const meaning = meaningOf(error);
      if (meaning === null || meaning === 'credentials') {
        throw error;
      }
      onPartial('names');
      return false;
    }
  }
  return true;
}
