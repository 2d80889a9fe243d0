/** A library with stored files, made without a service: for tests and benches of exports. */
import type { ExportOptions } from '../../contract/export-shapes.ts';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { MediaKind, MediaState } from '../../contract/model.ts';
import { EVERYTHING } from '../../contract/shapes.ts';
import { openIndex, type Index } from '../../index/client.ts';
import type { FileJob, FileResult } from '../../index/files/calls.ts';
import { NO_FLAGS, sampleMedia, sampleMessage, samplePage } from '../../index/testing/sample-pages.ts';
import { type ListedMedia, type MessageFlags } from '../../lib/model.ts';
import { openLibrary } from '../../files/library/library.ts';
import { blobPath, storePaths } from '../../files/library/store-paths.ts';
import type { ExportPorts } from '../plan/export-types.ts';

export interface MadeMedia {
  readonly id: number;
  readonly kind?: MediaKind;
  readonly state?: MediaState;
  /** Null: viewable, not stored. Left out: bytes of its own. */
  readonly bytes?: Uint8Array | null;
  readonly ext?: string;
  readonly mime?: string;
  /** As the service tells it. */
  readonly width?: number;
}

export interface MadeMessage {
  readonly id: number;
  readonly chat?: number;
  readonly text?: string;
  readonly sentAt?: number;
  readonly mine?: boolean;
  /** What the service says of it; the rest is not said. */
  readonly flags?: Partial<MessageFlags>;
  readonly media: readonly MadeMedia[];
}

export const OWN_ID = 1;

export class MadeLibrary {
  readonly folder: string;
  readonly root: string;
  readonly index: Index;
  readonly ports: ExportPorts;
  readonly accountId: number;
  /** Name of the folder that exports go to unless a test names another; tests that share a library change it. */
  out = 'out';

  private constructor(
    folder: string,
    root: string,
    index: Index,
    libraryId: string,
    accountId: number,
    threads: number | null,
  ) {
    this.folder = folder;
    this.root = root;
    this.index = index;
    this.accountId = accountId;
    this.ports = {
      index,
      libraryRoot: root,
      libraryId,
      version: '0.0.0-test',
      platform: process.platform,
      now: () => Date.now(),
      timeZone: 'UTC',
      pageSize: 'a4',
      takeBates: (taken) => index.write.takeBates(taken),
      statFs: (path) => statfs(path),
      ...(threads !== null && { threads }),
    };
  }

  /**
   * Opens the library in `folder`/library, made when it is not there. Without `folder`: in a new one, which exports with a single thread:
   * starting more costs a small export more than it saves.
   */
  static async open(folder?: string): Promise<MadeLibrary> {
    const home = folder ?? (await realpath(await mkdtemp(join(tmpdir(), 'chatkeep-export-'))));
    const library = await openLibrary(join(home, 'library'), { create: true });
    const index = await openIndex({ path: join(library.root, 'index.sqlite') });
    const account = await index.write.saveAccount({
      apiBase: 'https://api.example',
      identity: `user:${String(OWN_ID)}`,
      userId: OWN_ID,
      username: null,
      name: 'Mine',
      ratePerMinute: null,
      at: 0,
    });
    return new MadeLibrary(home, library.root, index, library.id, account.id, folder === undefined ? 1 : null);
  }

  /** Where a test's exports go. */
  target(name = this.out): string {
    return join(this.folder, name);
  }

  options(more: Partial<ExportOptions> = {}): ExportOptions {
    return {
      dir: this.target(),
      selection: { filter: EVERYTHING, spans: null, include: [], exclude: [] },
      layout: 'by-chat',
      conflict: 'skip',
      link: 'copy',
      sidecars: [],
      messages: 'none',
      bates: null,
      pageSize: null,
      bag: false,
      zip: false,
      zipBytes: null,
      csvBom: false,
      ...more,
    };
  }

  async nameChat(id: number, name: string): Promise<void> {
    await this.index.write.saveUsers({
      accountId: this.accountId,
      runId: null,
      at: 1,
      users: [{ id, username: null, name, displayName: name, avatarUrl: null }],
      asked: [id],
    });
  }

