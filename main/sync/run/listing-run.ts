import PQueue from 'p-queue';
import type { Priority } from '../../api/limiter.ts';
import type { ApplyPageResult, PageDue } from '../../index/pages/calls.ts';
import type { Pass } from '../../index/kernel/passes.ts';
import type { ChatRow } from '../../index/chats/calls.ts';
import type { AnyPage } from '../../lib/model.ts';
import { cursorId, pageRange, type ProvenRange } from '../listing/page-range.ts';
import { PauseAll } from '../kernel/room-gate.ts';
import { ALL_MEDIA, ALL_MESSAGES, passOf, type Listing } from '../listing/pass.ts';
import type { RunTally } from '../kernel/run-tally.ts';
import { listPage, meaningOf } from '../listing/list-page.ts';
import type { SyncOptions, SyncPorts } from './sync-types.ts';
import { walkChat } from '../listing/walk-chat.ts';

/** Chats walked at the same time: one slow page must not hold up the others; the connection's limiter deals out the turns. */
const WALKS_AT_ONCE = 3;
/** Chats failing in a row for passing reasons before the rest is left to a later run. */
const FAILURES_IN_A_ROW = 3;
const PAGE_CAP = 200_000;
const HOUR_MS = 3_600_000;
/** How old a page's last listing must be before it is due again, by what it carries. */
const RECHECK_AFTER_MS = { notReady: 2 * 60_000, locked: HOUR_MS, rest: 7 * 24 * HOUR_MS };

export interface ListingHooks {
  /** A page was written: files may be wanted. */
  onPage(chat: Pick<ChatRow, 'id'>, result: ApplyPageResult): void;
  onChat(chat: Pick<ChatRow, 'id'>, state: 'begun' | 'ended'): void;
  /** Waits here while nothing can be stored. */
  gate(): Promise<void>;
  /** A page could not be written for want of room: resolves when there is room again, or rejects. */
  onPause(pause: PauseAll, signal: AbortSignal): Promise<void>;
  /** Credentials or permission were refused: the run wants a person. */
  onRefused(error: unknown): void;
}

/** The listing half of a run: walks chats, re-lists pages, writes what they say. */
export class ListingRun {
  readonly #ports: SyncPorts;
  readonly #options: SyncOptions;
  readonly #runId: number;
  readonly #tally: RunTally;
  readonly #hooks: ListingHooks;
  readonly unfinished: { readonly chatId: number; readonly why: string }[] = [];
  #failuresInARow = 0;
  #givenUp = false;

  constructor(ports: SyncPorts, options: SyncOptions, runId: number, tally: RunTally, hooks: ListingHooks) {
    this.#ports = ports;
    this.#options = options;
    this.#runId = runId;
    this.#tally = tally;
    this.#hooks = hooks;
  }

