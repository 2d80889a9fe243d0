import type { ChatState, SyncStatus } from '../../../../main/contract/shapes.ts';
import type { MadeLibrary } from './library.ts';

const GB = 1_000_000_000;
const FILES = 13_560;

/** A sync that only looks like one: numbers that grow while it runs. */
export class MadeSync {
  #library: MadeLibrary;
  readonly #now: () => number;
  readonly #announce: (status: SyncStatus) => void;
  readonly #startedAt: number;
  readonly #until: number;
  #state: SyncStatus['state'];
  #done = 8412;

  constructor(library: MadeLibrary, now: () => number, announce: (status: SyncStatus) => void) {
    this.#library = library;
    this.#now = now;
    this.#announce = announce;
    this.#startedAt = now() - 22 * 60_000;
    this.#until = now() + 42_000;
    this.#state = library.media.length > 0 ? 'running' : 'idle';
  }

  use(library: MadeLibrary): void {
    this.#library = library;
    this.#done = 120;
  }

  start(): void {
    this.#change('running');
  }

  pause(): void {
    this.#change('paused');
  }

  cancel(): void {
    this.#change('idle');
  }

  chatState(chatId: number, index: number): ChatState {
    if (this.#state === 'running' && this.#working().some((chat) => chat.id === chatId)) {
      return 'syncing';
    }
    return index === 4 ? 'behind' : index === 6 ? 'needsAttention' : 'complete';
  }

  status(): SyncStatus {
    const running = this.#state !== 'idle';
    const share = this.#done / FILES;
    return {
      state: this.#state,
      pauseReason: this.#state === 'paused' ? 'person' : null,
      runId: running ? 15 : null,
      accountId: running ? 1 : null,
      startedAt: running ? this.#startedAt : null,
      scheduled: false,
      chatsTotal: running ? 2 : 0,
      chatsDone: 0,
      pages: 64,
      messagesNew: 512,
      filesDone: running ? this.#done : 0,
      filesTotal: running ? FILES : 0,
      filesFailed: 0,
      bytesDone: running ? share * 34.5 * GB : 0,
      bytesTotal: running ? 34.5 * GB : null,
      filesPerSecond: this.#state === 'running' ? 14.2 : 0,
      bytesPerSecond: this.#state === 'running' ? 38_600_000 : 0,
      secondsLeft: this.#state === 'running' ? 362 : null,
      waits:
        this.#state === 'running' && this.#until > this.#now()
          ? [{ kind: 'rateLimit', until: this.#until, perMinute: 60 }]
          : [],
      chats: running
        ? this.#working().map((chat, index) => ({
            chatId: chat.id,
            name: chat.name,
            phase: index === 0 ? 'files' : 'listing',
            pages: 31,
            filesDone: index === 0 ? 620 : 180,
            filesTotal: 1000,
            problem: null,
          }))
        : [],
      transfers: this.#state === 'running' ? this.#transfers() : [],
      problem: null,
    };
  }

  #working(): MadeLibrary['chats'] {
    return this.#library.chats.slice(0, 2);
  }

  #transfers(): SyncStatus['transfers'] {
    return this.#library.media
      .filter((entry) => entry.state === 'pending' && !entry.thumb)
      .slice(0, 4)
      .map((entry) => ({
        accountId: entry.accountId,
        mediaId: entry.id,
        bytesDone: 6_400_000,
        bytesTotal: 10_000_000,
      }));
  }

  #change(state: SyncStatus['state']): void {
    this.#state = state;
    this.#announce(this.status());
  }
}