  /** Lists messages and stores the files of their media; without `files` only the index says so. */
  async add(messages: readonly MadeMessage[], options: { readonly files: boolean } = { files: true }): Promise<void> {
    for (const [chat, own] of Map.groupBy(messages, (message) => message.chat ?? 7)) {
      const [row] = await this.index.write.saveChats({
        accountId: this.accountId,
        runId: null,
        at: 1,
        chats: [{ id: chat, lastMessageId: null, lastMessageChangedAt: null, unreadCount: null, raw: '{}' }],
      });
      if (row === undefined) {
        throw new Error('a chat that was saved is not there');
      }
      for (let from = 0; from < own.length; from += 100) {
        await this.#list(row.key, chat, own.slice(from, from + 100));
      }
    }
    const wanted = new Map(
      messages.flatMap(({ chat, media }) =>
        media
          .filter(({ bytes, state }) => bytes !== null && (state ?? 'viewable') === 'viewable')
          .map((each) => [`${String(chat ?? 7)} ${String(each.id)}`, each] as const),
      ),
    );
    await this.#store(({ chatId, mediaId }) => wanted.get(`${String(chatId)} ${String(mediaId)}`), options.files);
  }

  /** The stored file of an item is lost, and fetched again the service gives other bytes. */
  async replaceFile(mediaId: number, bytes: Uint8Array, ext: string): Promise<void> {
    const { full } = await this.index.read.mediaFiles({ accountId: this.accountId, mediaId });
    if (full === null) {
      throw new Error('an item without a file');
    }
    await this.index.write.forgetBlobs({ at: 3, runId: null, sha256: [full.sha256] });
    await this.#store(
      (job) => (job.mediaId === mediaId ? { id: mediaId, bytes, ext, mime: `test/${ext}` } : undefined),
      true,
    );
  }

  async #list(chatKey: number, chat: number, messages: readonly MadeMessage[]): Promise<void> {
    await this.index.write.applyPage({
      accountId: this.accountId,
      chatKey,
      runId: null,
      at: 1,
      pass: 'media',
      cursor: null,
      page: samplePage(
        messages.map(({ id, text, sentAt, mine, flags, media }) =>
          sampleMessage(
            id,
            media.map((each) => listed(each)),
            {
              text: text ?? `message ${String(id)}`,
              createdAt: sentAt ?? id * 1000,
              senderId: mine === true ? OWN_ID : chat,
              senderName: null,
              flags: { ...NO_FLAGS, ...flags },
            },
          ),
        ),
      ),
      range: null,
      detectGone: false,
    });
  }

  async #store(wanted: (job: FileJob) => MadeMedia | undefined, files: boolean): Promise<void> {
    const others: number[] = [];
    for (;;) {
      const jobs = await this.index.read.nextFiles({
        accountId: this.accountId,
        chatKeys: [],
        lane: 'any',
        now: Number.MAX_SAFE_INTEGER,
        exclude: others,
        limit: 500,
      });
      if (jobs.length === 0) {
        return;
      }
      const results: FileResult[] = [];
      for (const job of jobs) {
        const { fileId } = job;
        const media = wanted(job);
        if (media === undefined) {
          others.push(fileId);
        } else {
          results.push(await this.#storeOne(fileId, media, files));
        }
      }
      await this.index.write.settleFiles({ runId: null, at: 2, results });
    }
  }

  async #storeOne(fileId: number, media: MadeMedia, files: boolean): Promise<FileResult> {
    const bytes = media.bytes ?? Buffer.from(`bytes of ${String(media.id)}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const ext = media.ext ?? (media.kind === 'video' ? 'mp4' : 'jpg');
    if (files) {
      const file = this.pathOf(sha256, ext);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    return {
      fileId,
      outcome: 'stored',
      sha256,
      bytes: bytes.length,
      mime: media.mime ?? (media.kind === 'video' ? 'video/mp4' : 'image/jpeg'),
      ext,
      width: 4,
      height: 3,
    };
  }

  pathOf(sha256: string, ext: string): string {
    return blobPath(storePaths(this.root), sha256, ext).file;
  }

  /** Path of the stored file of some bytes. */
  stored(bytes: Uint8Array | string, ext = 'jpg'): string {
    return this.pathOf(createHash('sha256').update(bytes).digest('hex'), ext);
  }

  async close(): Promise<void> {
    await this.index.close();
  }

  /** Closes the library and removes its folder with everything exported into it. */
  async end(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Offered with its full file alone. */
function listed({ id, state, kind, width }: MadeMedia): ListedMedia {
  const media = sampleMedia(id, state ?? 'viewable', { kind: kind ?? 'photo', width: width ?? null });
  return { ...media, files: media.files.filter(({ variant }) => variant === 'full') };
}

/** So many messages with a photo each, in one chat. */
export function photos(count: number, more: { readonly from?: number; readonly chat?: number } = {}): MadeMessage[] {
  const from = more.from ?? 1;
  return Array.from({ length: count }, (_unused, index) => ({
    id: from + index,
    chat: more.chat ?? 7,
    media: [{ id: 1000 + from + index }],
  }));
}