  /** Walks all given chats; a chat that cannot be finished is noted and does not stop the others. */
  async walkAll(chats: readonly ChatRow[], signal: AbortSignal): Promise<void> {
    const queue = new PQueue({ concurrency: WALKS_AT_ONCE });
    const ends = await Promise.allSettled(chats.map((chat) => queue.add(() => this.#walkOne(chat, signal))));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  }

  /** Lists pages again whose items may have changed, oldest checked first, within the run's budget. */
  async recheck(signal: AbortSignal): Promise<void> {
    const now = this.#ports.clock.now();
    const pass = passOf(ALL_MEDIA);
    const due = await this.#ports.index.read.pagesDue({
      accountId: this.#options.accountId,
      pass,
      notReadyBefore: now - RECHECK_AFTER_MS.notReady,
      lockedBefore: now - RECHECK_AFTER_MS.locked,
      restBefore: now - RECHECK_AFTER_MS.rest,
      limit: this.#options.recheckPages,
    });
    for (const page of due) {
      if (this.#givenUp) {
        return;
      }
      await this.#recheckOne(page, pass, signal);
    }
  }

  /** One page again, for its links or its states; resolves with what it proves listed. */
  async relist(
    chat: Pick<ChatRow, 'key' | 'id'>,
    pass: Pass,
    listing: Listing,
    cursor: string | null,
    priority: Priority,
    signal: AbortSignal,
  ): Promise<ProvenRange | null> {
    const page = await listPage(this.#ports.api, chat.id, listing, cursor, priority, signal);
    const range = pageRange(cursorId(cursor), page);
    await this.#apply(chat, pass, cursor, page, range, signal);
    return range;
  }

  async #recheckOne(page: PageDue, pass: Pass, signal: AbortSignal): Promise<void> {
    await this.#hooks.gate();
    try {
      await this.relist({ key: page.chatKey, id: page.chatId }, pass, ALL_MEDIA, page.cursor, 'recheck', signal);
    } catch (error) {
      this.#noteFailure(page.chatId, error, signal);
    }
  }

  async #walkOne(chat: ChatRow, signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      return;
    }
    if (this.#givenUp) {
      this.unfinished.push({ chatId: chat.id, why: 'not_tried' });
      return;
    }
    this.#hooks.onChat(chat, 'begun');
    try {
      const ends = [await this.#walk(chat, this.#options.listing, signal)];
      if (this.#options.wholeConversations) {
        ends.push(await this.#walk(chat, ALL_MESSAGES, signal));
      }
      this.#failuresInARow = 0;
      const cut = ends.find((end) => end !== 'complete');
      if (cut !== undefined) {
        this.unfinished.push({ chatId: chat.id, why: cut });
      } else if (passOf(this.#options.listing) === passOf(ALL_MEDIA)) {
        await this.#ports.index.write.chatWalked({
          chatKey: chat.key,
          at: this.#ports.clock.now(),
          probeMessageId: chat.probeMessageId,
        });
      }
      this.#tally.chats += 1;
    } catch (error) {
      this.#noteFailure(chat.id, error, signal);
    } finally {
      this.#hooks.onChat(chat, 'ended');
    }
  }

  async #walk(chat: ChatRow, listing: Listing, signal: AbortSignal): Promise<string> {
    const pass = passOf(listing);
    const result = await walkChat(
      {
        fetchPage: async (cursor) => {
          await this.#hooks.gate();
          signal.throwIfAborted();
          return await listPage(this.#ports.api, chat.id, listing, cursor, 'list', signal);
        },
        applyPage: (cursor, page, range) => this.#apply(chat, pass, cursor, page, range, signal),
        coverage: () => this.#ports.index.read.coverage({ chatKey: chat.key, pass }),
      },
      { full: this.#options.full, pageCap: PAGE_CAP },
    );
    return result.end;
  }

  async #apply(
    chat: Pick<ChatRow, 'key' | 'id'>,
    pass: Pass,
    cursor: string | null,
    page: AnyPage,
    range: ProvenRange | null,
    signal: AbortSignal,
  ): Promise<ApplyPageResult> {
    const input = {
      accountId: this.#options.accountId,
      chatKey: chat.key,
      runId: this.#runId,
      at: this.#ports.clock.now(),
      pass,
      cursor,
      page,
      range,
      detectGone: range !== null,
    };
    for (;;) {
      try {
        const result = await this.#ports.index.write.applyPage(input);
        this.#tally.notePage(result);
        this.#hooks.onPage(chat, result);
        return result;
      } catch (error) {
        const pause = PauseAll.from(error);
        if (pause === null) {
          throw error;
        }
        await this.#hooks.onPause(pause, signal);
      }
    }
  }

  /** A chat's failure ends that chat; refused credentials end the listing; anything unknown is a bug and propagates. */
  #noteFailure(chatId: number, error: unknown, signal: AbortSignal): void {
    signal.throwIfAborted();
    const meaning = meaningOf(error);
    if (meaning === null || !(error instanceof Error && 'code' in error)) {
      this.#givenUp = true;
      throw error;
    }
    const code = String(error.code);
    this.#tally.noteError(code);
    this.unfinished.push({ chatId, why: code });
    if (meaning === 'credentials' || meaning === 'permission') {
      this.#givenUp = true;
      this.#hooks.onRefused(error);
    } else if (meaning === 'passing') {
      this.#failuresInARow += 1;
      this.#givenUp ||= this.#failuresInARow >= FAILURES_IN_A_ROW;
    }
  }
}
