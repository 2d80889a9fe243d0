import type { ChatState, RemoteChatEntry } from '../../contract/shapes.ts';
import type { ApiClient } from '../../api/client.ts';
import type { AccountRow } from '../../index/accounts/calls.ts';
import type { ChatListRow } from '../../index/chats/calls.ts';
import { AppError } from '../../lib/app-error.ts';
import type { RemoteChat, RemoteUser } from '../../lib/model.ts';
import type { AppContext } from '../core/app-context.ts';
import type { Core } from '../core/core.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { HandlersOf } from '../kernel/call.ts';
import type { chatCalls } from './calls.ts';
import { peopleOf } from './remote-chats.ts';

interface Listing {
  /** A sync works on this chat at this moment. */
  isBusyWith(chatId: number): boolean;
}

/** `chats.*`. */
export function chatHandlers(context: Pick<AppContext, 'core'> & Listing): HandlersOf<typeof chatCalls> {
  return {
    'chats.remote': async ({ accountId, after }, signal) => {
      const core = context.core();
      const account = await core.accounts.byId(accountId);
      return await core.withService(account, ({ api }) => remotePage(core, account, api, offsetOf(after), signal));
    },
    'chats.choose': async ({ accountId, mode, chatIds }) => {
      const core = context.core();
      await core.accounts.byId(accountId);
      await core.choices.set(accountId, { mode, chatIds: [...chatIds] });
      return null;
    },
    ...chatReads(context),
  };
}

/** Those of them that only read the library. */
export function chatReads(
  context: Pick<AppContext, 'core'> & Listing,
): Pick<HandlersOf<typeof chatCalls>, 'chats.list' | 'chats.known'> {
  return {
    'chats.list': async (input) => {
      const core = context.core();
      const { rows, next } = await core.index.read.chatList(input);
      const accounts = await core.index.read.accounts({});
      const troubled = new Set(accounts.filter(({ status }) => status === 'needsAttention').map(({ id }) => id));
      return {
        rows: rows.map(({ upToDate, ...row }) => ({ ...row, state: stateOf(context, row, upToDate, troubled) })),
        next,
      };
    },
    'chats.known': async ({ accountId, chatIds }) => {
      await knownChats(context.core(), accountId, chatIds);
      return null;
    },
  };
}

/** AppError `account_unknown` or `chat_unknown` for the first that the library does not have: an empty list would look like an answer. */
export async function knownChats(core: Core, accountId: number | null, chatIds: readonly number[]): Promise<void> {
  const accounts = accountId === null ? await core.index.read.accounts({}) : [await core.accounts.byId(accountId)];
  for (const id of chatIds) {
    const found = await Promise.all(accounts.map((each) => core.index.read.chatById({ accountId: each.id, id })));
    if (found.every((chat) => chat === null)) {
      throw new AppError('chat_unknown', `The library has no chat ${id}.`, 'List its chats with: chatkeep chats');
    }
  }
}

function stateOf(
  { isBusyWith }: Listing,
  row: Pick<ChatListRow, 'id' | 'accountId'>,
  upToDate: boolean,
  troubled: ReadonlySet<number>,
): ChatState {
  if (isBusyWith(row.id)) {
    return 'syncing';
  }
  if (troubled.has(row.accountId)) {
    return 'needsAttention';
  }
  return upToDate ? 'complete' : 'behind';
}

function offsetOf(after: string | null): number {
  if (after === null) {
    return 0;
  }
  if (!/^\d{1,7}$/.test(after)) {
    throw new Refusal('bad_input', 'This list gave no such place to go on.');
  }
  return Number(after);
}

async function remotePage(
  core: Core,
  account: AccountRow,
  api: ApiClient,
  offset: number,
  signal: AbortSignal,
): Promise<{ rows: RemoteChatEntry[]; next: string | null }> {
  for await (const page of api.chats({ order: 'recent', offset, signal })) {
    const people = await peopleOf(api, page.items, signal);
    const rows = await Promise.all(page.items.map((chat) => remoteEntry(core, account.id, chat, people.get(chat.id))));
    const next = page.offset + page.items.length + page.bad;
    return { rows, next: page.end === 'more' ? String(next) : null };
  }
  return { rows: [], next: null };
}

async function remoteEntry(
  core: Core,
  accountId: number,
  chat: RemoteChat,
  person: RemoteUser | undefined,
): Promise<RemoteChatEntry> {
  const here = await core.index.read.chatById({ accountId, id: chat.id });
  return {
    id: chat.id,
    name: person?.displayName ?? person?.name ?? here?.name ?? null,
    username: person?.username ?? here?.username ?? null,
    newestAt: chat.lastMessageChangedAt,
    mediaEstimate: here?.media ?? null,
    chosen: core.choices.isChosen(accountId, chat.id),
  };
}
